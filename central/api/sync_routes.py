"""Push, pull and verify."""

from typing import Any, cast

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from central.api.envelope import CALL
from central.lanes import Lanes
from central.pokes import Watch
from central.problem import Refused
from central.service.parts import Call, Parts
from central.service.pull import pull
from central.service.push import push
from central.service.verify import verify
from gridworker.wire import (
    PullRequest,
    PullResponse,
    PushRequest,
    PushResponse,
    VerifyRequest,
    VerifyResponse,
)

Asked = Request[Any, Any, Any]


def call_of(request: Asked) -> Call:
    """Return what the envelope read from a request's headers."""
    return cast("Call", cast("dict[str, Any]", request.scope)[CALL])


def encoded(body: bytes) -> Response[Any]:
    """Answer with JSON that is encoded already."""
    return Response(body, media_type=MediaType.JSON)


def pushed(body: bytes) -> PushRequest:
    """Read a push, each of its operations left as it was sent; raises Refused(`malformed`)."""
    try:
        return msgspec.json.decode(body, type=PushRequest)
    except msgspec.DecodeError as error:
        raise Refused("malformed", str(error)) from error


def routes(parts: Parts, lanes: Lanes, watch: Watch) -> list[HTTPRouteHandler]:
    """Return the routes of synchronisation."""

    @post("/v1/sync/push", status_code=200, summary="Operations in, verdicts out")
    async def push_route(request: Asked) -> Response[PushResponse]:
        call, body = call_of(request), await request.body()
        answer = await lanes.write(lambda: push(parts, call, pushed(body)))
        watch.stir()
        return encoded(answer)

    @post("/v1/sync/pull", status_code=200, summary="What is new after these cursors")
    async def pull_route(request: Asked, data: JSONBody[PullRequest]) -> Response[PullResponse]:
        call = call_of(request)
        return encoded(await lanes.read(lambda: pull(parts, call, data)))

    @post("/v1/sync/verify", status_code=200, summary="Digests of the device's scopes")
    async def verify_route(
        request: Asked, data: JSONBody[VerifyRequest]
    ) -> Response[VerifyResponse]:
        call = call_of(request)
        return encoded(await lanes.read(lambda: verify(parts, call, data)))

    return [push_route, pull_route, verify_route]

"""Push, pull and verify."""

from typing import Any, Final, TypeVar, cast

import msgspec
from litestar import Request, post
from litestar.handlers import HTTPRouteHandler

from central.api.answers import Answer
from central.api.envelope import CALL, PLAIN
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

T = TypeVar("T")
Asked = Request[Any, Any, Any]
JSON: Final = {"Content-Type": "application/json"}


def call_of(request: Asked) -> Call:
    """Return what the envelope read from a request's headers."""
    return cast("Call", cast("dict[str, Any]", request.scope)[CALL])


def encoded(body: bytes) -> Answer[Any]:
    """Answer with JSON that is encoded already."""
    return Answer(body, JSON)


def plain_of(request: Asked) -> bytes:
    """Return a request's body, which the envelope has read and opened."""
    return cast("bytes", cast("dict[str, Any]", request.scope)[PLAIN])


def read(body: bytes, kind: type[T]) -> T:
    """Read what a request asks, a push's operations left as sent; raises Refused(`malformed`)."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise Refused("malformed", str(error)) from error


def routes(parts: Parts, lanes: Lanes, watch: Watch) -> list[HTTPRouteHandler]:
    """Return the routes of synchronisation."""

    @post("/v1/sync/push", status_code=200, summary="Operations in, verdicts out")
    async def push_route(request: Asked) -> Answer[PushResponse]:
        call, body = call_of(request), plain_of(request)
        answer = await lanes.write(lambda: push(parts, call, read(body, PushRequest)))
        watch.stir()
        return encoded(answer)

    @post("/v1/sync/pull", status_code=200, summary="What is new after these cursors")
    async def pull_route(request: Asked) -> Answer[PullResponse]:
        call, asked = call_of(request), read(plain_of(request), PullRequest)
        return encoded(await lanes.read(lambda: pull(parts, call, asked)))

    @post("/v1/sync/verify", status_code=200, summary="Digests of the device's scopes")
    async def verify_route(request: Asked) -> Answer[VerifyResponse]:
        call, asked = call_of(request), read(plain_of(request), VerifyRequest)
        return encoded(await lanes.read(lambda: verify(parts, call, asked)))

    return [push_route, pull_route, verify_route]

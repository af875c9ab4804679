"""Enrolment and tokens."""

from functools import partial
from typing import Final

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from central.api.answers import Answer
from central.api.sync_routes import Asked, call_of, encoded, plain_of
from central.lanes import Lanes
from central.problem import Refused
from central.service import escrow
from central.service.enrolment import enrol, rotate
from central.service.forks import again
from central.service.parts import Parts
from gridworker.wire import (
    AgainRequest,
    EnrolRequest,
    EnrolResponse,
    EscrowResponse,
    TokenResponse,
)

MOST_FIGURES: Final = 15


def routes(parts: Parts, lanes: Lanes) -> list[HTTPRouteHandler]:
    """Return the routes of devices."""

    @post("/v1/devices", summary="A code becomes a device")
    async def enrol_route(request: Asked, data: JSONBody[EnrolRequest]) -> Answer[EnrolResponse]:
        call = call_of(request)
        key = request.headers.get("idempotency-key", "")
        return encoded(await lanes.write(lambda: enrol(parts, call, data, key=key)))

    @post("/v1/devices/self/token", status_code=200, summary="A fresh token")
    async def token_route(request: Asked) -> Answer[TokenResponse]:
        call = call_of(request)
        return encoded(await lanes.write(lambda: rotate(parts, call)))

    @post("/v1/devices/self/again", summary="A copy of a device becomes one of its own")
    async def again_route(request: Asked, data: JSONBody[AgainRequest]) -> Answer[EnrolResponse]:
        call = call_of(request)
        key = request.headers.get("idempotency-key", "")
        return encoded(await lanes.write(lambda: again(parts, call, data, key=key)))

    @post("/v1/devices/self/escrow", status_code=200, summary="A piece of a sealed parcel")
    async def escrow_route(request: Asked) -> Answer[EscrowResponse]:
        call, piece = call_of(request), plain_of(request)
        sha256 = request.headers.get("escrow-hash", "")
        offset, length = _figure(request, "upload-offset"), _figure(request, "upload-length")
        work = partial(escrow.take, parts, call, piece, sha256=sha256, offset=offset, length=length)
        return encoded(await lanes.photos(work))

    return [enrol_route, token_route, again_route, escrow_route]


def _figure(request: Asked, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > MOST_FIGURES:
        raise Refused("malformed", f"{name} is missing")
    return int(text)

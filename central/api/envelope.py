"""What every answer carries and every request is held to, around all routes (sync.md 4.2).

Bodies outside of `/v1/blobs` are small: they are read and answered whole, so that digest and
compression are made in one place. Photos pass through untouched.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from litestar.types import ASGIApp, Message, Receive, Send

from central.api import body, problems
from central.logs import asking
from central.metrics import REQUEST_SECONDS
from central.pokes import Watch
from central.problem import Refused
from central.service.parts import Call, Parts
from gridworker.wire import PROTOCOL, content_digest

BLOBS = "/v1/blobs"
EVENTS = "/v1/sync/events"
CALL, PLAIN = "gridworker.call", "gridworker.body"
NO_BODY = frozenset({204, 304})
WHOLE = re.compile(r"[0-9]{1,15}\Z")
OK = 200
RECEIVED, SENT = "gridworker_received_bytes_total", "gridworker_sent_bytes_total"
MEANT = {b"PATCH": "PATCH", b"DELETE": "DELETE"}
OPEN = frozenset({("GET", "/v1/meta"), ("POST", "/v1/devices")})
ROUTES = frozenset(
    {
        "/v1/meta",
        "/v1/devices",
        "/v1/devices/self/token",
        "/v1/devices/self/again",
        "/v1/devices/self/escrow",
        "/v1/sync/push",
        "/v1/sync/pull",
        "/v1/sync/verify",
        EVENTS,
        "/healthz",
        "/readyz",
        "/metrics",
    }
)
Headers = Mapping[bytes, bytes]


class Envelope:
    """The outermost ASGI application; `epoch` is the one this process last saw."""

    def __init__(self, app: ASGIApp, parts: Parts, watch: Watch, *, epoch: str) -> None:
        self._app = app
        self._parts = parts
        self.watch = watch
        self._epoch = epoch

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request; a client that hangs up is left without one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        route = _route(scope["path"])
        asking(headers.get(b"sync-request-id", b""), route)
        if (announced := headers.get(b"content-length", b"")).isdigit():
            self._parts.metrics.add(RECEIVED, int(announced), route=route)
        call = _call(headers)
        scope[CALL] = call
        if scope["path"].startswith(BLOBS):
            if scope["method"] == "POST":
                # tus 1.0: for clients whose network knows neither PATCH nor DELETE.
                scope["method"] = MEANT.get(headers.get(b"x-http-method-override", b""), "POST")
            await self._stream(scope, receive, send, call)
            return
        try:
            await self._whole(scope, receive, send, headers, call)
        except body.Gone:
            return

    async def _stream(self, scope: Any, receive: Receive, send: Send, call: Call) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(b"tus-resumable", b"1.0.0"), *self._own_headers(call)]
                message["headers"] = [*message.get("headers", []), *own]
                self._count(scope, message["status"], call)
            else:
                piece = cast("bytes", message.get("body", b""))
                self._parts.metrics.add(SENT, len(piece), route=_route(scope["path"]))
            await send(message)

        await self._app(scope, receive, sending)

    async def _whole(
        self, scope: Any, receive: Receive, send: Send, headers: Headers, call: Call
    ) -> None:
        heard = _Heard(send if scope["path"] == EVENTS else None, self._own_headers, call)
        try:
            plain = body.opened(await body.received(receive), headers)
            _check_protocol(scope, headers)
        except Refused as refused:
            request_id = headers.get(b"sync-request-id", b"").decode("latin-1")
            heard.problem(refused, request_id)
        else:
            scope[PLAIN] = plain
            scope["headers"] = _plain_headers(scope["headers"], len(plain))
            await self._app(scope, _given(plain, receive), heard)
        if heard.passes:
            self._count(scope, heard.status, call)
        else:
            await self._answer(scope, send, heard, headers, call)

    async def _answer(
        self, scope: Any, send: Send, heard: "_Heard", headers: Headers, call: Call
    ) -> None:
        sent, encoding = body.packed(b"".join(heard.chunks), headers.get(b"accept-encoding", b""))
        bare = scope["method"] == "HEAD" or heard.status in NO_BODY
        kept = [(k, v) for k, v in heard.headers if k.lower() != b"content-length"]
        if encoding is not None:
            kept += [(b"content-encoding", encoding.encode()), (b"vary", b"accept-encoding")]
        if not bare:
            kept.append((b"content-digest", content_digest(sent).encode()))
        if heard.status not in NO_BODY:
            kept.append((b"content-length", str(len(sent)).encode()))
        kept += self._own_headers(call)
        self._count(scope, heard.status, call)
        self._parts.metrics.add(SENT, len(sent), route=_route(scope["path"]))
        start: Any = {"type": "http.response.start", "status": heard.status, "headers": kept}
        await send(start)
        rest: Any = {"type": "http.response.body", "body": b"" if bare else sent}
        await send(rest)

    def _own_headers(self, call: Call) -> list[tuple[bytes, bytes]]:
        if call.now_epoch:
            self._epoch = call.now_epoch
        own = [
            (b"sync-epoch", self._epoch.encode()),
            (b"sync-server-time", str(self._parts.clock()).encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        if call.acked is not None:
            own.append((b"sync-acked-seq", str(call.acked).encode()))
        return own

    def _count(self, scope: Any, status: int, call: Call) -> None:
        route, metrics = _route(scope["path"]), self._parts.metrics
        metrics.add("gridworker_requests_total", route=route, status=str(status))
        metrics.observe(REQUEST_SECONDS, time.monotonic() - call.begun, route=route)


def _route(path: str) -> str:
    """Return a path without what names a photo, and nothing of one that nobody serves."""
    return path if path in ROUTES else BLOBS if path.startswith(BLOBS) else "other"


class _Heard:
    """Takes an answer in, instead of sending it; a stream of events passes through `send`."""

    def __init__(
        self, send: Send | None, own: Callable[[Call], list[tuple[bytes, bytes]]], call: Call
    ) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: list[bytes] = []
        self.passes = False
        self._send, self._own, self._call = send, own, call

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
            self.passes = self._send is not None and self.status == OK
            message["headers"] = [*self.headers, *self._own(self._call)]
        elif not self.passes and message["type"] == "http.response.body":
            self.chunks.append(message.get("body", b""))
        if self.passes and self._send is not None:
            await self._send(message)

    def problem(self, refused: Refused, request_id: str) -> None:
        """Take in the answer to a request that no route has seen."""
        self.status = refused.status
        self.chunks = [problems.document(refused, request_id)]
        self.headers = [(b"content-type", problems.MEDIA.encode())]
        self.headers += [(k.lower().encode(), v.encode()) for k, v in refused.headers.items()]


def _call(headers: Headers) -> Call:
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    claimed = headers.get(b"sync-acked-seq", b"").decode("latin-1")
    epoch = headers.get(b"sync-epoch")
    return Call(
        token=token.strip() if kind.lower() == "bearer" else "",
        epoch=None if epoch is None else epoch.decode("latin-1"),
        claimed=int(claimed) if WHOLE.match(claimed) else None,
        start=headers.get(b"sync-start", b"").decode("latin-1"),
        program=headers.get(b"sync-client", b"").decode("latin-1"),
    )


def _check_protocol(scope: Any, headers: Headers) -> None:
    path, asked = scope["path"], (scope["method"], scope["path"])
    if not path.startswith("/v1/") or asked in OPEN:
        return
    if scope["method"] != "POST" and asked != ("GET", EVENTS):
        return  # there is nothing of the kind
    spoken = headers.get(b"sync-protocol")
    if spoken is None:
        raise Refused("malformed", "Sync-Protocol is missing")
    if spoken != str(PROTOCOL).encode():
        raise Refused("client-too-old", f"Sync-Protocol {PROTOCOL} is spoken")


def _plain_headers(headers: Any, length: int) -> list[tuple[bytes, bytes]]:
    """Return the headers of the body as the routes see it: plain JSON of known length."""
    dropped = {b"content-encoding", b"content-length", b"content-type", b"transfer-encoding"}
    kept = [(k, v) for k, v in headers if k.lower() not in dropped]
    return [
        *kept,
        (b"content-length", str(length).encode()),
        (b"content-type", b"application/json"),
    ]


def _given(plain: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands over a body that was read before."""
    waiting: list[Any] = [{"type": "http.request", "body": plain, "more_body": False}]

    async def give() -> Any:
        return waiting.pop() if waiting else await receive()

    return give

"""Answers whose bytes are ready: they are sent as they are."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send

T = TypeVar("T")
NO_BODY = 204


class Answer(Response[T], Generic[T]):
    """A status, headers and bytes; `T` is what the description says that they hold.

    Litestar's own answer is made twice, with cookies, encoders and defaults that none of ours has.
    """

    def __init__(self, body: bytes, headers: Mapping[str, str], status: int | None = None) -> None:
        self._body = body
        self._headers = headers
        self._status = status

    def to_asgi_response(self, *_args: Any, status_code: int, **_options: Any) -> ASGIApp:  # type: ignore[override]  # an ASGI application is all that is used
        """Return what sends the answer; without a status of its own it has that of its route."""
        self._status = self._status or status_code
        return self._send

    async def _send(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        fields = [(name.lower().encode(), text.encode()) for name, text in self._headers.items()]
        if self._status != NO_BODY:
            fields.append((b"content-length", str(len(self._body)).encode()))
        start: Any = {"type": "http.response.start", "status": self._status, "headers": fields}
        await send(start)
        rest: Any = {"type": "http.response.body", "body": self._body, "more_body": False}
        await send(rest)

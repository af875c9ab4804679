"""A file, or a range of one, sent in pieces."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import msgspec
from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send

from central.blobs import PhotoBytes
from central.lanes import Lanes

PIECE = 256 * 1024


class FilePart(msgspec.Struct, frozen=True):
    """The next `size` bytes of a file that is open where they begin."""

    file: PhotoBytes
    size: int


class FileAnswer(Response[None]):
    """Sends a part of a file and closes it.

    Litestar's own streams end when the client's side of the request is over, which for a client
    that has sent all it had to say is at once.
    """

    def __init__(
        self, part: FilePart, lanes: Lanes, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(None, status_code=status)
        self._part = part
        self._lanes = lanes
        self._status = status
        self._fields = [(k.lower().encode(), v.encode()) for k, v in headers.items()]

    def to_asgi_response(self, *_args: Any, **_options: Any) -> ASGIApp:  # type: ignore[override]  # an ASGI application is all that is used
        """Return what sends the answer."""
        return self._send

    async def _send(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        part = self._part
        with closing(part.file) as file:
            start: Any = {
                "type": "http.response.start",
                "status": self._status,
                "headers": self._fields,
            }
            await send(start)
            left = part.size
            while left:
                most = min(PIECE, left)
                piece = await self._lanes.photos(lambda most=most: file.read(most))  # type: ignore[misc]  # mypy cannot type a lambda default
                if not piece:
                    raise EOFError("a stored photo is shorter than its record says")
                left -= len(piece)
                body: Any = {"type": "http.response.body", "body": piece, "more_body": left > 0}
                await send(body)
            if part.size == 0:
                empty: Any = {"type": "http.response.body", "body": b"", "more_body": False}
                await send(empty)

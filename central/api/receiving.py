"""Bytes of photos as they come in; the newest request for an upload takes over from older ones.

A client whose connection hangs comes back on another one: it must not wait until the centre has
noticed (sync.md 4.7). Several processes have to be sticky by the upload's id.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar.types import Receive

from central.api.body import Gone
from central.api.tus import Checksum
from central.problem import Refused


class Turn:
    """The right to write to one upload, until a newer request takes it."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.done = asyncio.Event()


class Turns:
    """Who writes to which upload."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    async def settled(self, name: str) -> None:
        """End who writes to an upload, so that its size stays what it is; wait for who finishes."""
        while (turn := self._turns.get(name)) is not None:
            turn.over.set()
            await turn.done.wait()

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[Turn]:
        """Take over an upload; one that is just being finished is waited for."""
        await self.settled(name)
        turn = self._turns[name] = Turn()
        try:
            yield turn
        finally:
            turn.done.set()
            if self._turns.get(name) is turn:
                del self._turns[name]


async def take_in(
    receive: Receive, turn: Turn, part: Path, *, start: int, length: int, checksum: Checksum
) -> int:
    """Append a request's body to a part; return the part's size.

    What came before the client hung up stays. Raises Gone, and Refused: `wrong-offset` when a newer
    request took over, `too-large` for more bytes than announced, `wrong-hash` for a wrong checksum
    (both leave the part as it was), `storage-full`.
    """
    try:
        return await _append(receive, turn, part, start=start, length=length, checksum=checksum)
    except Refused as refused:
        if refused.name in {"too-large", "wrong-hash"}:
            _cut(part, start)
        raise
    except OSError as error:
        raise Refused("storage-full") from error


async def _append(
    receive: Receive, turn: Turn, part: Path, *, start: int, length: int, checksum: Checksum
) -> int:
    size = start
    # Unbuffered: bytes held back here could reach the file after a newer request has begun.
    with part.open("ab", buffering=0) as file:
        async for chunk in _chunks(receive, turn):
            if size + len(chunk) > length:
                raise Refused("too-large", "more bytes than announced")
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.write(rest) or 0 :]
            checksum.add(chunk)
            size += len(chunk)
    if not checksum.fits:
        raise Refused("wrong-hash", "Upload-Checksum does not fit")
    return size


def _cut(part: Path, size: int) -> None:
    with part.open("r+b") as file:
        file.truncate(size)


async def _chunks(receive: Receive, turn: Turn) -> AsyncIterator[bytes]:
    over = asyncio.ensure_future(turn.over.wait())
    try:
        while True:
            message = await _next(receive, over)
            if turn.over.is_set():
                raise Refused("wrong-offset", "a newer request has taken over")
            if message["type"] != "http.request":
                raise Gone
            if body := message.get("body", b""):
                yield body
            if not message.get("more_body", False):
                return
    finally:
        over.cancel()


async def _next(receive: Callable[[], Any], over: "asyncio.Future[Any]") -> Any:
    coming = asyncio.ensure_future(receive())
    await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED)
    if not coming.done():
        coming.cancel()
        return {"type": "http.disconnect"}
    return coming.result()

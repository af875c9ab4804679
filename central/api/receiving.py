"""Bytes of photos as they come in; the newest request for an upload takes over from older ones.

A client whose connection hangs comes back on another one: it must not wait until the centre has
noticed (sync.md 4.7). Several processes have to be sticky by the upload's id.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from litestar.types import Receive

from central.api.body import Gone
from central.api.tus import Checksum
from central.problem import Refused


class Turn:
    """The right to write to one upload, until a newer request takes it."""

    def __init__(self) -> None:
        self.is_over = False
        self.done = asyncio.Event()
        self._patience: asyncio.Timeout | None = None

    def end(self) -> None:
        """Take the right away, also from who waits for bytes that may never come."""
        before, self.is_over = self.is_over, True
        if self._patience is not None and not before:
            self._patience.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def patiently(self) -> AsyncIterator[None]:
        """Wait for bytes in a `with` block; raises Refused(`wrong-offset`) when the turn ends."""
        if self.is_over:
            raise Refused("wrong-offset", "a newer request has taken over")
        try:
            async with asyncio.timeout(None) as self._patience:
                yield
        except TimeoutError as error:
            raise Refused("wrong-offset", "a newer request has taken over") from error
        finally:
            self._patience = None


class Turns:
    """Who writes to which upload."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    async def settled(self, name: str) -> None:
        """End who writes to an upload, so that its size stays what it is; wait for who finishes."""
        while (turn := self._turns.get(name)) is not None:
            turn.end()
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


class Taken(msgspec.Struct, frozen=True):
    """How long a part is now; `sha256` is the hash of all of it when it came in one request."""

    size: int
    sha256: str | None = None


async def take_in(
    receive: Receive, turn: Turn, part: Path, *, start: int, length: int, checksum: Checksum
) -> Taken:
    """Append a request's body to a part, or begin the part with it when `start` is 0.

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
) -> Taken:
    size, whole = start, hashlib.sha256() if start == 0 else None
    # Unbuffered: bytes held back here could reach the file after a newer request has begun.
    with part.open("ab" if start else "wb", buffering=0) as file:
        async with turn.patiently():
            async for chunk in _chunks(receive):
                if turn.is_over:
                    raise Refused("wrong-offset", "a newer request has taken over")
                if size + len(chunk) > length:
                    raise Refused("too-large", "more bytes than announced")
                rest = memoryview(chunk)
                while rest:
                    rest = rest[file.write(rest) or 0 :]
                checksum.add(chunk)
                if whole is not None:
                    whole.update(chunk)
                size += len(chunk)
    if turn.is_over:
        raise Refused("wrong-offset", "a newer request has taken over")
    if not checksum.fits:
        raise Refused("wrong-hash", "Upload-Checksum does not fit")
    return Taken(size, None if whole is None else whole.hexdigest())


def _cut(part: Path, size: int) -> None:
    with part.open("r+b") as file:
        file.truncate(size)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        if body := message.get("body", b""):
            yield body
        more = message.get("more_body", False)

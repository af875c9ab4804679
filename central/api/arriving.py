"""Bodies that come at once lie in memory until they are whole; all others go on as streams.

A photo over a quick network is here within milliseconds, and one that is whole needs no part that
could be resumed. How much may lie here is bounded, and for how long.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from litestar.types import Receive
from litestar.types.asgi_types import ReceiveMessage as Message

AT_ONCE_S = 0.5
MOST_HELD = 32 * 1024 * 1024


class Came:
    """What came of a body so far; `receive` gives all of it, from its beginning."""

    def __init__(self, heard: Sequence[Message], receive: Receive) -> None:
        self._heard = deque(heard)
        self._receive = receive

    def whole(self, length: int) -> Sequence[bytes] | None:
        """Return the body if all of it is here and it is as long as this."""
        if not self._heard or not _is_last(self._heard[-1]):
            return None
        body = [cast("bytes", message.get("body", b"")) for message in self._heard]
        return body if sum(map(len, body)) == length else None

    async def receive(self) -> Message:
        """Return the next message; what was given lies here no more."""
        return self._heard.popleft() if self._heard else await self._receive()


class Arrivals:
    """The bodies that lie in memory now."""

    def __init__(self) -> None:
        self._held = 0

    @asynccontextmanager
    async def take_in(self, receive: Receive, length: int) -> AsyncIterator[Came]:
        """Wait a moment for a body of that length; what came is held during a `with` block."""
        if self._held + length > MOST_HELD:
            yield Came([], receive)
            return
        self._held += length
        try:
            yield Came(await _heard(receive, length), receive)
        finally:
            self._held -= length


async def _heard(receive: Receive, length: int) -> Sequence[Message]:
    heard: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(AT_ONCE_S):
            while size <= length:
                message = await receive()
                heard.append(message)
                if message["type"] != "http.request" or _is_last(message):
                    break
                size += len(message.get("body", b""))
    except TimeoutError:
        pass
    return heard


def _is_last(message: Message) -> bool:
    return message["type"] == "http.request" and not message.get("more_body", False)

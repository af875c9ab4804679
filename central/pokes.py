"""Telling connected devices that there is something to pull, without saying what (sync.md 4.3).

One look at the scopes' heads serves every listener, however many there are, and it sees what any
process of the centre has written. A write of this process makes it look soon; looking takes no more
than a tenth of the time, since for a whole city one look takes a while (docs/scale.md).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import suppress

from central.lanes import Lanes
from central.problem import Refused
from central.service.parts import Parts
from central.store import feed
from gridworker.domain.scope import REF

EVERY = 0.5
REST = 9  # times as long as a look took
LONGEST_REST = 5.0
HEARTBEAT = 15.0
LONGEST = 15 * 60.0
LOG = logging.getLogger(__name__)
NEWS, NOTHING = b"event: news\ndata:\n\n", b":\n\n"


class _Listener:
    """Somebody who waits; `seen` is how far each of their scopes was when they were told last.

    `moved` says that they may have been given other places since.
    """

    def __init__(self, scopes: frozenset[str]) -> None:
        self.scopes = scopes
        self.seen: Mapping[str, int] | None = None
        self.moved = False
        self.bell = asyncio.Event()


class Watch:
    """Looks at the heads while somebody listens; all of it happens in one event loop."""

    def __init__(self, parts: Parts, lanes: Lanes) -> None:
        self._parts, self._lanes = parts, lanes
        self._listeners: set[_Listener] = set()
        self._stirred = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._ended = False

    async def listen(
        self, scopes: Callable[[], Awaitable[Collection[str]]]
    ) -> AsyncIterator[bytes]:
        """Yield news and heartbeats as server-sent events, for at most a quarter of an hour.

        The first news comes with the first look: what changed between the device's last pull and
        now. No sooner, for what changed between that news and the look would be told to nobody.
        `scopes` is asked again when accounts have changed; it ends when that raises Refused.
        """
        listener = _Listener(frozenset(await scopes()))
        self._listeners.add(listener)
        self.stir()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        clock = asyncio.get_running_loop().time
        over = clock() + LONGEST
        try:
            while not self._ended and clock() < over:
                told = await _rung(listener.bell)
                if listener.moved:
                    listener.moved = False
                    listener.scopes = frozenset(await scopes())
                yield told
        except Refused:
            return  # who comes again is told why
        finally:
            self._listeners.discard(listener)

    def listeners(self) -> int:
        """Return how many devices listen."""
        return len(self._listeners)

    def stir(self) -> None:
        """Look soon: this process has just written something, or somebody new listens."""
        self._stirred.set()

    def end(self) -> None:
        """Let everybody go: the process is about to end."""
        self._ended = True
        for listener in self._listeners:
            listener.bell.set()

    async def _look(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._listeners and not self._ended:
            began = clock()
            wanted = frozenset().union(*(one.scopes for one in self._listeners))
            try:
                self._ring(await self._lanes.read(self._reading(wanted)))
            except Refused:
                pass  # too busy to look: the next time will do
            except Exception as error:  # noqa: BLE001  (a database away for a moment ends no look)
                LOG.warning("could not look for news: %s", error)
            await asyncio.sleep(min((clock() - began) * REST, LONGEST_REST))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), EVERY)
            self._stirred.clear()

    def _reading(self, wanted: Collection[str]) -> Callable[[], dict[str, int]]:
        def read() -> dict[str, int]:
            heads = self._parts.store.read(lambda tx: feed.heads(tx, wanted))
            return {scope: head.seq for scope, head in heads.items()}

        return read

    def _ring(self, heads: Mapping[str, int]) -> None:
        for listener in self._listeners:
            now = {scope: heads.get(scope, 0) for scope in listener.scopes}
            if now != listener.seen:
                before = listener.seen or now
                listener.moved |= now.get(REF) != before.get(REF)
                listener.bell.set()
            listener.seen = now


async def _rung(bell: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(bell.wait(), HEARTBEAT)
    except TimeoutError:
        return NOTHING
    bell.clear()
    return NEWS

"""Threads for work that waits on disk or database, so that the event loop never does.

SQLite has one writer, so one thread writes and requests queue for it in the order in which they
came; each queue is bounded and tells who comes too late when to come again. The place of photos may
be a network away and fall silent: what waits for it waits apart from everything else.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from central.problem import Refused

T = TypeVar("T")
MOST_WAITING = 400
PHOTO_THREADS = 8


class Lanes:
    """Lanes for writing, for reading and for photos; `inline` stays in the caller's thread."""

    def __init__(self, *, writers: int, readers: int, inline: bool = False) -> None:
        self._inline = inline
        self._write = _Lane(writers, "centre-write")
        self._read = _Lane(readers, "centre-read")
        self._photos = _Lane(PHOTO_THREADS, "centre-photos")

    async def write(self, work: Callable[[], T]) -> T:
        """Run work that changes something; raises Refused(`overloaded`) when the lane is full."""
        return await self._run(self._write, work)

    async def read(self, work: Callable[[], T]) -> T:
        """Run work that looks something up; raises Refused(`overloaded`) when the lane is full."""
        return await self._run(self._read, work)

    async def photos(self, work: Callable[[], T]) -> T:
        """Run work at the place of photos; raises Refused(`overloaded`) when the lane is full."""
        return await self._run(self._photos, work)

    async def _run(self, lane: "_Lane", work: Callable[[], T]) -> T:
        if self._inline:
            return work()
        if lane.waiting >= MOST_WAITING:
            raise Refused("overloaded")
        lane.waiting += 1
        try:
            # What the work logs names the request that it is done for.
            inside = copy_context()
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(lane.threads, inside.run, work)
        finally:
            lane.waiting -= 1

    def waiting(self) -> dict[str, Callable[[], float]]:
        """Return how to learn how many requests each lane has."""
        lanes = {"write": self._write, "read": self._read, "photos": self._photos}
        return {name: partial(_waiting, lane) for name, lane in lanes.items()}

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        for lane in (self._write, self._read, self._photos):
            lane.threads.shutdown()


class _Lane:
    """Threads, and how many requests wait for them or are in one."""

    def __init__(self, threads: int, name: str) -> None:
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.waiting = 0


def _waiting(lane: _Lane) -> float:
    return lane.waiting

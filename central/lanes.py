"""Threads for work that waits on disk or database, so that the event loop never does.

SQLite has one writer, so one thread writes and requests queue for it in the order in which they
came; the queue is bounded and tells who comes too late when to come again.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from central.problem import Refused

T = TypeVar("T")
MOST_WAITING = 400


class Lanes:
    """One lane for writing and one for reading; `inline` runs everything in the caller's thread."""

    def __init__(self, *, writers: int, readers: int, inline: bool = False) -> None:
        self._inline = inline
        self._write = ThreadPoolExecutor(writers, thread_name_prefix="centre-write")
        self._read = ThreadPoolExecutor(readers, thread_name_prefix="centre-read")
        self._waiting = 0

    async def write(self, work: Callable[[], T]) -> T:
        """Run work that changes something; raises Refused(`overloaded`) when the lane is full."""
        return await self._run(self._write, work)

    async def read(self, work: Callable[[], T]) -> T:
        """Run work that looks something up; raises Refused(`overloaded`) when the lane is full."""
        return await self._run(self._read, work)

    async def _run(self, lane: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._inline:
            return work()
        if self._waiting >= MOST_WAITING:
            raise Refused("overloaded")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(lane, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        self._write.shutdown()
        self._read.shutdown()

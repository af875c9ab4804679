"""Threads for work that waits on disk or database, so that the event loop never does.

SQLite has one writer, so one thread writes and requests queue for it in the order in which they
came; each queue is bounded and tells who comes too late when to come again. The place of photos may
be a network away and fall silent: what waits for it waits apart from everything else.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

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
            outcome: T = await lane.put(work)
        finally:
            lane.waiting -= 1
        return outcome

    def waiting(self) -> dict[str, Callable[[], float]]:
        """Return how to learn how many requests each lane has."""
        lanes = {"write": self._write, "read": self._read, "photos": self._photos}
        return {name: partial(_waiting, lane) for name, lane in lanes.items()}

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        for lane in (self._write, self._read, self._photos):
            lane.close()


class _Job(NamedTuple):
    """Work, and who waits for it where."""

    work: Callable[[], Any]
    inside: Context
    waits: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


class _Lane:
    """Threads, and how many requests wait for them or are in one.

    Python's own pool makes two futures and three locks for a piece of work, which took longer than
    the look-up that many a request needs a thread for.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most, self._name = threads, name
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self.waiting = 0

    def put(self, work: Callable[[], Any]) -> "asyncio.Future[Any]":
        """Let a thread do it; who waits no more before it has begun gets nothing done."""
        loop = asyncio.get_running_loop()
        waits = loop.create_future()
        # What the work logs names the request that it is done for.
        self._jobs.put(_Job(work, copy_context(), waits, loop))
        if len(self._threads) < min(self._most, max(1, self.waiting)):
            self._start()
        return waits

    def close(self) -> None:
        """Wait for what was put here, and let the threads go."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start(self) -> None:
        with self._starting:
            number = len(self._threads)
            if number < self._most:
                name = f"{self._name}_{number}"
                thread = threading.Thread(target=self._serve, name=name, daemon=True)
                thread.start()
                self._threads.append(thread)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.waits.cancelled():
                _do(job)
            del job  # what it holds would lie here until the next comes


def _do(job: _Job) -> None:
    try:
        told = partial(_tell, job.waits.set_result, job.inside.run(job.work))
    except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
        told = partial(_tell, job.waits.set_exception, error)
    with suppress(RuntimeError):  # its loop is over
        job.loop.call_soon_threadsafe(told)


def _tell(say: Callable[[Any], None], outcome: Any) -> None:
    with suppress(asyncio.InvalidStateError):  # nobody waits any more
        say(outcome)


def _waiting(lane: _Lane) -> float:
    return lane.waiting

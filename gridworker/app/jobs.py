"""Lanes: the few threads on which everything that may wait is done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from gridworker.storage.failures import DeviceWiped

R = TypeVar("R")
Post = Callable[[Callable[[], None]], None]


class Lane(Protocol):
    """Where a presenter sends work; answers come back on the thread that owns the windows."""

    def run(
        self,
        work: Callable[[], R],
        done: Callable[[R], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start `work`; later call `done` with its result or `failed` with what it raised."""
        ...


class PoolLane:
    """A lane of `width` threads; one is a queue, so a write lane has exactly one."""

    def __init__(self, name: str, width: int, post: Post) -> None:
        self._pool = ThreadPoolExecutor(width, thread_name_prefix=name)
        self._post = post

    def run(
        self,
        work: Callable[[], R],
        done: Callable[[R], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start `work`; `done` or `failed` is posted to the windows' thread.

        Neither is when the profile was destroyed by order meanwhile: its windows go, and the lock
        says why.
        """

        def job() -> None:
            try:
                result = work()
            except DeviceWiped:
                return
            except Exception as error:  # noqa: BLE001  (the lane is the boundary)
                caught = error
                self._post(lambda: failed(caught))
            else:
                self._post(lambda: done(result))

        self._pool.submit(job)

    def close(self, *, drop: bool = False) -> None:
        """Finish everything that was asked; with `drop` only what runs already."""
        self._pool.shutdown(cancel_futures=drop)

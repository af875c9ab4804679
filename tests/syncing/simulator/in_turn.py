"""Requests without threads: chance says when each is made, so that a seed decides everything."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

PHOTOS = "sync.photos"


class Asked(Future[Any]):
    """A request that is made when somebody asks for its answer, unless it was made before."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work

    def make(self) -> None:
        if not self.done():
            try:
                self.set_result(self._work())
            except BaseException as end:  # noqa: BLE001  (a thread would hand it on in the same way)
                self.set_exception(end)

    def result(self, timeout: float | None = None) -> Any:
        self.make()
        return super().result(timeout)


class InTurn(Executor):
    """Stands where a thread carries requests while the store works.

    Each request comes either before everything the store does meanwhile (`soon` says so) or after
    it; one that nobody waits for any more, because the laptop died, may never be made. Photos are
    sent at once: whoever sends several waits for whichever is done first.
    """

    def __init__(self, soon: Callable[[], bool]) -> None:
        self._soon = soon

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Asked:
        asked = Asked(partial(fn, *args, **kwargs))
        if fn.__module__ == PHOTOS or self._soon():
            asked.make()
        return asked

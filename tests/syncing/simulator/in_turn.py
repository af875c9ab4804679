"""Two things at once without threads: chance says which comes first, so a seed decides all."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

PHOTOS = "sync.photos"


class Asked(Future[Any]):
    """Work that is done when somebody asks for what came of it, unless it was done before."""

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
    """Stands where a second thread carries a request or works on the store beside one.

    What it is given comes either before everything that goes on meanwhile (`soon` says so) or after
    it; what nobody waits for any more, because the laptop died, may never be done. Photos are sent
    at once: whoever sends several waits for whichever is done first.
    """

    def __init__(self, soon: Callable[[], bool]) -> None:
        self._soon = soon

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Asked:
        asked = Asked(partial(fn, *args, **kwargs))
        if fn.__module__ == PHOTOS or self._soon():
            asked.make()
        return asked

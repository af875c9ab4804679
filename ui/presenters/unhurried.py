"""Following a hand that flips through a list without building every page it passes."""

from collections.abc import Callable

from ui.presenters.timing import Cancel, Later

REST_MS = 120


class Unhurried:
    """Passes a value on at once; of those that follow each other fast, the first and the last."""

    def __init__(self, later: Later, work: Callable[[str], None]) -> None:
        self._later, self._work = later, work
        self._resting: Cancel | None = None
        self._last: str | None = None

    def __call__(self, value: str) -> None:
        """Take a value."""
        if self._resting is None:
            self._work(value)
        else:
            self._resting()
            self._last = value
        self._resting = self._later(REST_MS, self._rested)

    def forget(self) -> None:
        """Pass nothing on that still waits."""
        if self._resting is not None:
            self._resting()
        self._resting = self._last = None

    def _rested(self) -> None:
        self._resting = None
        last, self._last = self._last, None
        if last is not None:
            self._work(last)

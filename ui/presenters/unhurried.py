"""Following a hand that flips through a list without building every page it passes."""

from collections.abc import Callable

from ui.presenters.timing import Cancel, Later

REST_MS = 120


class Unhurried:
    """Passes a value on once it has rested; keys that repeat pass everything but the last by."""

    def __init__(self, later: Later, work: Callable[[str], None]) -> None:
        self._later, self._work = later, work
        self._resting: Cancel | None = None
        self._last = ""

    def __call__(self, value: str) -> None:
        """Take a value."""
        self.forget()
        self._last = value
        self._resting = self._later(REST_MS, self._rested)

    def hurry(self) -> None:
        """Pass on at once what still rests: a click means what it points at."""
        if self._resting is not None:
            self._resting()
            self._rested()

    def forget(self) -> None:
        """Pass nothing on that still waits."""
        if self._resting is not None:
            self._resting()
            self._resting = None

    def _rested(self) -> None:
        self._resting = None
        self._work(self._last)

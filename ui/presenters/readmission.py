"""The door for a profile whose login is over: a new code lets it in, with all that is in it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import SyncControl

Told = tuple[str, str]


class ReadmissionView(Protocol):
    """Where the code is asked for."""

    def show_busy(self) -> None:
        """Let nothing be pressed while the centre is asked."""
        ...

    def show_problem(self, told: Told) -> None:
        """Say why it did not go, and what to do; the code may be shown again."""
        ...

    def show_done(self) -> None:
        """Go away: the profile is let in."""
        ...


class Readmission:
    """One code at a time; `say` gives sentence and next step of what went wrong."""

    def __init__(
        self,
        sync: SyncControl,
        *,
        lane: Lane,
        say: Callable[[str, Mapping[str, Any]], Told],
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._sync, self._lane, self._say = sync, lane, say
        self._done, self._failed = done, failed
        self._view: ReadmissionView | None = None
        self._busy = False

    def start(self, view: ReadmissionView) -> None:
        """Answer to this view from now on."""
        self._view = view

    def close(self) -> None:
        """Tell a view no more; a code that is under way goes its way."""
        self._view = None

    def show(self, code: str) -> None:
        """Show a code to the centre."""
        code = code.strip()
        if self._busy or not code:
            return
        self._busy = True
        if self._view is not None:
            self._view.show_busy()
        self._lane.run(lambda: self._sync.enrol_again(code), self._let_in, self._refused)

    def _let_in(self, _nothing: None) -> None:
        self._busy = False
        if self._view is not None:
            self._view.show_done()
        self._done()

    def _refused(self, error: Exception) -> None:
        self._busy = False
        code = getattr(error, "code", None)
        if self._view is not None:
            facts = {**getattr(error, "facts", {}), "detail": "enrol-again"}
            self._view.show_problem(self._say(str(code), facts))
        if code is None:
            self._failed(error)

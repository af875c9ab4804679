"""Unfinished work is on disk before anybody can miss it (ux.md 2.1: save is not a button)."""

from collections.abc import Callable, Mapping
from typing import Any

from gridworker.app.jobs import Lane
from gridworker.app.ports import Commands
from ui.presenters.timing import Cancel, Later

STORE_AFTER_MS = 200  # leaves 100 of the promised 300 ms for the write itself


class DraftKeeper:
    """Stores one form while it is filled in, at most 300 ms after a change.

    Changes within the wait are stored together; the wait is never prolonged by typing on.
    """

    def __init__(
        self,
        form: str,
        *,
        commands: Commands,
        write: Lane,
        later: Later,
        fields: Callable[[], Mapping[str, Any]],
        failed: Callable[[Exception], None],
    ) -> None:
        self.form = form
        self.id = ""
        self.touched = self._stored = False
        self._commands = commands
        self._write = write
        self._later = later
        self._fields = fields
        self._failed = failed
        self._cancel: Cancel | None = None

    def begin(self, draft: str, *, touched: bool = False) -> None:
        """Work on this draft from now on; `touched` when it is already stored."""
        self._stop()
        self.id = draft
        self.touched = self._stored = touched

    def changed(self) -> None:
        """Note that the form holds something new."""
        self.touched = True
        if self._cancel is None:
            self._cancel = self._later(STORE_AFTER_MS, self._store)

    def flush(self) -> None:
        """Store now what waits, for the form is about to close."""
        if self._cancel is not None:
            self._stop()
            self._store()

    def first(self) -> Callable[[], None]:
        """Return work that stores the draft unless that was done before, so photos can join it."""
        return _done if self._stored else self._snapshot()

    def end(self) -> str:
        """Store no more: a record is taking the draft over. Returns its id."""
        self._stop()
        return self.id

    def forget_if_untouched(self) -> None:
        """End a draft that nobody entered anything in."""
        if not self.touched:
            draft = self.end()
            self._write.run(lambda: self._commands.discard_draft(draft), _nothing, self._failed)

    def _store(self) -> None:
        self._cancel = None
        self._write.run(self._snapshot(), _nothing, self._failed)

    def _snapshot(self) -> Callable[[], None]:
        draft, form, fields = self.id, self.form, dict(self._fields())
        self.touched = self._stored = True
        return lambda: self._commands.save_draft(draft, form, fields)

    def _stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


def _nothing(_: object) -> None:
    """Answer a write that nobody needs to be told of."""


def _done() -> None:
    """Stand for work that was done before."""

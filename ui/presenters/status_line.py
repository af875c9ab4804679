"""The line at the bottom: the network, what waits here, what needs care, what room is left."""

from collections.abc import Callable
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Connection, Queries, SyncControl
from gridworker.domain.lines import SyncStatus
from ui.presenters.timing import Cancel, Later

AGAIN_AFTER_MS = 30_000  # times in words grow old


class StatusLineView(Protocol):
    """Where it is shown."""

    def show_status(
        self, connection: Connection, status: SyncStatus, *, free_bytes: int | None
    ) -> None:
        """Show how things stand; `free_bytes` is None when nobody can tell."""
        ...


class StatusLinePresenter:
    """Reads the counters and the free space in the read lane after every change.

    `on_attention` is called when something more needs care than when it looked before.
    """

    def __init__(
        self,
        queries: Queries,
        sync: SyncControl,
        *,
        read: Lane,
        later: Later,
        free_space: Callable[[], int | None],
        failed: Callable[[Exception], None],
        on_attention: Callable[[], None],
    ) -> None:
        self._queries, self._sync = queries, sync
        self._read, self._later = read, later
        self._free_space, self._failed = free_space, failed
        self._on_attention = on_attention
        self._needed: int | None = None
        self._view: StatusLineView | None = None
        self._again: Cancel | None = None
        self._asked = False

    def start(self, view: StatusLineView) -> None:
        """Show how things stand from now on."""
        self._view = view
        self.refresh()

    def refresh(self) -> None:
        """Look again; several changes at once cost one look."""
        if self._view is None or self._asked:
            return
        self._asked = True

        def look() -> tuple[SyncStatus, int | None]:
            return self._queries.status(), self._free_space()

        self._read.run(look, self._show, self._failed)

    def close(self) -> None:
        """Show nothing any more."""
        self._view = None
        self._stop()

    def _show(self, seen: tuple[SyncStatus, int | None]) -> None:
        self._asked = False
        if self._view is None:
            return
        status, free_bytes = seen
        self._view.show_status(self._sync.connection(), status, free_bytes=free_bytes)
        if self._needed is not None and status.needs_attention > self._needed:
            self._on_attention()
        self._needed = status.needs_attention
        self._stop()
        self._again = self._later(AGAIN_AFTER_MS, self.refresh)

    def _stop(self) -> None:
        if self._again is not None:
            self._again()
            self._again = None

"""The list of patrol records: ids first, rows by the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries
from gridworker.domain.lines import PatrolLine
from ui.presenters.timing import Cancel, Later

SEARCH_AFTER_MS = 150


class PatrolListView(Protocol):
    """What the list can be told."""

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these records, newest first."""
        ...

    def show_rows(self, page: int, rows: Mapping[str, PatrolLine]) -> None:
        """Fill in one page."""
        ...


class PatrolListPresenter:
    """Asks in the read lane; answers to questions no longer asked are dropped."""

    def __init__(
        self,
        queries: Queries,
        *,
        read: Lane,
        later: Later,
        failed: Callable[[Exception], None],
    ) -> None:
        self._queries, self._read, self._later = queries, read, later
        self._failed = failed
        self._view: PatrolListView | None = None
        self._waiting: Cancel | None = None
        self._turn = 0
        self.wanted = ""

    def start(self, view: PatrolListView) -> None:
        """Show the list in a view."""
        self._view = view
        self.refresh()

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None
        self._turn += 1
        if self._waiting is not None:
            self._waiting()

    def search(self, text: str) -> None:
        """Show what matches, shortly after the last key."""
        self.wanted = text.strip()
        if self._waiting is not None:
            self._waiting()
        self._waiting = self._later(SEARCH_AFTER_MS, self._search_now)

    def refresh(self) -> None:
        """Ask for the list again."""
        if self._view is None:
            return
        self._turn += 1
        turn, wanted = self._turn, self.wanted

        def show(ids: list[str]) -> None:
            if turn == self._turn and self._view is not None:
                self._view.show_ids(ids)

        self._read.run(lambda: self._queries.patrol_ids(wanted), show, self._failed)

    def ask(self, page: int, ids: Sequence[str]) -> None:
        """Bring one page of rows."""
        turn = self._turn

        def show(rows: dict[str, PatrolLine]) -> None:
            if turn == self._turn and self._view is not None:
                self._view.show_rows(page, rows)

        self._read.run(lambda: self._queries.patrol_lines(ids), show, self._failed)

    def _search_now(self) -> None:
        self._waiting = None
        self.refresh()

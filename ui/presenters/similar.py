"""The same matter at the same place, so that nobody reports it twice (ux.md 1)."""

from collections.abc import Callable
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries
from gridworker.domain.lines import TicketLine


class SimilarView(Protocol):
    """Where a similar ticket is pointed at."""

    def show_similar(self, ticket: TicketLine | None) -> None:
        """Point at a recent ticket of the same matter at the same place; never block."""
        ...


class Similar:
    """Looks again whenever item or place change; late answers to earlier questions are dropped."""

    def __init__(
        self,
        view: SimilarView,
        *,
        queries: Queries,
        read: Lane,
        failed: Callable[[Exception], None],
    ) -> None:
        self.ticket: TicketLine | None = None
        self._view = view
        self._queries = queries
        self._read = read
        self._failed = failed
        self._asked = ("", "")

    def look(self, item: str, place: str) -> None:
        """Look for tickets of this item at this place."""
        asked = (item, place.strip())
        if asked == self._asked:
            return
        self._show(None)
        self._asked = asked
        if not all(asked):
            return

        def found(tickets: list[TicketLine]) -> None:
            if asked == self._asked and tickets:
                self._show(tickets[0])

        self._read.run(lambda: self._queries.similar(*asked), found, self._failed)

    def clear(self) -> None:
        """Forget what was found."""
        self._asked = ("", "")
        self._show(None)

    def _show(self, ticket: TicketLine | None) -> None:
        self.ticket = ticket
        self._view.show_similar(ticket)

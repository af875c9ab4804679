"""今日: what needs this person, by consequence, and the four numbers of their own day."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries, TicketFilter
from gridworker.domain.lines import InboxLine, MyDay, TicketLine
from ui.presenters.pictures import Pictures
from ui.presenters.timing import Later

THUMBS_KEPT = 60
LATEST = 6
Rest = tuple[MyDay, int, list[TicketLine]]


class TodayView(Protocol):
    """What 今日 can be told."""

    def show_inbox(self, lines: Sequence[InboxLine]) -> None:
        """Show what needs me, in this order; nothing is the good state."""
        ...

    def show_day(self, day: MyDay, to_send: int) -> None:
        """Show the four numbers; `to_send` counts what has not left this laptop."""
        ...

    def show_latest(self, lines: Sequence[TicketLine]) -> None:
        """Show what I recorded last and how far each has come."""
        ...

    def show_thumb(self, sha256: str, jpeg: bytes) -> None:
        """Show a small picture that has come."""
        ...


class TodayPresenter:
    """Asks in the read lane; each row has one way on."""

    def __init__(
        self,
        queries: Queries,
        *,
        read: Lane,
        photos: Lane,
        later: Later,
        go: Callable[[str, Mapping[str, str]], None],
    ) -> None:
        self._queries, self._read, self._later, self._go = queries, read, later, go
        self._view: TodayView | None = None
        self._turn = self._shown = 0
        self._thumbs = Pictures(queries.thumb, photos, self._came, kept=THUMBS_KEPT)

    def start(self, view: TodayView) -> None:
        """Show the day in a view."""
        self._view = view
        self.refresh()

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None
        self._turn += 1
        self._thumbs.close()

    def refresh(self) -> None:
        """Ask again: first what needs me, and when that is to be seen the rest."""
        self._turn += 1
        turn = self._turn
        self._read.run(self._queries.inbox, lambda lines: self._show_inbox(turn, lines), _raise)

    def thumb(self, sha256: str) -> bytes | None:
        """Return a small picture that is here, and bring it when it is not."""
        return self._thumbs.get(sha256)

    def open_ticket(self, ticket: str) -> None:
        """Go to a ticket."""
        self._go("tickets", {"ticket": ticket, "choice": "all", "pane": "detail"})

    def open(self, line: InboxLine) -> None:
        """Go where a row leads: to its ticket, or to the card in the sync centre."""
        if line.kind == "ticket":
            self.open_ticket(line.id)
        else:
            self._go("sync", {"card": line.id})

    def _show_inbox(self, turn: int, lines: list[InboxLine]) -> None:
        if self._view is None or turn < self._shown:
            return
        self._shown = turn
        self._view.show_inbox(lines)
        self._later(0, lambda: self._ask_rest(turn))  # painting comes first

    def _ask_rest(self, turn: int) -> None:
        if self._view is not None and turn == self._turn:
            self._read.run(self._rest, lambda rest: self._show_rest(turn, rest), _raise)

    def _rest(self) -> Rest:
        latest = self._queries.ticket_head(TicketFilter(mine=True), LATEST)
        return self._queries.my_day(), self._queries.status().queued_ops, latest

    def _show_rest(self, turn: int, rest: Rest) -> None:
        if self._view is not None and turn == self._turn:
            day, to_send, latest = rest
            self._view.show_day(day, to_send)
            self._view.show_latest(latest)

    def _came(self, sha256: str, jpeg: bytes) -> None:
        if self._view is not None:
            self._view.show_thumb(sha256, jpeg)


def _raise(error: Exception) -> None:
    raise error

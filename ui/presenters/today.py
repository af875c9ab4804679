"""今日: what needs this person, by consequence, and the four numbers of their own day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries, TicketFilter
from gridworker.domain.lines import InboxLine, TicketLine
from ui.presenters.pictures import Pictures

SOON_HOURS = 24
THUMBS_KEPT = 60
RECENT = 200
DONE = ("onspot_done", "closed")  # the centre closes what was finished on the spot
LATEST = 6


class Day(NamedTuple):
    """My own day in numbers; nobody else's stand beside them."""

    open: int
    soon: int
    done: int
    to_send: int


class TodayView(Protocol):
    """What 今日 can be told."""

    def show_inbox(self, lines: Sequence[InboxLine]) -> None:
        """Show what needs me, in this order; nothing is the good state."""
        ...

    def show_day(self, day: Day) -> None:
        """Show the four numbers."""
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
        now: Callable[[], datetime],
        go: Callable[[str, Mapping[str, str]], None],
    ) -> None:
        self._queries, self._read, self._now, self._go = queries, read, now, go
        self._view: TodayView | None = None
        self._turn = 0
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
        """Ask again."""
        self._turn += 1
        turn = self._turn
        self._read.run(
            lambda: (self._queries.inbox(), self._day(), self._latest()),
            lambda found: self._show(turn, *found),
            _raise,
        )

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

    def _day(self) -> Day:
        mine = self._queries.ticket_ids(TicketFilter(mine=True, open_only=True))
        soon = self._queries.ticket_ids(
            TicketFilter(mine=True, open_only=True, due_within_hours=SOON_HOURS)
        )
        done = [
            ticket
            for state in DONE
            for ticket in self._queries.ticket_ids(TicketFilter(mine=True, state=state))[:RECENT]
        ]
        today = self._now().date()
        lines = self._queries.ticket_lines(done).values()
        found = [datetime.fromisoformat(line.found_at) for line in lines]
        status = self._queries.status()
        return Day(
            open=len(mine),
            soon=len(soon),
            done=sum(at.astimezone(self._now().tzinfo).date() == today for at in found),
            to_send=status.saved + status.queued_ops,
        )

    def _latest(self) -> list[TicketLine]:
        mine = self._queries.ticket_ids(TicketFilter(mine=True))[:LATEST]
        lines = self._queries.ticket_lines(mine)
        return [lines[id_] for id_ in mine if id_ in lines]

    def _show(self, turn: int, lines: list[InboxLine], day: Day, latest: list[TicketLine]) -> None:
        if self._view is not None and turn == self._turn:
            self._view.show_inbox(lines)
            self._view.show_day(day)
            self._view.show_latest(latest)

    def _came(self, sha256: str, jpeg: bytes) -> None:
        if self._view is not None:
            self._view.show_thumb(sha256, jpeg)


def _raise(error: Exception) -> None:
    raise error

"""The ticket list: which tickets, in which order, which one is in front."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries, TicketFilter
from gridworker.domain.lines import TicketLine
from ui.presenters.pictures import Pictures
from ui.presenters.timing import Cancel, Later

Choice = Literal["mine", "soon", "all"]
CHOICES: tuple[Choice, ...] = ("mine", "soon", "all")
SOON_HOURS = 24
SEARCH_AFTER_MS = 150
THUMBS_KEPT = 400


class TicketListView(Protocol):
    """What the list can be told."""

    def show_ids(self, ids: Sequence[str], selected: str) -> None:
        """Show these tickets; keep the selection by id, else select the first."""
        ...

    def show_rows(self, page: int, rows: Mapping[str, TicketLine]) -> None:
        """Fill in one page."""
        ...

    def show_counts(self, mine: int, soon: int) -> None:
        """Say how many there are behind the choices that count."""
        ...

    def show_filter(self, wanted: TicketFilter, choice: Choice) -> None:
        """Say which tickets are shown."""
        ...

    def show_thumbs(self) -> None:
        """Paint again: small pictures have come."""
        ...


class TicketListPresenter:
    """Asks in the read lane, drops answers to questions that are no longer asked."""

    def __init__(
        self,
        queries: Queries,
        *,
        read: Lane,
        photos: Lane,
        later: Later,
        choose: Callable[[str], None],
    ) -> None:
        self._queries, self._read = queries, read
        self._later, self._choose = later, choose
        self._view: TicketListView | None = None
        self._turn = 0
        self._waiting: Cancel | None = None
        self._thumbs = Pictures(queries.thumb, photos, self._thumb_came, kept=THUMBS_KEPT)
        self.choice: Choice = "mine"
        self.wanted = TicketFilter(mine=True)
        self.selected = ""

    def start(self, view: TicketListView) -> None:
        """Show the list in a view."""
        self._view = view
        self.refresh()

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None
        self._turn += 1
        self._thumbs.close()
        if self._waiting is not None:
            self._waiting()
            self._waiting = None

    def pick(self, choice: Choice) -> None:
        """Show my own, what is due soon, or all."""
        self.choice = choice
        due = SOON_HOURS if choice == "soon" else None
        self.wanted = msgspec.structs.replace(
            self.wanted,
            mine=choice == "mine",
            due_within_hours=due,
            open_only=choice == "soon",
            order="due" if choice == "soon" else "newest",
        )
        self.refresh()

    def pick_state(self, state: str | None) -> None:
        """Show one state only, or every state."""
        self.wanted = msgspec.structs.replace(self.wanted, state=state)
        self.refresh()

    def search(self, text: str) -> None:
        """Show what matches, shortly after the last key."""
        self.wanted = msgspec.structs.replace(self.wanted, search=text)
        if self._waiting is not None:
            self._waiting()
        self._waiting = self._later(SEARCH_AFTER_MS, self._search_now)

    def clear(self) -> None:
        """Show all tickets."""
        self.clear_to("")

    def clear_to(self, search: str) -> None:
        """Show all tickets that match, or simply all."""
        self.wanted = TicketFilter(search=search)
        self.pick("all")

    def select(self, ticket: str) -> None:
        """Bring a ticket to the front."""
        if ticket and ticket != self.selected:
            self.selected = ticket
            self._choose(ticket)

    def refresh(self) -> None:
        """Ask for the list again; what is selected stays selected while it is in the list."""
        if self._view is None:
            return
        self._turn += 1
        turn, wanted = self._turn, self.wanted
        self._view.show_filter(wanted, self.choice)
        self._read.run(
            lambda: self._queries.ticket_ids(wanted),
            lambda ids: self._show(turn, ids),
            _raise,
        )
        self._read.run(self._count, lambda counts: self._show_counts(turn, counts), _raise)

    def ask(self, page: int, ids: Sequence[str]) -> None:
        """Bring one page of rows."""
        turn = self._turn
        self._read.run(
            lambda: self._queries.ticket_lines(ids),
            lambda rows: self._show_rows(turn, page, rows),
            _raise,
        )

    def thumb(self, sha256: str) -> bytes | None:
        """Return a small picture that is here, and bring it when it is not."""
        return self._thumbs.get(sha256)

    def _search_now(self) -> None:
        self._waiting = None
        self.refresh()

    def _count(self) -> tuple[int, int]:
        mine = TicketFilter(mine=True, open_only=True)
        soon = TicketFilter(open_only=True, due_within_hours=SOON_HOURS)
        return len(self._queries.ticket_ids(mine)), len(self._queries.ticket_ids(soon))

    def _show(self, turn: int, ids: list[str]) -> None:
        if self._view is not None and turn == self._turn:
            self._view.show_ids(ids, self.selected)

    def _show_rows(self, turn: int, page: int, rows: Mapping[str, TicketLine]) -> None:
        if self._view is not None and turn == self._turn:
            self._view.show_rows(page, rows)

    def _show_counts(self, turn: int, counts: tuple[int, int]) -> None:
        if self._view is not None and turn == self._turn:
            self._view.show_counts(*counts)

    def _thumb_came(self, _sha256: str, _jpeg: bytes) -> None:
        if self._view is not None:
            self._view.show_thumbs()


def _raise(error: Exception) -> None:
    raise error

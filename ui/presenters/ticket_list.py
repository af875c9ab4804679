"""The ticket list: which tickets, in which order, which one is in front."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

import msgspec

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries, TicketFilter
from gridworker.domain.ids import Ids
from gridworker.domain.lines import TicketLine
from ui.models.pages import PAGE
from ui.presenters.pictures import Pictures
from ui.presenters.timing import Cancel, Later

R = TypeVar("R")
Choice = Literal["mine", "soon", "all"]
CHOICES: tuple[Choice, ...] = ("mine", "soon", "all")
SOON_HOURS = 24
SEARCH_AFTER_MS = 150
AFTER_HEAD_MS = 30  # all ids keep a processor busy while the first rows want to be painted
THUMBS_KEPT = 400


def of_choice(choice: Choice) -> TicketFilter:
    """Return which tickets a choice stands for; its count is that of the list it shows."""
    if choice == "soon":
        return TicketFilter(open_only=True, due_within_hours=SOON_HOURS, order="due")
    return TicketFilter(mine=choice == "mine")


class TicketListView(Protocol):
    """What the list can be told."""

    def show_head(self, rows: Sequence[TicketLine], selected: str, *, more: bool) -> None:
        """Show the first rows of another list; select this one, else the first.

        With `more` all ids follow.
        """
        ...

    def show_ids(self, ids: Ids, selected: str, *, stay: bool) -> None:
        """Show all tickets of the list; keep the selection by id, else select the first.

        With `stay` the sight stays where it is, for it is the list that was shown before.
        """
        ...

    def show_rows(self, question: int, rows: Mapping[str, TicketLine]) -> None:
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
    """Asks in the read lane, drops answers to questions that are no longer asked.

    The first rows of a list come first and alone; then all ids, then how many there are behind
    the choices. A list that is shown already gets its ids only, so that nobody loses their place.
    """

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
        self._shown: TicketFilter | None = None
        self._counted = False
        self.choice: Choice = "mine"
        self.wanted = of_choice(self.choice)
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
        now = self.wanted
        self.wanted = msgspec.structs.replace(of_choice(choice), search=now.search, state=now.state)
        self._ask_list()

    def pick_state(self, state: str | None) -> None:
        """Show one state only, or every state."""
        self.wanted = msgspec.structs.replace(self.wanted, state=state)
        self._ask_list()

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
        self._counted = False
        self._ask_list()

    def ask(self, question: int, ids: Sequence[str]) -> None:
        """Bring one page of rows."""
        self._read.run(
            lambda: self._queries.ticket_lines(ids),
            lambda rows: self._show_rows(question, rows),
            _raise,
        )

    def thumb(self, sha256: str) -> bytes | None:
        """Return a small picture that is here, and bring it when it is not."""
        return self._thumbs.get(sha256)

    def _search_now(self) -> None:
        self._waiting = None
        self._ask_list()

    def _ask_list(self) -> None:
        if self._view is None:
            return
        self._turn += 1
        self._view.show_filter(self.wanted, self.choice)
        if self.wanted == self._shown:
            self._ask(self._queries.ticket_ids, self._show_ids)
        else:
            self._ask(lambda wanted: self._queries.ticket_head(wanted, PAGE), self._show_head)

    def _ask(
        self, query: Callable[[TicketFilter], R], show: Callable[[TicketListView, R], None]
    ) -> None:
        turn, wanted = self._turn, self.wanted

        def work() -> R | None:
            return query(wanted) if turn == self._turn else None

        def done(found: R | None) -> None:
            if self._view is not None and turn == self._turn and found is not None:
                show(self._view, found)

        self._read.run(work, done, _raise)

    def _show_head(self, view: TicketListView, rows: list[TicketLine]) -> None:
        """Show the first rows, unless a ticket further down is to stay in front."""
        whole = len(rows) < PAGE
        if whole or not self.selected or any(row.id == self.selected for row in rows):
            self._shown = self.wanted
            view.show_head(rows, self.selected, more=not whole)
        if whole:
            self._count()
        else:
            turn = self._turn
            self._later(AFTER_HEAD_MS, lambda: self._ask_rest(turn))

    def _ask_rest(self, turn: int) -> None:
        if turn == self._turn:
            self._ask(self._queries.ticket_ids, self._show_ids)

    def _show_ids(self, view: TicketListView, ids: Ids) -> None:
        stay, self._shown = self._shown == self.wanted, self.wanted
        view.show_ids(ids, self.selected, stay=stay)
        self._count()

    def _show_rows(self, question: int, rows: Mapping[str, TicketLine]) -> None:
        if self._view is not None:
            self._view.show_rows(question, rows)

    def _count(self) -> None:
        if self._counted:
            return
        self._counted = True
        count = self._queries.ticket_count
        self._ask(
            lambda _: (count(of_choice("mine")), count(of_choice("soon"))),
            lambda view, counts: view.show_counts(*counts),
        )

    def _thumb_came(self, _sha256: str, _jpeg: bytes) -> None:
        if self._view is not None:
            self._view.show_thumbs()


def _raise(error: Exception) -> None:
    raise error

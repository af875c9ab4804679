"""The palette: actions by word, initials or key, and tickets by search; nothing to remember."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from gridworker.app.initials import spellings
from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries, TicketFilter
from gridworker.domain.lines import TicketLine
from ui.presenters.timing import Cancel, Later

SEARCH_AFTER_MS = 120
MOST_TICKETS = 8


class Offered(NamedTuple):
    """One line of the palette: what it says, beside it a key or a place, and what it does."""

    words: str
    beside: str
    icon: str
    reason: str
    run: Callable[[], None]


class PaletteView(Protocol):
    """What the palette can be told."""

    def show_offers(self, offers: Sequence[Offered]) -> None:
        """Show what fits, best first; the first one is marked."""
        ...


class PalettePresenter:
    """Finds actions at once and tickets in the read lane."""

    def __init__(
        self,
        actions: Sequence[Offered],
        queries: Queries,
        *,
        read: Lane,
        later: Later,
        open_ticket: Callable[[str], None],
    ) -> None:
        self._actions, self._queries = actions, queries
        self._read, self._later, self._open_ticket = read, later, open_ticket
        self._view: PaletteView | None = None
        self._spellings: dict[str, frozenset[str]] = {}
        self._typed, self._turn = "", 0
        self._waiting: Cancel | None = None
        self._tickets: list[Offered] = []

    def start(self, view: PaletteView) -> None:
        """Offer everything in a view."""
        self._view = view
        labels = [action.words for action in self._actions]
        self._read.run(lambda: spellings(labels), self._know, _raise)
        self._show()

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None
        self._turn += 1
        if self._waiting is not None:
            self._waiting()
            self._waiting = None

    def typed(self, text: str) -> None:
        """Offer what fits the words typed so far."""
        self._typed = text.strip().casefold()
        self._turn += 1
        self._tickets = []
        if self._waiting is not None:
            self._waiting()
            self._waiting = None
        if self._typed:
            self._waiting = self._later(SEARCH_AFTER_MS, self._search)
        self._show()

    def _search(self) -> None:
        self._waiting = None
        turn, wanted = self._turn, TicketFilter(search=self._typed)

        self._read.run(
            lambda: self._queries.ticket_head(wanted, MOST_TICKETS),
            lambda lines: self._found(turn, lines),
            _raise,
        )

    def _found(self, turn: int, lines: list[TicketLine]) -> None:
        if turn == self._turn:
            self._tickets = [self._offer(line) for line in lines]
            self._show()

    def _offer(self, line: TicketLine) -> Offered:
        beside = f"{line.place} · {line.number}"
        return Offered(line.title, beside, "list-checks", "", lambda: self._open_ticket(line.id))

    def _know(self, known: dict[str, frozenset[str]]) -> None:
        self._spellings = known
        self._show()

    def _show(self) -> None:
        if self._view is not None:
            fitting = [action for action in self._actions if self._fits(action)]
            self._view.show_offers([*fitting, *self._tickets])

    def _fits(self, action: Offered) -> bool:
        typed = self._typed
        return (
            typed in action.words.casefold()
            or any(typed in spelled for spelled in self._spellings.get(action.words, ()))
            or typed == action.beside.casefold()
        )


def _raise(error: Exception) -> None:
    raise error

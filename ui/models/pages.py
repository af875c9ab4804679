"""A list of any length: all ids, and the rows of those pages that somebody looks at."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Generic, TypeVar

Row = TypeVar("Row")
PAGE = 50
NEAR = 12
KEPT_PAGES = 24


class Pages(Generic[Row]):
    """Holds ids and the pages seen last; asks once for a page that is missing.

    `ask` gets the number of a question and the ids of a page; the answer comes back by `fill` under
    that number. Whoever comes near the end of a page has the next one asked for. Pages far from the
    one that came last are dropped, so that memory does not grow with scrolling. Rows of a list that
    has changed are shown as they were until their page comes, so that nothing flashes.
    """

    def __init__(self, ask: Callable[[int, Sequence[str]], None]) -> None:
        self._ask = ask
        self.ids: Sequence[str] = ()
        self._rows: dict[int, Mapping[str, Row]] = {}
        self._before: Mapping[str, Row] = {}
        self._asked: dict[int, int] = {}
        self._questions = count()

    def __len__(self) -> int:
        return len(self.ids)

    def set_ids(self, ids: Sequence[str]) -> None:
        """Start over with other ids."""
        self.ids = ids
        self.forget()

    def id_at(self, place: int) -> str:
        """Return the id in a place; raises IndexError outside the list."""
        return self.ids[place]

    def place_of(self, id_: str) -> int | None:
        """Return where an id stands, or None."""
        # Asked once when a list arrives: a table of all places would cost more time, and room.
        try:
            return self.ids.index(id_)
        except ValueError:
            return None

    def row(self, place: int) -> Row | None:
        """Return the row in a place, or None while its page is on the way."""
        page, within = divmod(place, PAGE)
        rows = self._rows.get(page)
        if rows is None:
            self._want(page)
            return self._before.get(self.ids[place])
        if within < NEAR:
            self._want(page - 1)
        elif within >= PAGE - NEAR:
            self._want(page + 1)
        return rows.get(self.ids[place])

    def start(self, rows: Mapping[str, Row]) -> None:
        """Start over with a first page, which may be all there is."""
        self.set_ids(tuple(rows))
        self._rows[0] = rows

    def fill(self, question: int, rows: Mapping[str, Row]) -> tuple[int, int] | None:
        """Take the rows of a page; return its first and last place, None when it is stale."""
        page = next((page for page, number in self._asked.items() if number == question), None)
        if page is None:
            return None
        del self._asked[page]
        self._rows[page] = rows
        if len(self._rows) > KEPT_PAGES:
            del self._rows[max(self._rows, key=lambda known: abs(known - page))]
        return page * PAGE, min((page + 1) * PAGE, len(self.ids)) - 1

    def forget(self) -> None:
        """Have all rows asked for again, but keep the ids."""
        if self._rows:
            self._before = {id_: row for rows in self._rows.values() for id_, row in rows.items()}
        self._rows.clear()
        self._asked.clear()

    def _want(self, page: int) -> None:
        if page not in self._rows and page not in self._asked and 0 <= page * PAGE < len(self):
            question = self._asked[page] = next(self._questions)
            self._ask(question, self.ids[page * PAGE : (page + 1) * PAGE])

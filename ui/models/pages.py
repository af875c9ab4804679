"""A list of any length: all ids, and the rows of those pages that somebody looks at."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")
PAGE = 100
KEPT_PAGES = 12


class Pages(Generic[Row]):
    """Holds ids and the pages seen last; asks once for a page that is missing.

    `ask` gets the number of a page and its ids; the answer comes back by `fill`. Pages far from
    the one asked for last are dropped, so that memory does not grow with scrolling.
    """

    def __init__(self, ask: Callable[[int, Sequence[str]], None]) -> None:
        self._ask = ask
        self._ids: list[str] = []
        self._rows: dict[int, Mapping[str, Row]] = {}
        self._asked: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    def set_ids(self, ids: Sequence[str]) -> None:
        """Start over with other ids."""
        self._ids = list(ids)
        self._rows.clear()
        self._asked.clear()

    def id_at(self, place: int) -> str:
        """Return the id in a place; raises IndexError outside the list."""
        return self._ids[place]

    def place_of(self, id_: str) -> int | None:
        """Return where an id stands, or None."""
        # Asked once when a list arrives: a table of all places would cost more time, and room.
        try:
            return self._ids.index(id_)
        except ValueError:
            return None

    def row(self, place: int) -> Row | None:
        """Return the row in a place, or None while its page is on the way."""
        page = place // PAGE
        rows = self._rows.get(page)
        if rows is not None:
            return rows.get(self._ids[place])
        if page not in self._asked:
            self._asked.add(page)
            self._ask(page, self._ids[page * PAGE : (page + 1) * PAGE])
        return None

    def fill(self, page: int, rows: Mapping[str, Row]) -> tuple[int, int] | None:
        """Take the rows of a page; return its first and last place, None when it is stale."""
        if page not in self._asked or page * PAGE >= len(self._ids):
            return None
        self._asked.discard(page)
        self._rows[page] = rows
        if len(self._rows) > KEPT_PAGES:
            del self._rows[max(self._rows, key=lambda known: abs(known - page))]
        return page * PAGE, min((page + 1) * PAGE, len(self._ids)) - 1

    def forget(self) -> None:
        """Drop all rows but keep the ids: they will be asked for again."""
        self._rows.clear()
        self._asked.clear()

"""Choosing what a matter is: nine tiles a page, or its initials (ux.md 2.5)."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries
from gridworker.domain.lines import ItemLine

TILES = 9


class ItemChoiceView(Protocol):
    """Where items are offered."""

    def show_items(
        self, items: Sequence[ItemLine], *, chosen: str | None, page: int, pages: int, total: int
    ) -> None:
        """Show at most nine tiles, numbered from 1, and which one is chosen."""
        ...

    def show_no_match(self, search: str) -> None:
        """Say that nothing in the catalogue fits what was typed."""
        ...


class ItemChoice:
    """Holds the items on offer; with a search the tiles show what fits, on the spot first."""

    def __init__(
        self,
        view: ItemChoiceView,
        *,
        queries: Queries,
        read: Lane,
        chosen: Callable[[ItemLine], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.item: ItemLine | None = None
        self._view = view
        self._queries = queries
        self._read = read
        self._chosen = chosen
        self._failed = failed
        self._usual: list[ItemLine] = []
        self._found: list[ItemLine] | None = None
        self._page = 0
        self._wanted: int | None = None
        self._search = ""
        self._take_when_found = False

    def reset(self) -> None:
        """Begin again without a choice."""
        self.item = None
        self._found, self._page, self._wanted, self._search = None, 0, None, ""
        self._take_when_found = False
        self._show()

    def set_usual(self, items: Sequence[ItemLine]) -> None:
        """Offer these when nothing is searched for; a number pressed before is taken now."""
        self._usual = list(items)
        wanted, self._wanted = self._wanted, None
        self._show()
        if wanted is not None:
            self.pick(wanted)

    def restore(self, item: ItemLine | None) -> None:
        """Show the choice of a draft, turned to the page it is on."""
        self.item = item
        codes = [line.code for line in self._usual]
        if item is not None and item.code in codes:
            self._page = codes.index(item.code) // TILES
        self._show()

    def pick(self, number: int) -> None:
        """Choose a tile of this page by its number, 1 to 9."""
        if not self._offered() and self._found is None:
            self._wanted = number
            return
        place = self._page * TILES + number - 1
        if 1 <= number <= TILES and place < len(self._offered()):
            self._choose(self._offered()[place])

    def turn(self) -> None:
        """Show the next nine, after the last page the first again."""
        self._page = (self._page + 1) % self._pages()
        self._show()

    def search(self, text: str) -> None:
        """Offer what fits Chinese, a code or pinyin initials; an empty text offers the usual."""
        self._search, self._page, self._take_when_found = text.strip(), 0, False
        wanted = self._search
        if not wanted:
            self._found = None
            self._show()
            return

        def work() -> list[ItemLine]:
            return self._queries.items(wanted)

        def done(found: list[ItemLine]) -> None:
            if wanted != self._search:
                return
            self._found = sorted(found, key=lambda line: not line.on_the_spot)
            self._show()
            if not found:
                self._view.show_no_match(wanted)
            elif self._take_when_found:
                self.take_first()

        self._read.run(work, done, self._failed)

    def take_first(self) -> None:
        """Choose the first match, now or as soon as it is found."""
        if self._search and self._found is None:
            self._take_when_found = True
        elif self._offered():
            self._choose(self._offered()[self._page * TILES])

    def _choose(self, item: ItemLine) -> None:
        self.item = item
        self._show()
        self._chosen(item)

    def _offered(self) -> list[ItemLine]:
        return self._usual if self._found is None else self._found

    def _pages(self) -> int:
        return max(1, -(-len(self._offered()) // TILES))

    def _show(self) -> None:
        start = self._page * TILES
        self._view.show_items(
            self._offered()[start : start + TILES],
            chosen=self.item.code if self.item else None,
            page=self._page,
            pages=self._pages(),
            total=len(self._usual),
        )

"""Finding one of some 1,300 items by Chinese, code or pinyin initials."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Queries
from gridworker.domain.lines import ItemLine

SHOWN = 30


class ItemSearchView(Protocol):
    """Where matches are listed and the choice is shown."""

    def show_matches(self, items: Sequence[ItemLine]) -> None:
        """List what fits below the field."""
        ...

    def show_item(self, item: ItemLine | None) -> None:
        """Show what was chosen, who owns it and how it is handled."""
        ...


class ItemSearch:
    """Answers to a text that has been typed over are dropped."""

    def __init__(
        self,
        view: ItemSearchView,
        *,
        queries: Queries,
        read: Lane,
        chosen: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.item: ItemLine | None = None
        self._view, self._queries, self._read = view, queries, read
        self._chosen, self._failed = chosen, failed
        self._found: list[ItemLine] = []
        self._wanted = ""

    def search(self, text: str) -> None:
        """List what fits; an empty text lists what is used most."""
        wanted = self._wanted = text.strip()

        def found(items: list[ItemLine]) -> None:
            if wanted == self._wanted:
                self._found = items[:SHOWN]
                self._view.show_matches(self._found)

        self._read.run(lambda: self._queries.items(wanted), found, self._failed)

    def take(self, code: str) -> None:
        """Choose a match."""
        item = next((line for line in self._found if line.code == code), None)
        if item is not None:
            self.show(item)
            self._chosen()

    def show(self, item: ItemLine | None) -> None:
        """Show a choice that was made before."""
        self.item = item
        self._view.show_item(item)

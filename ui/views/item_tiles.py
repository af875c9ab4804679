"""The nine most used items as tiles, and a field that reaches all others by initials."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from gridworker.domain.lines import ItemLine
from ui.views.item_icons import item_icon
from ui.widgets.button import button
from ui.widgets.field import line_field, mark_wrong
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import label
from ui.widgets.theme import theme
from ui.widgets.tile import Tile

COLUMNS = 3
TILES = 9


class ItemTiles(QWidget):
    """Shows a page of items; says which number was picked and what was typed."""

    def __init__(
        self,
        *,
        on_pick: Callable[[int], None],
        on_turn: Callable[[], None],
        on_search: Callable[[str], None],
        on_first: Callable[[], None],
    ) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        self._on_turn = on_turn
        grid = QGridLayout()
        grid.setSpacing(theme().space(8))
        self.tiles = [Tile(str(n), partial(on_pick, n)) for n in range(1, TILES + 1)]
        for number, tile in enumerate(self.tiles):
            grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
            grid.setColumnStretch(number % COLUMNS, 1)
        self._turn = button(
            translate("ItemTiles", "More"), on_turn, kind="ghost", density="small", hint="0"
        )
        self._note = label(translate("ItemTiles", "the ones you use most first"), "meta", "3")
        self.search = line_field(
            translate("ItemTiles", "Find an item"), on_edit=on_search, on_enter=on_first
        )
        head = row(
            label(translate("ItemTiles", "What it is"), strong=True),
            self._note,
            stretch,
            self._turn,
        )
        self.setLayout(col(head, grid, self.search, gap=10))

    def show_items(
        self, items: Sequence[ItemLine], *, chosen: str | None, page: int, pages: int, total: int
    ) -> None:
        """Show at most nine tiles and which one is chosen."""
        translate = QCoreApplication.translate
        mark_wrong(self.search, wrong=False)
        for number, tile in enumerate(self.tiles):
            if number < len(items):
                item = items[number]
                words, icon = item.short_name or item.name, item.icon or item_icon(item.name)
                tile.show_choice(words, icon, chosen=item.code == chosen)
            else:
                tile.show_choice("", "", chosen=False)
        more = translate("ItemTiles", "Page {page} of {pages}")
        self._turn.show_text(more.format(page=page + 1, pages=pages))
        self._turn.setVisible(pages > 1)
        find = translate("ItemTiles", "Initials or words find all {total} and the whole list")
        self.search.setPlaceholderText(find.format(total=total))

    def show_no_match(self, search: str) -> None:
        """Say that nothing fits."""
        words = QCoreApplication.translate("ItemTiles", "Nothing fits “{search}”")
        self._note.setText(words.format(search=search))

    def show_usual(self) -> None:
        """Say how the tiles are ordered."""
        words = QCoreApplication.translate("ItemTiles", "the ones you use most first")
        self._note.setText(words)

    def show_missing(self) -> None:
        """Outline the field: the item is what is missing."""
        mark_wrong(self.search, wrong=True)

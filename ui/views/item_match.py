"""The item that was found, and how a matter of its kind is handled (requirement 63)."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridworker.domain.lines import ItemLine
from ui.views.item_icons import item_icon
from ui.widgets.button import button
from ui.widgets.layout import box, clear, col, row, set_margins
from ui.widgets.text import Elided, icon_label


class ItemMatch(QWidget):
    """Proposes the way: finish it on the spot, or hand it up to whoever owns it."""

    def __init__(self, *, on_resolve: Callable[[], None]) -> None:
        super().__init__()
        self._on_resolve = on_resolve
        self._box = QVBoxLayout(self)
        set_margins(self._box, 0)
        self.hide()

    def show_item(self, item: ItemLine | None) -> None:
        """Show it, or nothing."""
        clear(self._box)
        self.setVisible(item is not None)
        if item is None:
            return
        translate = QCoreApplication.translate
        title = f"{item.name}　{item.code}"
        if item.on_the_spot:
            way = translate("ItemMatch", "Can be finished where it is found")
        else:
            way = translate("ItemMatch", "Goes to: {level}").format(level=item.owner_level)
            if item.limit:
                limit = translate("ItemMatch", " · limit {limit}").format(limit=item.limit)
                way += limit
        words = col(Elided(title, strong=True), Elided(way, "meta", "2"), gap=0)
        line = row(icon_label(item_icon(item.name), 20, "accentText"), (words, 1), gap=10)
        if item.on_the_spot:
            here = translate("ItemMatch", "Resolve on the spot")
            line.addWidget(button(here, self._on_resolve, icon="zap", density="small"))
        self._box.addWidget(box("accent", line, (12, 7, 8, 7)))

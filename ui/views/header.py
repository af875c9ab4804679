"""The header: who and where, the way to search, the panel for the spot, size, lock."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from gridworker.app.ports import Who
from ui.widgets.button import Button, button
from ui.widgets.layout import Item, clear, row, stretch
from ui.widgets.marks import Avatar, Logo
from ui.widgets.text import Elided, icon_label, keycap, label
from ui.widgets.theme import theme

LEAST_SEARCH = 120


class Header(QWidget):
    """Reports what was pressed."""

    def __init__(
        self,
        who: Who,
        *,
        on_search: Callable[[], None],
        on_resolve: Callable[[], None],
        on_look: Callable[[], None],
        on_lock: Callable[[], None],
    ) -> None:
        super().__init__()
        now = theme()
        self.setFixedHeight(now.space(56))
        brand = row(Logo(), label(self.tr("GridWorker"), "lead", strong=True), gap=10)
        self._place = row(gap=3)
        self.show_place(who)
        place: tuple[Item, ...] = () if now.single else (self._place,)
        self.search = self._search(on_search)
        self.resolve = button(
            self.tr("Resolve on the spot"), on_resolve, kind="tonal", icon="zap", hint="F8"
        )
        self.look = button(
            "", on_look, kind="ghost", icon="a-large-small", name=self.tr("Text size and colours")
        )
        self.lock = button("", on_lock, kind="ghost", icon="lock", name=self.tr("Lock"))
        avatar = Avatar(who.name, 30)
        avatar.setToolTip(who.name)
        person: tuple[Item, ...] = () if now.factor >= 1.3 else (label(who.name, "meta", "2"),)  # noqa: PLR2004  (no room for the name)
        self.setLayout(
            row(
                brand,
                10,
                *place,
                stretch,
                self.search,
                stretch,
                self.resolve,
                self.look,
                self.lock,
                avatar,
                *person,
                gap=6,
                margins=(26, 0, 18, 0),
            )
        )

    def show_place(self, who: Who) -> None:
        """Say where this person works."""
        clear(self._place)
        if theme().single:
            return
        self._place.addWidget(label(who.place, "meta", "2"))
        if who.grid_name:
            self._place.addWidget(icon_label("chevron-right", 14, "text3"))
            self._place.addWidget(label(who.grid_name, "meta", "2"))

    def _search(self, on_search: Callable[[], None]) -> Button:
        """Return what looks like a search field and opens the palette."""
        now = theme()
        words = self.tr("Search") if now.single else self.tr("Search tickets, places or commands")
        made = button("", on_search, kind="search", name=words)
        made.setToolTip("")
        line = made.layout()
        assert line is not None  # noqa: S101  (a button of ours always has one)
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        parts = [icon_label("search", 16, "text3"), Elided(words, tone="3"), keycap("Ctrl K")]
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.addWidget(part)
        self._wide = 300 if now.single else 400
        made.setFixedSize(self._wide, now.space(36))
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the search have what is left: on a small screen it is the part that can give."""
        super().resizeEvent(event)
        layout = self.layout()
        assert layout is not None  # noqa: S101  (made by the constructor)
        others = layout.minimumSize().width() - self.search.minimumWidth()
        self.search.setFixedWidth(max(LEAST_SEARCH, min(self._wide, self.width() - others)))

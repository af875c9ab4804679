"""A field with suggestions below it: typed, chosen with the arrow keys, taken with Enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget

from ui.widgets.theme import theme

SHOWN = 7


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list, and what stands for it in the program."""

    words: str
    key: str


class SuggestField(QLineEdit):
    """Reports what was typed and what was taken; it decides nothing.

    The list is no window of its own, so that it never takes the focus from an input method.
    """

    def __init__(
        self,
        name: str,
        *,
        placeholder: str = "",
        large: bool = False,
        on_edit: Callable[[str], None],
        on_take: Callable[[str], None],
        on_enter: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_take, self._on_enter = on_take, on_enter
        self._rows: tuple[Suggestion, ...] = ()
        self._list: QListWidget | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if large:
            self.setProperty("density", "large")
        self.textEdited.connect(on_edit)

    def suggest(self, rows: Sequence[Suggestion]) -> None:
        """Offer these below the field while it has the focus."""
        self._rows = tuple(rows)
        if not rows or not self.hasFocus():
            self.hide_list()
            return
        shown = self._made()
        shown.clear()
        shown.addItems([row.words for row in rows])
        shown.setCurrentRow(0)
        line = shown.sizeHintForRow(0)
        corner = self.mapTo(self.window(), QPoint(0, self.height() + theme().space(4)))
        below = self.window().height() - corner.y() - theme().space(8)
        height = min(line * min(SHOWN, len(rows)) + 8, below)
        shown.setGeometry(corner.x(), corner.y(), self.width(), height)
        shown.show()
        shown.raise_()

    def hide_list(self) -> None:
        """Offer nothing."""
        if self._list is not None:
            self._list.hide()

    @property
    def is_offering(self) -> bool:
        """Whether the list is on the screen."""
        return self._list is not None and self._list.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, take from it, put it away; else type."""
        shown, key = self._list, event.key()
        enter = key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers()
        if shown is not None and shown.isVisible():
            if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
                step = 1 if key == Qt.Key.Key_Down else -1
                shown.setCurrentRow((shown.currentRow() + step) % len(self._rows))
                return
            if key == Qt.Key.Key_Escape:
                self.hide_list()
                return
            if enter:
                self._take(shown.currentRow())
                return
        if enter and self._on_enter is not None:
            self._on_enter()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the list away when the person goes on."""
        self.hide_list()
        super().focusOutEvent(event)

    def _take(self, number: int) -> None:
        self.hide_list()
        if 0 <= number < len(self._rows):
            self._on_take(self._rows[number].key)

    def _made(self) -> QListWidget:
        if self._list is None:
            made = QListWidget(self.window())
            made.setObjectName("suggestions")
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.setAccessibleName(self.accessibleName())
            made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
            made.itemClicked.connect(lambda item: self._take(made.row(item)))
            self.destroyed.connect(made.deleteLater)
            self._list = made
        return self._list

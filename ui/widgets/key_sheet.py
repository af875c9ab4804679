"""A sheet with keys of its own, which go before those of the window it lies on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget

from ui.widgets.form_keys import FormKeys, Keys
from ui.widgets.sheet import Sheet
from ui.widgets.theme import theme


class KeySheet(Sheet):
    """A sheet for a form; what takes the focus is scrolled into sight."""

    def __init__(
        self,
        window: QWidget,
        content: QLayout | QWidget,
        *,
        name: str,
        width: int,
        height: int | None = None,
        on_escape: Callable[[], None],
        keys: Keys,
    ) -> None:
        self._keys = FormKeys(keys)
        super().__init__(
            window, content, name=name, width=width, height=height, on_escape=on_escape
        )
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._show_focused)

    def event(self, event: QEvent) -> bool:
        """Claim our keys before the window's shortcuts do."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        return (asked and self._keys.claims(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer a key that no field wanted."""
        if not self._keys.answers(event):
            super().keyPressEvent(event)

    def _show_focused(self, _before: QWidget | None, focused: QWidget | None) -> None:
        """Scroll to what the focus went to: a scrolled pane does so for Tab only."""
        if focused is None or not self.isAncestorOf(focused):
            return
        above = theme().text(20) + theme().space(16)  # the words over a field come along
        around = focused.parentWidget()
        while around is not None and around is not self:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(focused, 0, above)
            around = around.parentWidget()

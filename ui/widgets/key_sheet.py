"""A sheet with keys of its own, which go before those of the window it lies on."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget

from ui.widgets.sheet import Sheet
from ui.widgets.theme import theme

Keys = Mapping[str, Callable[[], None]]


class KeySheet(Sheet):
    """Calls what `keys` names ("Ctrl+Return", "F4", "7") unless the focused field wants the key.

    While it is open the window's own shortcuts of the same keys do not fire: two would be
    ambiguous for Qt, and then neither runs.
    """

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
        self._keys = {combination(text): run for text, run in keys.items()}
        super().__init__(
            window, content, name=name, width=width, height=height, on_escape=on_escape
        )
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._show_focused)

    def event(self, event: QEvent) -> bool:
        """Claim our keys before the window's shortcuts do."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._meant(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer a key that no field wanted."""
        run = self._meant(event)
        if run is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            run()

    def _show_focused(self, _before: QWidget | None, focused: QWidget | None) -> None:
        """Scroll to what the focus went to: a scrolled pane does so for Tab only."""
        if focused is None or not self.isAncestorOf(focused):
            return
        around = focused.parentWidget()
        while around is not None and around is not self:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(focused, 0, theme().space(16))
            around = around.parentWidget()

    def _meant(self, event: QKeyEvent) -> Callable[[], None] | None:
        pressed = event.keyCombination()
        without_pad = pressed.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._keys.get(QKeyCombination(without_pad, pressed.key()))


def combination(text: str) -> QKeyCombination:
    """Return a key with its modifiers by its portable name."""
    # WORKAROUND: the stubs do not know that a sequence can be indexed.
    return QKeySequence(text)[0]  # type: ignore[index,no-any-return]


def stay() -> None:
    """Do nothing: a form that is open is not opened again by its own key."""

"""Does what a person does and counts it (goals.md U1)."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


class UserDriver:
    """Does what a person does and counts it: key presses, clicks, typed characters.

    A press with modifiers counts as one, as the keystroke-level model of `goals.md` U1 does.
    """

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.keys = self.clicks = self.typed = 0

    def press(self, keys: str) -> None:
        """Press a key or combination, e.g. "F8" or "Ctrl+Return", where the focus is."""
        self.keys += 1
        stroke = QKeySequence.fromString(keys)[0]
        QTest.keyClick(self._target(), stroke.key(), stroke.keyboardModifiers())

    def type(self, text: str) -> None:
        """Type words where the focus is; Han text arrives from an input method in one piece."""
        self.typed += len(text)
        if text.isascii():
            QTest.keyClicks(self._target(), text)
            return
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(self._target(), commit)

    def click(self, widget: QWidget) -> None:
        """Click in the middle of something that is visible."""
        assert widget.isVisible(), "a person cannot click what is not there"
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window

"""A person at the windows: presses, types, clicks and waits; knows what can be seen, no more."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_MS = 30_000
CALM_MS = 500
FRAME_MS = 15


class NothingHappened(Exception):
    """What the person waited for did not come."""


class Hand:
    """Works on one window and counts presses, clicks and characters."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.keys = self.clicks = self.typed = 0

    def press(self, keys: str) -> None:
        """Press "F8" or "Ctrl+Return" where the focus is; a combination counts as one press."""
        self.keys += 1
        stroke = QKeySequence.fromString(keys)[0]
        QTest.keyClick(self._target(), stroke.key(), stroke.keyboardModifiers())

    def type(self, text: str) -> None:
        """Type; Chinese arrives from an input method, a piece at a time."""
        self.typed += len(text)
        for piece in (
            [text] if text.isascii() else [text[n : n + 2] for n in range(0, len(text), 2)]
        ):
            if piece.isascii():
                QTest.keyClicks(self._target(), piece)
            else:
                commit = QInputMethodEvent()
                commit.setCommitString(piece)
                QApplication.sendEvent(self._target(), commit)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click on something that is to be seen."""
        if not widget.isVisible():
            raise NothingHappened(f"{widget.accessibleName()!r} is not there to be clicked")
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def named(self, name: str) -> QWidget:
        """Return what is called so, waiting until it is there, as a screen reader would find it."""
        found: list[QWidget] = []

        def there() -> bool:
            found[:] = [
                widget
                for widget in self.window.findChildren(QWidget)
                if widget.isVisible() and widget.accessibleName() == name
            ]
            return bool(found)

        self.until(there, f"something called {name!r}")
        return next((w for w in found if w.focusPolicy() != Qt.FocusPolicy.NoFocus), found[0])

    def until(self, so: Callable[[], object], what: str, patience: int = PATIENCE_MS) -> None:
        """Wait until something is so; raises NothingHappened."""
        clock = QElapsedTimer()
        clock.start()
        while not so():
            if clock.elapsed() > patience:
                raise NothingHappened(what)
            QTest.qWait(FRAME_MS)

    def look(self, milliseconds: int = CALM_MS) -> None:
        """Look at the window for a moment, as long as it takes to come to rest."""
        QTest.qWait(milliseconds)

    def stand(self) -> None:
        """Come to the window, so that it takes keys."""

        def active() -> bool:
            self.window.activateWindow()
            return self.window.isActiveWindow()

        self.until(active, "the window to take keys")

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window

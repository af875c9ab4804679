"""A sheet lies on the window over a scrim: no title bar, no second window, Esc closes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QWidget
from shiboken6 import isValid

from ui.widgets.layout import col
from ui.widgets.paint import smooth
from ui.widgets.theme import theme

_DIM = {"light": 0.42, "dark": 0.62, "contrast": 0.86}
_MARGIN = 24


class Sheet(QWidget):
    """Covers a window with a scrim and shows content in the middle.

    The focus stays inside while it is open and goes back where it was. `on_escape` decides what
    Esc means; the sheet is closed by `dismiss`.
    """

    def __init__(
        self,
        window: QWidget,
        content: QLayout | QWidget,
        *,
        name: str,
        width: int,
        height: int | None = None,
        on_escape: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._on_escape = on_escape or self.dismiss
        self._width, self._height = width, height
        self._focus_before = QApplication.focusWidget()
        self.setAccessibleName(name)
        self.frame = QFrame(self)
        self.frame.setProperty("box", "sheet")
        self.frame.setAccessibleName(name)
        self.frame.setLayout(content if isinstance(content, QLayout) else col(content))
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        self.frame.setFocus()

    def dismiss(self) -> None:
        """Close and give the focus back."""
        self.hide()
        before = self._focus_before
        # Lists are built anew behind a sheet, so the widget may be gone by now.
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        self.deleteLater()

    def leave(self) -> None:
        """Go as Esc makes it go."""
        self._on_escape()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the keys named above."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus among the controls of the sheet only."""
        chain = [
            child
            for child in self._chain()
            if child.isVisibleTo(self)
            and child.isEnabled()
            and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if not chain:
            return True
        here = QApplication.focusWidget()
        if here in chain:
            step = chain.index(here) + (1 if forward else -1)
            chosen = chain[step % len(chain)]
        else:
            chosen = chain[0 if forward else -1]
        tab = Qt.FocusReason.TabFocusReason
        chosen.setFocus(tab if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is watched."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = smooth(self), theme()
        shade = now.color("scrim")
        shade.setAlphaF(_DIM[now.mode])
        painter.fillRect(self.rect(), shade)
        painter.setPen(Qt.PenStyle.NoPen)
        around = QRectF(self.frame.geometry())
        # QGraphicsDropShadowEffect would draw its whole subtree again and blur the text.
        for step in range(20, 0, -2):
            painter.setBrush(QColor(0, 0, 0, 5))
            grown = around.adjusted(-step, 8 - step, step, 8 + step)
            painter.drawRoundedRect(grown, 14 + step, 14 + step)

    def _chain(self) -> list[QWidget]:
        """Return what lies on the sheet, in the order in which it was put there.

        Not along `nextInFocusChain`: PySide takes what that returns for a child of the widget that
        was asked, ties all widgets of the window together, and then looks through all of them for
        each one that is deleted, nearly a second for a form.
        """
        return self.frame.findChildren(QWidget)

    def _place(self) -> None:
        window = self._window
        self.setGeometry(window.rect())
        now = theme()
        wide = min(now.space(self._width), window.width() - 2 * _MARGIN)
        wanted = now.space(self._height) if self._height else self.frame.sizeHint().height()
        high = min(wanted, window.height() - 2 * _MARGIN)
        left, top = (window.width() - wide) // 2, (window.height() - high) // 2
        self.frame.setGeometry(left, top, wide, high)

"""Keyboard focus is shown by a ring around the control, and only to whoever works by keys."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.widgets.theme import theme

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_BY_HAND = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest)
_GAP = 5


class FocusRing(QWidget):
    """An overlay on the window: a style sheet cannot outline along a radius and move nothing."""

    def __init__(self, target: QWidget, radius: int = 6) -> None:
        super().__init__(target.window())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.target, self._radius = target, radius
        target.destroyed.connect(self.deleteLater)
        self.follow()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = QPainter(self), theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(now.color("focus"), 3 if now.high_contrast else 2))
        rect = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(rect, self._radius + 3, self._radius + 3)

    def follow(self) -> None:
        """Lie around the target, wherever it is by now."""
        top = self.target.mapTo(self.target.window(), QPoint(0, 0))
        self.setGeometry(
            top.x() - _GAP,
            top.y() - _GAP,
            self.target.width() + 2 * _GAP,
            self.target.height() + 2 * _GAP,
        )
        self.raise_()
        self.show()


class Ringed(QObject):
    """Rings one button until the focus goes elsewhere."""

    # Of the class: a button that is being collected hears events when its fields are gone.
    _ring: FocusRing | None = None

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._ring = FocusRing(button)
        self._ring.destroyed.connect(self._gone)
        # A button whose pane moves hears nothing of it.
        watched: QWidget | None = button
        while watched is not None and not watched.isWindow():
            watched.installEventFilter(self)
            watched = watched.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the button, wherever what it stands in goes."""
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            if watched is self.parent():
                self._end()
        elif kind in _MOVES and self._ring is not None:
            self._ring.follow()
        return False

    def _end(self) -> None:
        if self._ring is not None:
            ring, self._ring = self._ring, None
            ring.destroyed.disconnect(self._gone)
            ring.hide()
            ring.deleteLater()
        self.deleteLater()

    def _gone(self) -> None:
        self._ring = None


class _Person:
    """Remembers how the person moved last."""

    by_key = False


def key_used() -> None:
    """Take note that a key led to what comes next, so that what gets the focus is ringed."""
    _Person.by_key = True


def ring_if_by_key(button: QAbstractButton, event: QFocusEvent) -> None:
    """Ring a button that got the focus of somebody who works by keys.

    Each button calls it from its `focusInEvent`. Where the program moves the focus, because what
    had it is gone or another page is shown, the ring goes on with whoever had one.

    A filter that is always there, on the application or on every button, would ask Python about
    each event of each of them, and Python may be busy with another thread.
    """
    if event.reason() in _BY_KEY:
        key_used()
    elif event.reason() in _BY_HAND:
        _Person.by_key = False
    if _Person.by_key:
        Ringed(button)

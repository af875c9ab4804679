"""Keyboard focus is shown by a ring around the control, and only after a key was used."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ui.widgets.theme import theme

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest)
_GAP = 5


class FocusRing(QWidget):
    """An overlay on the window: a style sheet cannot outline along a radius and move nothing."""

    def __init__(self, target: QWidget, radius: int = 6) -> None:
        super().__init__(target.window())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.target, self._radius = target, radius
        target.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is watched."""
        if event.type() in _MOVES:
            self._follow()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = QPainter(self), theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(now.color("focus"), 3 if now.high_contrast else 2))
        rect = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(rect, self._radius + 3, self._radius + 3)

    def _follow(self) -> None:
        top = self.target.mapTo(self.target.window(), QPoint(0, 0))
        self.setGeometry(
            top.x() - _GAP,
            top.y() - _GAP,
            self.target.width() + 2 * _GAP,
            self.target.height() + 2 * _GAP,
        )
        self.raise_()
        self.show()


class FocusRings(QObject):
    """Installed once on the application: rings buttons that were reached by keyboard."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is watched."""
        kind = event.type()
        if kind == QEvent.Type.FocusIn and isinstance(watched, QAbstractButton):
            self._drop()
            if isinstance(event, QFocusEvent) and event.reason() in _BY_KEY:
                self._ring = FocusRing(watched)
                self._ring.destroyed.connect(self._gone)
        elif kind == QEvent.Type.FocusOut and self._ring and self._ring.target is watched:
            self._drop()
        return False

    def _drop(self) -> None:
        if self._ring is not None:
            ring, self._ring = self._ring, None
            ring.destroyed.disconnect(self._gone)
            ring.hide()
            ring.deleteLater()

    def _gone(self) -> None:
        self._ring = None

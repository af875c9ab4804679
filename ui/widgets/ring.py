"""The deadline ring: what is left, emptying clockwise; overdue is another shape altogether."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.widgets.paint import smooth
from ui.widgets.theme import theme

Due = Literal["ok", "soon", "overdue", "done"]
_TONES: dict[str, str] = {"soon": "warn", "overdue": "danger", "done": "success"}


def paint_ring(
    painter: QPainter, rect: QRectF, left: float, state: Due, width: float | None = None
) -> None:
    """Paint a ring with the share of time that is `left`, 0 to 1.

    A ring of a given line `width` has words in the middle, others a dot when time is short.
    """
    now = theme()
    solid = now.tone(_TONES[state])[2] if state in _TONES else now.color("accent")
    if state == "overdue":
        _paint_octagon(painter, rect)
        return
    pen_width = width or max(2.5, rect.width() / 8)
    half = pen_width / 2
    circle = rect.adjusted(half, half, -half, -half)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(now.color("disabled" if now.high_contrast else "line"), pen_width))
    painter.drawEllipse(circle)
    pen = QPen(solid, pen_width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(circle, 90 * 16, round(left * 360 * 16))
    if state == "soon" and width is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(solid)
        painter.drawEllipse(circle.center(), circle.width() * 0.14, circle.width() * 0.14)


def _paint_octagon(painter: QPainter, rect: QRectF) -> None:
    now, middle, k = theme(), rect.center(), rect.width() / 2
    a = k * 0.414
    corners = ((-a, -k), (a, -k), (k, -a), (k, a), (a, k), (-a, k), (-k, a), (-k, -a))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.tone("danger")[2])
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
    painter.setBrush(now.color("surface"))
    stroke = QRectF(middle.x() - k * 0.1, middle.y() - k * 0.52, k * 0.2, k * 0.62)
    painter.drawRoundedRect(stroke, k * 0.1, k * 0.1)
    painter.drawEllipse(QPointF(middle.x(), middle.y() + k * 0.42), k * 0.13, k * 0.13)


class Ring(QWidget):
    """A ring of some size; the large one has the time inside."""

    def __init__(
        self, left: float, state: Due, size: int = 18, big: str = "", small: str = ""
    ) -> None:
        super().__init__()
        self._left, self._state, self._big, self._small = left, state, big, small
        px = theme().text(size)
        self.setFixedSize(px, px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = smooth(self), theme()
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        paint_ring(painter, rect, self._left, self._state, self.width() / 11 if self._big else None)
        if not self._big or self._state == "overdue":
            return
        painter.setPen(now.color("text"))
        painter.setFont(now.font("title" if len(self._big) <= 5 else "lead", strong=True))  # noqa: PLR2004  (digits that fit the ring)
        up, down = now.text(8), now.text(12)
        painter.drawText(rect.adjusted(0, -up, 0, -up), Qt.AlignmentFlag.AlignCenter, self._big)
        painter.setFont(now.font("micro"))
        painter.setPen(now.color("text3"))
        painter.drawText(rect.adjusted(0, down, 0, down), Qt.AlignmentFlag.AlignCenter, self._small)

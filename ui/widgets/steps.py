"""The step strip: done is filled with a tick, now is a ring with a dot, next is hollow."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets import icons
from ui.widgets.paint import smooth
from ui.widgets.theme import theme


class Steps(QWidget):
    """Steps as (word, time), with the number of the current one; past the last means all done."""

    def __init__(self, steps: Sequence[tuple[str, str]], current: int) -> None:
        super().__init__()
        self._steps, self._current = tuple(steps), current
        now = theme()
        self.setFixedHeight(now.text(68 if now.single else 46) + now.space(4))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" · ".join(f"{word} {when}".strip() for word, when in self._steps))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now, count = smooth(self), theme(), len(self._steps)
        disc, middle = now.text(20), now.text(11)
        last = self._last_width()
        cell = (self.width() - last) / max(1, count - 1)
        for number, (word, when) in enumerate(self._steps):
            x = cell * number + disc / 2 + 1
            if number + 1 < count:
                done = number < self._current
                quiet = "disabled" if now.high_contrast else "line"
                painter.setPen(QPen(now.color("accent" if done else quiet), 2))
                gap = disc / 2 + now.space(6)
                painter.drawLine(QPointF(x + gap, middle), QPointF(x + cell - gap, middle))
            self._paint_disc(painter, QPointF(x, middle), disc, number)
            wide = cell if number + 1 < count else last
            self._paint_words(painter, QRectF(x - disc / 2, middle, wide, 0), number, word, when)

    def _last_width(self) -> int:
        """Return the room that the words of the last step need."""
        now, (word, when) = theme(), self._steps[-1]
        words = QFontMetrics(now.font("meta", strong=True)).horizontalAdvance(word)
        time = QFontMetrics(now.font("micro")).horizontalAdvance(when) + now.space(8)
        needed = max(words, time) if now.single else words + time
        return max(now.text(84), needed)

    def _paint_disc(self, painter: QPainter, at: QPointF, disc: float, number: int) -> None:
        now, current = theme(), number == self._current
        rect = QRectF(at.x() - disc / 2, at.y() - disc / 2, disc, disc)
        if number < self._current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("accent"))
            painter.drawEllipse(rect)
            size = now.text(14)
            tick = icons.pixmap("check", size, now.color("onAccent"), 2.6)
            painter.drawPixmap(QPointF(at.x() - size / 2, at.y() - size / 2), tick)
            return
        painter.setBrush(now.color("surface"))
        edge = now.color("accent" if current else "lineStrong")
        painter.setPen(QPen(edge, 2.4 if current else 1.6))
        painter.drawEllipse(rect.adjusted(1.2, 1.2, -1.2, -1.2))
        if current:
            painter.setBrush(now.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(rect.center(), disc * 0.2, disc * 0.2)

    def _paint_words(
        self, painter: QPainter, place: QRectF, number: int, word: str, when: str
    ) -> None:
        now = theme()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        font = now.font("meta", strong=number == self._current)
        painter.setFont(font)
        painter.setPen(now.color("text" if number <= self._current else "text3"))
        top, height = place.y() + now.text(10) + now.space(4), now.text(20)
        painter.drawText(QRectF(place.x(), top, place.width(), height), left, word)
        painter.setFont(now.font("micro"))
        painter.setPen(now.color("text3"))
        if now.single:
            spot = QRectF(place.x(), top + height, place.width(), height)
        else:
            advance = QFontMetrics(font).horizontalAdvance(word) + now.space(6)
            spot = QRectF(place.x() + advance, top, place.width() - advance, height)
        painter.drawText(spot, left, when)

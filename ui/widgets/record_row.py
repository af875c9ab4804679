"""One record or event in a pane: icon, bold line, quiet line, badge; painted in one piece."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets import icons
from ui.widgets.paint import smooth
from ui.widgets.status import badge_width, paint_badge
from ui.widgets.theme import theme

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class RowWords:
    """What a row says; `status` and `badge` stand at the right, `share` is a progress under it."""

    title: str
    meta: str = ""
    time: str = ""
    icon: str = ""
    tone: str = "text2"
    status: str = ""
    badge: str = ""
    share: float | None = None
    strong: bool = True


class RecordRow(QWidget):
    """Its accessible name is everything it says; what is too long wraps, but not beside a badge."""

    def __init__(self, words: RowWords, *, time_width: int = 0) -> None:
        super().__init__()
        self.words, self._time_width = words, theme().text(time_width)
        told = (words.time, words.title, words.meta, words.badge)
        self.setAccessibleName("，".join(part for part in told if part))
        self.setToolTip("" if not words.meta else f"{words.title}\n{words.meta}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self._height(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the words need at the new width."""
        super().resizeEvent(event)
        # Layouts in scrolled panes do not ask for the height of a width.
        self.setFixedHeight(self._height(self.width()))

    def _height(self, width: int) -> int:
        now = theme()
        lines = self._title_height(width) + (self._meta_height(width) if self.words.meta else 0)
        return lines + now.space(12) + (now.space(6) if self.words.share is not None else 0)

    def sizeHint(self) -> QSize:
        """Ask for a usual width."""
        return QSize(theme().space(200), self.height())

    def minimumSizeHint(self) -> QSize:
        """Ask for the least room."""
        return QSize(theme().space(120), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now, words = smooth(self), theme(), self.words
        top, line = now.space(6), now.text(22)
        if words.time:
            painter.setFont(now.font("meta"))
            painter.setPen(now.color("text3"))
            painter.drawText(QRectF(0, top, self._time_width, line), _MIDDLE, words.time)
        if words.icon:
            glyph = now.text(16)
            at = QPointF(self._time_width, top + (line - glyph) / 2)
            painter.drawPixmap(at, icons.pixmap(words.icon, glyph, now.color(words.tone)))
        left, right = self._left(), self.width() - self._badge_room()
        font = now.font(strong=words.strong)
        painter.setFont(font)
        painter.setPen(now.color("text"))
        high = self._title_height(self.width())
        shown = words.title
        if words.status:
            room = max(0, right - left)
            shown = QFontMetrics(font).elidedText(shown, Qt.TextElideMode.ElideRight, room)
        flags = int(_MIDDLE) | (0 if words.status else int(Qt.TextFlag.TextWordWrap))
        painter.drawText(QRectF(left, top, right - left, high), flags, shown)
        if words.meta:
            painter.setFont(now.font("meta"))
            painter.setPen(now.color("text2"))
            rect = QRectF(left, top + high, self.width() - left, self._meta_height(self.width()))
            painter.drawText(rect, Qt.TextFlag.TextWordWrap, words.meta)
        if words.status:
            badge_left = self.width() - badge_width(words.badge, plain=True)
            middle = top + line / 2
            paint_badge(painter, badge_left, middle, words.status, words.badge, plain=True)
        if words.share is not None:
            self._paint_share(painter, words.share)

    def _paint_share(self, painter: QPainter, share: float) -> None:
        now, left = theme(), self._left()
        high = now.space(4)
        track = QRectF(left, self.height() - high - now.space(3), self.width() - left, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("disabled" if now.high_contrast else "line"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        track.setWidth(max(track.width() * share, high))
        painter.setBrush(now.tone("info")[2])
        painter.drawRoundedRect(track, high / 2, high / 2)

    def _left(self) -> int:
        now = theme()
        return self._time_width + (now.text(16) + now.space(9) if self.words.icon else 0)

    def _badge_room(self) -> int:
        if not self.words.status:
            return 0
        return badge_width(self.words.badge, plain=True) + theme().space(10)

    def _title_height(self, width: int) -> int:
        line = theme().text(22)
        if self.words.status:
            return line
        return max(
            line, self._wrapped(self.words.title, theme().font(strong=self.words.strong), width)
        )

    def _meta_height(self, width: int) -> int:
        return self._wrapped(self.words.meta, theme().font("meta"), width)

    def _wrapped(self, text: str, font: QFont, width: int) -> int:
        room = max(width - self._left(), theme().text(60))
        rect = QFontMetrics(font).boundingRect(
            0, 0, room, 10_000, int(Qt.TextFlag.TextWordWrap), text
        )
        return rect.height()

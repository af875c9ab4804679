"""What the rows of the ticket list share: fonts, colours, places and pictures made once."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from ui.widgets import icons
from ui.widgets.paint import paint_photo
from ui.widgets.ring import Due, paint_ring
from ui.widgets.status import badge_width, status_icon, status_tone
from ui.widgets.theme import theme

_KEPT = 128
_SHARES = 48  # steps of a ring of 14 pixels that an eye can tell apart


class RowLook:
    """Made for one theme, size and screen; places are seen from the corner of a row."""

    def __init__(self, width: int, height: int, ratio: float) -> None:
        now = theme()
        self._made_for = (width, height, ratio)
        self._ratio = ratio
        self.title_font = now.font("body", strong=True)
        self.small_font = now.font("micro")
        self.alarm_font = now.font("micro", strong=True)
        self.title_color, self.line_color = now.color("text"), now.color("line")
        self.quiet_color, self.selected_color = now.color("text3"), now.color("text2")
        self._title_metrics = QFontMetrics(self.title_font)
        self._small_metrics = QFontMetrics(self.small_font)
        self._edge = QPen(now.color("accentLine"), 2 if now.high_contrast else 1)
        self._ground, self._mark = now.color("accentSoft"), now.color("accent")
        self._size, self._glyph = now.space(52), now.text(14)
        self._pictures: dict[tuple[bytes | None, str], QPixmap] = {}
        self._marks: dict[tuple[str, float], QPixmap] = {}
        self._widths: dict[str, int] = {}
        self._place(width, height)

    def fits(self, width: int, height: int, ratio: float) -> bool:
        """Say whether it was made for rows of this size on this screen."""
        return self._made_for == (width, height, ratio)

    def title(self, words: str) -> str:
        """Return a title as far as there is room."""
        elide = Qt.TextElideMode.ElideRight
        return self._title_metrics.elidedText(words, elide, self.title_place.width())

    def small(self, words: str) -> str:
        """Return a quiet line as far as there is room."""
        elide = Qt.TextElideMode.ElideRight
        return self._small_metrics.elidedText(words, elide, self.title_place.width())

    def picture(self, jpeg: bytes | None, icon: str) -> QPixmap:
        """Return the photo of a row in its frame, or a well with an icon."""
        made = self._pictures.get((jpeg, icon))
        if made is None:
            if len(self._pictures) >= _KEPT:
                self._pictures.clear()
            made = self._pictures[jpeg, icon] = self._blank(self._size)
            painter = _smooth(made)
            paint_photo(painter, QRect(0, 0, self._size, self._size), jpeg, 6, icon)
            painter.end()
        return made

    def status(self, status: str) -> tuple[QPixmap, QColor]:
        """Return the shape and the colour of a status."""
        now = theme()
        color = now.tone(status_tone(status))[0]
        made = self._marks.get((status, 0))
        if made is None:
            made = self._marks[status, 0] = icons.pixmap(status_icon(status), self._glyph, color)
        return made, color

    def due(self, state: Due, share: float) -> tuple[QPixmap, QColor, QFont]:
        """Return the ring, the colour and the font of a deadline with a share of its time left."""
        now = theme()
        near = round(share * _SHARES) / _SHARES
        made = self._marks.get((f"ring {state}", near))
        if made is None:
            made = self._marks[f"ring {state}", near] = self._blank(self._glyph)
            painter = _smooth(made)
            paint_ring(painter, QRectF(0, 0, self._glyph, self._glyph), near, state)
            painter.end()
        tone = {"overdue": "danger", "soon": "warn"}.get(state, "text2")
        return made, now.color(tone), self.small_font if state == "ok" else self.alarm_font

    def sync_left(self, words: str) -> int:
        """Return where the sync word begins, for it ends at the right edge."""
        width = self._widths.get(words)
        if width is None:
            width = self._widths[words] = badge_width(words, plain=True)
        return self.title_place.right() - width

    def paint_selected(self, painter: QPainter) -> None:
        """Paint what lies under the row in front."""
        painter.setPen(self._edge)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(self._ground_place, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._mark)
        painter.drawRoundedRect(self._mark_place, 1.5, 1.5)

    def _place(self, width: int, height: int) -> None:
        now = theme()
        rect = QRect(now.space(8), 1, width - 2 * now.space(8), height - 2)
        self._ground_place = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
        mark_high = rect.height() - now.space(28)
        self._mark_place = QRectF(rect.left() + 1, rect.top() + now.space(14), 3, mark_high)
        self.line_place = QRect(
            rect.left() + now.space(76), rect.bottom() + 1, rect.width() - now.space(86), 1
        )
        top = rect.center().y() - self._size // 2
        self.picture_place = QPoint(rect.left() + now.space(12), top)
        left = self.picture_place.x() + self._size - 1 + now.space(12)
        wide = rect.right() - now.space(10) - left + 1
        block = now.text(20) + 2 * now.text(18) + now.space(4)
        first = rect.top() + (rect.height() - block) // 2
        second = first + now.text(20) + now.space(1)
        third = second + now.text(18) + now.space(3)
        self.title_place = QRect(left, first, wide, now.text(20))
        self.meta_place = QRect(left, second, wide, now.text(18))
        self.last_place = QRect(left, third, wide, now.text(18))
        self.mark_top = third + (now.text(18) - self._glyph) // 2
        self.after_status = self._glyph + now.space(4)
        self.after_ring = self._glyph + now.space(6)

    def _blank(self, size: int) -> QPixmap:
        made = QPixmap(round(size * self._ratio), round(size * self._ratio))
        made.setDevicePixelRatio(self._ratio)
        made.fill(Qt.GlobalColor.transparent)
        return made


def _smooth(pixmap: QPixmap) -> QPainter:
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    return painter

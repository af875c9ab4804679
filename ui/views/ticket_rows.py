"""Paints the rows of the ticket list, so that 100,000 of them scroll like ten."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gridworker.domain.lines import TicketLine
from ui.models.ticket_table import LINE_ROLE
from ui.views.item_icons import item_icon
from ui.views.words import state_status, state_word, sync_text
from ui.widgets.paint import paint_photo
from ui.widgets.ring import paint_ring
from ui.widgets.status import badge_width, paint_badge
from ui.widgets.theme import theme
from ui.widgets.when import left

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def row_height() -> int:
    """Return the height of a row: 76 px at 100 %."""
    now = theme()
    return now.text(20) + 2 * now.text(18) + now.space(20)


def describe(line: TicketLine, now: datetime) -> str:
    """Return a row as one sentence, for screen readers."""
    due = left(line.due, line.found_at, now).words if line.due else ""
    told = (line.title, line.place, line.number, state_word(line.state), due, sync_text(line))
    return "，".join(part for part in told if part)


class TicketRows(QStyledItemDelegate):
    """Photo, bold title, place and number, deadline, sync: each a shape, a word and a colour."""

    def __init__(
        self, *, thumb: Callable[[str], bytes | None], now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._thumb, self._now = thumb, now

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row; a row whose page is on the way is an empty well."""
        now, line = theme(), index.data(LINE_ROLE)
        rect: QRect = option.rect.adjusted(now.space(8), 1, -now.space(8), -1)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, rect, selected=selected)
        size = now.space(52)
        picture = QRect(rect.left() + now.space(12), rect.center().y() - size // 2, size, size)
        if isinstance(line, TicketLine):
            jpeg = self._thumb(line.thumb) if line.thumb else None
            icon = "" if line.thumb else item_icon(line.title)
            paint_photo(painter, picture, jpeg, 6, icon)
            words = QRect(rect)
            words.setLeft(picture.right() + now.space(12))
            words.setRight(rect.right() - now.space(10))
            self._paint_words(painter, words, line, selected=selected)
        else:
            paint_photo(painter, picture, None, 6)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, *, selected: bool) -> None:
        now = theme()
        if not selected:
            start = rect.left() + now.space(76)
            width = rect.width() - now.space(86)
            painter.fillRect(QRect(start, rect.bottom() + 1, width, 1), now.color("line"))
            return
        painter.setPen(QPen(now.color("accentLine"), 2 if now.high_contrast else 1))
        painter.setBrush(now.color("accentSoft"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("accent"))
        top, high = rect.top() + now.space(14), rect.height() - now.space(28)
        painter.drawRoundedRect(QRectF(rect.left() + 1, top, 3, high), 1.5, 1.5)

    def _paint_words(
        self, painter: QPainter, rect: QRect, line: TicketLine, *, selected: bool
    ) -> None:
        now, wide = theme(), rect.width()
        block = now.text(20) + 2 * now.text(18) + now.space(4)
        top = rect.top() + (rect.height() - block) // 2
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(now.font("body", strong=True))
        painter.setPen(now.color("text"))
        title = QFontMetrics(painter.font()).elidedText(line.title, elide, wide)
        painter.drawText(QRect(rect.left(), top, wide, now.text(20)), _MIDDLE, title)
        painter.setFont(now.font("micro"))
        painter.setPen(now.color("text2" if selected else "text3"))
        second = top + now.text(20) + now.space(1)
        meta = f"{line.place} · {line.number}"
        meta = QFontMetrics(painter.font()).elidedText(meta, elide, wide)
        painter.drawText(QRect(rect.left(), second, wide, now.text(18)), _MIDDLE, meta)
        third = second + now.text(18) + now.space(3)
        row = QRect(rect.left(), third, wide, now.text(18))
        self._paint_due(painter, row, line)
        sync = sync_text(line)
        start = rect.right() - badge_width(sync, plain=True)
        middle = third + now.text(18) / 2
        paint_badge(painter, start, middle, str(line.sync), sync, plain=True)

    def _paint_due(self, painter: QPainter, row: QRect, line: TicketLine) -> None:
        now, middle, glyph = theme(), row.top() + row.height() / 2, theme().text(14)
        if line.due is None or state_status(line.state) != "open":
            status = state_status(line.state)
            paint_badge(painter, row.left(), middle, status, state_word(line.state), plain=True)
            return
        due = left(line.due, line.found_at, self._now())
        paint_ring(
            painter, QRectF(row.left(), middle - glyph / 2, glyph, glyph), due.share, due.state
        )
        calm = due.state == "ok"
        painter.setFont(now.font("micro", strong=not calm))
        tone = {"overdue": "danger", "soon": "warn"}.get(due.state, "text2")
        painter.setPen(now.color(tone))
        spot = QRect(row.left() + glyph + now.space(6), row.top(), row.width(), row.height())
        painter.drawText(spot, _MIDDLE, due.words)

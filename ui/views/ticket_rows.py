"""Paints the rows of the ticket list, so that 100,000 of them scroll like ten."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gridworker.domain.lines import TicketLine
from ui.models.ticket_table import LINE_ROLE
from ui.views.item_icons import item_icon
from ui.views.row_look import RowLook
from ui.views.words import state_status, state_word, sync_text
from ui.widgets.theme import theme
from ui.widgets.when import left

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_KEPT = 256


def row_height() -> int:
    """Return the height of a row: 76 px at 100 %."""
    now = theme()
    return now.text(20) + 2 * now.text(18) + now.space(20)


def describe(line: TicketLine, now: datetime) -> str:
    """Return a row as one sentence, for screen readers."""
    due = left(line.due, line.found_at, now).words if line.due else ""
    told = (line.title, line.place, line.number, state_word(line.state), due, sync_text(line))
    return "，".join(part for part in told if part)


class _Told(NamedTuple):
    """What a row says in a minute, worked out once."""

    line: TicketLine
    minute: int
    title: str
    meta: str
    due: str
    due_mark: QPixmap
    due_color: QColor
    due_font: QFont
    due_left: int
    sync: str
    sync_mark: QPixmap
    sync_color: QColor
    sync_left: int


class TicketRows(QStyledItemDelegate):
    """Photo, bold title, place and number, deadline, sync: each a shape, a word and a colour."""

    def __init__(
        self, *, thumb: Callable[[str], bytes | None], now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._thumb, self._now = thumb, now
        self._look = RowLook(0, 0, 1.0)
        self._told: dict[str, _Told] = {}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row; a row whose page is on the way is an empty well."""
        line, rect, state = index.data(LINE_ROLE), option.rect, option.state
        look = self._fitting(rect, painter.device().devicePixelRatioF())
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(rect.topLeft())
        if selected:
            look.paint_selected(painter)
        else:
            painter.fillRect(look.line_place, look.line_color)
        if isinstance(line, TicketLine):
            jpeg = self._thumb(line.thumb) if line.thumb else None
            icon = "" if line.thumb else item_icon(line.title)
            painter.drawPixmap(look.picture_place, look.picture(jpeg, icon))
            self._paint_words(painter, look, self._tell(line), selected=selected)
        else:
            painter.drawPixmap(look.picture_place, look.picture(None, ""))
        painter.restore()

    def _paint_words(
        self, painter: QPainter, look: RowLook, told: _Told, *, selected: bool
    ) -> None:
        painter.setFont(look.title_font)
        painter.setPen(look.title_color)
        painter.drawText(look.title_place, _MIDDLE, told.title)
        painter.setFont(look.small_font)
        painter.setPen(look.selected_color if selected else look.quiet_color)
        painter.drawText(look.meta_place, _MIDDLE, told.meta)
        left, last = look.last_place.left(), look.last_place
        painter.drawPixmap(told.sync_left, look.mark_top, told.sync_mark)
        painter.setPen(told.sync_color)
        sync_left = told.sync_left + look.after_status - left
        painter.drawText(last.translated(sync_left, 0), _MIDDLE, told.sync)
        painter.drawPixmap(left, look.mark_top, told.due_mark)
        painter.setFont(told.due_font)
        painter.setPen(told.due_color)
        painter.drawText(last.translated(told.due_left, 0), _MIDDLE, told.due)

    def _fitting(self, rect: QRect, ratio: float) -> RowLook:
        if not self._look.fits(rect.width(), rect.height(), ratio):
            self._look = RowLook(rect.width(), rect.height(), ratio)
            self._told.clear()
        return self._look

    def _tell(self, line: TicketLine) -> _Told:
        now = self._now()
        minute, known = int(now.timestamp()) // 60, self._told.get(line.id)
        if known is not None and known.line is line and known.minute == minute:
            return known
        if len(self._told) >= _KEPT:
            self._told.clear()
        look, sync = self._look, sync_text(line)
        made = self._told[line.id] = _Told(
            line,
            minute,
            look.title(line.title),
            look.small(f"{line.place} · {line.number}"),
            *self._due(line, now),
            sync,
            *look.status(str(line.sync)),
            look.sync_left(sync),
        )
        return made

    def _due(self, line: TicketLine, now: datetime) -> tuple[str, QPixmap, QColor, QFont, int]:
        """Return words, shape, colour, font and where the words begin; an ended one's state."""
        look, status = self._look, state_status(line.state)
        if line.due is None or status != "open":
            mark, color = look.status(status)
            return state_word(line.state), mark, color, look.small_font, look.after_status
        due = left(line.due, line.found_at, now)
        return due.words, *look.due(due.state, due.share), look.after_ring

"""Paints the rows of the patrol list: place, result, when, how far it has come."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gridworker.domain.lines import PatrolLine, SyncWord
from ui.models.patrol_table import LINE_ROLE
from ui.widgets import icons, when
from ui.widgets.status import badge_width, paint_badge, status_word
from ui.widgets.theme import theme

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
LOOKS = {
    "normal": ("circle-check", "success"),
    "resolved": ("zap", "accentText"),
    "reported": ("forward", "info"),
    "nobody": ("users", "text2"),
}


def result_word(result: str) -> str:
    """Return the word for what a patrol came to."""
    translate = QCoreApplication.translate
    words = {
        "normal": translate("patrol", "All in order"),
        "resolved": translate("patrol", "Resolved on the spot"),
        "reported": translate("patrol", "Handed up"),
        "nobody": translate("patrol", "Nobody there"),
    }
    return words.get(result, result)


def patrol_sync(line: PatrolLine) -> str:
    """Return the sync word of a record, with how many photos have arrived."""
    word = status_word(line.sync)
    if line.sync is SyncWord.WAITING_PHOTO:
        return f"{word} {line.photos_stored}/{line.photos}"
    return word


def describe_patrol(line: PatrolLine, now: datetime) -> str:
    """Return a record as one sentence, for screen readers."""
    told = (line.place, result_word(line.result), line.note, when.moment(line.at, now))
    return "，".join(part for part in (*told, patrol_sync(line)) if part)


def row_height() -> int:
    """Return the height of a row."""
    now = theme()
    return now.text(22) + now.text(18) + now.space(20)


class PatrolRows(QStyledItemDelegate):
    """The result is an icon and a word, never a colour alone."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row; a row whose page is on the way is empty."""
        line, now = index.data(LINE_ROLE), theme()
        rect: QRect = option.rect.adjusted(now.space(8), 1, -now.space(8), -1)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(now.color("accentLine"))
            painter.setBrush(now.color("accentSoft"))
            painter.drawRoundedRect(rect, 8, 8)
        else:
            start = rect.left() + now.space(12)
            width = rect.width() - now.space(20)
            painter.fillRect(QRect(start, rect.bottom() + 1, width, 1), now.color("line"))
        if isinstance(line, PatrolLine):
            inner = rect.adjusted(now.space(12), 0, -now.space(12), 0)
            self._paint_words(painter, inner, line)
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRect, line: PatrolLine) -> None:
        now, glyph, elide = theme(), theme().text(18), Qt.TextElideMode.ElideRight
        icon, tone = LOOKS.get(line.result, ("clipboard-check", "text2"))
        block = now.text(22) + now.text(18)
        top = rect.top() + (rect.height() - block) // 2
        painter.drawPixmap(
            rect.left(), top + now.space(2), icons.pixmap(icon, glyph, now.color(tone))
        )
        left = rect.left() + glyph + now.space(10)
        sync = patrol_sync(line)
        badge = badge_width(sync, plain=True)
        right = rect.right() - badge - now.space(8)
        painter.setFont(now.font(strong=True))
        painter.setPen(now.color("text"))
        place = QFontMetrics(painter.font()).elidedText(line.place, elide, right - left)
        painter.drawText(QRect(left, top, right - left, now.text(22)), _MIDDLE, place)
        paint_badge(
            painter, rect.right() - badge, top + now.text(22) / 2, line.sync, sync, plain=True
        )
        painter.setFont(now.font("micro"))
        painter.setPen(now.color("text2"))
        meta = [result_word(line.result), when.moment(line.at, self._now()), line.note]
        wide = rect.right() - left
        words = QFontMetrics(painter.font()).elidedText(
            " · ".join(part for part in meta if part), elide, wide
        )
        painter.drawText(QRect(left, top + now.text(22), wide, now.text(18)), _MIDDLE, words)

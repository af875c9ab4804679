"""The palette as a sheet: one field, one list; arrows move, Enter does it, Esc goes back."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.presenters.palette import Offered
from ui.widgets import icons
from ui.widgets.field import line_field
from ui.widgets.layout import col
from ui.widgets.text import label
from ui.widgets.theme import theme

_OFFER = Qt.ItemDataRole.UserRole
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 7,
    Qt.Key.Key_PageUp: -7,
}


class _Lines(QStyledItemDelegate):
    """Icon, words, and at the right the key or the place."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Ask for one comfortable line."""
        return QSize(0, theme().text(20) + theme().space(18))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one line."""
        now, offer = theme(), index.data(_OFFER)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(now.color("accentLine"))
            painter.setBrush(now.color("accentSoft"))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6)
        glyph, edge = now.text(18), now.space(14)
        off = "disabled" if offer.reason else ""
        color = now.color(off or ("accentText" if chosen else "text2"))
        at = QPointF(rect.left() + edge, rect.center().y() - glyph / 2 + 1)
        painter.drawPixmap(at, icons.pixmap(offer.icon or "chevron-right", glyph, color))
        inner = rect.adjusted(edge + glyph + now.space(10), 0, -edge, 0)
        beside = offer.reason or offer.beside
        painter.setFont(now.font("micro"))
        metrics = QFontMetrics(painter.font())
        beside = metrics.elidedText(beside, Qt.TextElideMode.ElideRight, inner.width() // 2)
        painter.setPen(now.color("text2" if chosen else "text3"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, beside)
        room = inner.width() - metrics.horizontalAdvance(beside) - now.space(12)
        painter.setFont(now.font("body", strong=chosen))
        words = QFontMetrics(painter.font()).elidedText(
            offer.words, Qt.TextElideMode.ElideRight, room
        )
        painter.setPen(now.color(off or "text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class Palette(QWidget):
    """Shows offers; the field keeps the focus, so that typing and arrows go together."""

    def __init__(
        self, *, on_typed: Callable[[str], None], on_run: Callable[[Offered], None]
    ) -> None:
        super().__init__()
        self._on_run = on_run
        self.field = line_field(
            self.tr("Search tickets, places or commands"),
            placeholder=self.tr("Words, pinyin initials, a number or a key"),
            large=True,
            on_edit=on_typed,
            on_enter=self._run,
        )
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What fits"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.nothing = label(self.tr("Nothing fits these words"), tone="3")
        self.nothing.hide()
        self.setLayout(col(self.field, self.nothing, (self.list, 1), gap=8))
        self.setFocusProxy(self.field)

    def show_offers(self, offers: Sequence[Offered]) -> None:
        """Show what fits and mark the first."""
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(offer.words, self.list)
            item.setData(_OFFER, offer)
            told = " ".join(part for part in (offer.words, offer.beside, offer.reason) if part)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(not offers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the mark while the field has the focus."""
        step = _MOVES.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        last = self.list.count() - 1
        self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step)))

    def _run(self) -> None:
        for item in self.list.selectedItems():
            if not item.data(_OFFER).reason:
                self._on_run(item.data(_OFFER))

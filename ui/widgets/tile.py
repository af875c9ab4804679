"""A choice by number: icon, word and key; nine of them stand on a page."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.widgets import icons
from ui.widgets.focus import ring_if_by_key
from ui.widgets.paint import smooth
from ui.widgets.theme import theme

_RADIUS = 6


class Tile(QAbstractButton):
    """Painted in one piece, so that a page of tiles stays few widgets."""

    def __init__(self, key: str, on_pick: Callable[[], None], *, height: int = 56) -> None:
        super().__init__()
        self.key, self.icon_name, self.chosen = key, "", False
        self.setFixedHeight(max(theme().space(height), theme().text(14) + theme().space(20)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda _checked: on_pick())

    def show_choice(self, words: str, icon: str, *, chosen: bool) -> None:
        """Show a choice; without words the tile keeps its place and cannot be pressed."""
        self.setText(words)
        self.icon_name, self.chosen = icon, chosen
        self.setEnabled(bool(words))
        self.setAccessibleName(f"{self.key} {words}".strip())
        self.setToolTip(words if self._elided() != words else "")
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ringed when a key brought the focus here."""
        super().focusInEvent(event)
        ring_if_by_key(self, event)

    def sizeHint(self) -> QSize:
        """Ask for an icon, six characters and the key."""
        now = theme()
        return QSize(now.text(20) + now.text(14) * 6 + now.space(60), self.height())

    def minimumSizeHint(self) -> QSize:
        """Ask for four characters at least."""
        now = theme()
        return QSize(now.text(20) + now.text(14) * 4 + now.space(60), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        if not self.text():
            return
        painter, now = smooth(self), theme()
        line = 2 if self.chosen or now.high_contrast else 1
        fill = "accentSoft" if self.chosen else "hover" if self.underMouse() else "surface"
        painter.setBrush(now.color(fill))
        painter.setPen(QPen(now.color("accent" if self.chosen else "line"), line))
        inset = line / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS
        )
        glyph, left = now.text(20), now.space(12)
        tone = now.color("accentText" if self.chosen else "text2")
        painter.drawPixmap(
            QPointF(left, (self.height() - glyph) / 2), icons.pixmap(self.icon_name, glyph, tone)
        )
        painter.setFont(now.font(strong=self.chosen))
        painter.setPen(now.color("text"))
        painter.drawText(self._words_rect(), Qt.AlignmentFlag.AlignVCenter, self._elided())
        self._paint_key(painter)

    def _words_rect(self) -> QRectF:
        now = theme()
        left = now.space(12) + now.text(20) + now.space(8)
        return QRectF(
            left, 0, self.width() - left - self._key_width() - now.space(12), self.height()
        )

    def _elided(self) -> str:
        metrics = QFontMetrics(theme().font(strong=self.chosen))
        width = int(self._words_rect().width())
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def _key_width(self) -> int:
        return theme().text(12) + theme().space(12)

    def _paint_key(self, painter: QPainter) -> None:
        now = theme()
        wide, high = self._key_width(), now.text(12) + now.space(8)
        rect = QRectF(self.width() - wide - now.space(8), (self.height() - high) / 2, wide, high)
        painter.setBrush(now.color("sunken"))
        painter.setPen(QPen(now.color("line"), 2 if now.high_contrast else 1))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setFont(now.font("micro"))
        painter.setPen(now.color("text3"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.key)

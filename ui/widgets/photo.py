"""A photo slot: the picture fills it; words lie on dark ink so that they can always be read."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets import icons
from ui.widgets.paint import paint_photo, rounded, smooth
from ui.widgets.status import status_icon, status_word
from ui.widgets.theme import theme

_INK = QColor(12, 20, 25, 205)
_WHITE = QColor("#FFFFFF")
_RADIUS = 8


class PhotoSlot(QWidget):
    """Shows a JPEG with a tag, a sync status and a caption; empty, it says how to fill it.

    `on_open` hears a click, Enter or Space; without it the slot is not in the focus chain.
    """

    def __init__(
        self,
        tag: str,
        *,
        height: int = 150,
        grow: bool = False,
        hint: str = "",
        on_open: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.jpeg: bytes | None = None
        self.caption, self.status, self.status_text = "", "", ""
        self.tag, self.hint, self._on_open = tag, hint, on_open
        px = theme().space(height)
        if grow:
            self.setMinimumHeight(px)
        else:
            self.setFixedHeight(px)
        down = QSizePolicy.Policy.Expanding if grow else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, down)
        if on_open is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    def show_photo(
        self, jpeg: bytes | None, *, caption: str = "", status: str = "", status_text: str = ""
    ) -> None:
        """Show a picture, or none, with its caption and status."""
        self.jpeg, self.caption = jpeg, caption
        self.status, self.status_text = status, status_text
        self._name()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Answer a click."""
        if event.button() == Qt.MouseButton.LeftButton and self._on_open is not None:
            self._on_open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the keys named above."""
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and self._on_open is not None:
            self._on_open()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = smooth(self), theme()
        if self.jpeg:
            paint_photo(painter, self.rect(), self.jpeg, _RADIUS)
            self._paint_caption(painter)
        else:
            self._paint_empty(painter)
        edge = now.space(8)
        if self.tag:
            self._paint_pill(painter, edge, edge, self.tag, "")
        if self.status:
            words = self.status_text or status_word(self.status)
            self._paint_pill(
                painter, self.width() - edge, edge, words, status_icon(self.status), right=True
            )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.color("focus"), 3))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), _RADIUS, _RADIUS
            )

    def _name(self) -> None:
        word = self.status_text or (status_word(self.status) if self.status else "")
        told = (self.tag, self.caption, "" if self.jpeg else self.hint, word)
        self.setAccessibleName(" ".join(part for part in told if part))

    def _paint_pill(
        self, painter: QPainter, x: int, y: int, text: str, icon: str, *, right: bool = False
    ) -> None:
        now = theme()
        height, glyph = now.text(12) + now.space(10), now.text(14) if icon else 0
        indent = now.space(7) + (glyph + now.space(4) if icon else 0)
        width = QFontMetrics(now.font("micro")).horizontalAdvance(text) + indent + now.space(7)
        left = x - width if right else x
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_INK)
        painter.drawRoundedRect(QRectF(left, y, width, height), 4, 4)
        if icon:
            at = QPointF(left + now.space(7), y + (height - glyph) / 2)
            painter.drawPixmap(at, icons.pixmap(icon, glyph, _WHITE))
        painter.setPen(_WHITE)
        painter.setFont(now.font("micro"))
        painter.drawText(
            QRectF(left + indent, y, width, height), Qt.AlignmentFlag.AlignVCenter, text
        )

    def _paint_caption(self, painter: QPainter) -> None:
        if not self.caption:
            return
        now, rect = theme(), self.rect()
        high = now.text(40)
        shade = QLinearGradient(0, rect.height() - high, 0, rect.height())
        shade.setColorAt(0, QColor(0, 0, 0, 0))
        # Dark enough to read the caption over the watermark, which lies at the same edge.
        shade.setColorAt(0.45, QColor(0, 0, 0, 205))
        shade.setColorAt(1, QColor(0, 0, 0, 240))
        painter.save()
        painter.setClipPath(rounded(QRectF(rect), _RADIUS))
        painter.fillRect(QRect(0, rect.height() - high, rect.width(), high), shade)
        painter.restore()
        painter.setPen(_WHITE)
        painter.setFont(now.font("micro"))
        inner = rect.adjusted(now.space(10), 0, -now.space(10), -now.space(7))
        metrics = QFontMetrics(now.font("micro"))
        shown = metrics.elidedText(self.caption, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, shown)

    def _paint_empty(self, painter: QPainter) -> None:
        now, rect = theme(), self.rect()
        painter.setBrush(now.color("sunken"))
        pen = QPen(now.color("lineStrong"), 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        glyph = now.text(30)
        at = QPointF((rect.width() - glyph) / 2, rect.height() / 2 - glyph)
        painter.drawPixmap(at, icons.pixmap("camera", glyph, now.color("text2")))
        painter.setPen(now.color("text2"))
        painter.setFont(now.font("meta"))
        below = rect.adjusted(0, rect.height() // 2 + now.space(2), 0, 0)
        painter.drawText(
            below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.hint
        )

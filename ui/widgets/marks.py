"""Small painted marks: the logo, a person's initial, a progress bar, an icon on a soft disc."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.layout import box, row, stretch
from ui.widgets.paint import rounded, smooth
from ui.widgets.text import icon_label
from ui.widgets.theme import TONES, theme

_LIT = frozenset({(0, 0), (1, 1), (2, 1), (1, 0)})
_BRAND = "#0B6B82"


class Logo(QWidget):
    """Nine cells, some lit: one grid, one worker. `inverse` is for dark pictures."""

    def __init__(self, size: int = 28, *, inverse: bool = False) -> None:
        super().__init__()
        self._inverse = inverse
        self.setFixedSize(theme().text(size), theme().text(size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now, wide = smooth(self), theme(), self.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF") if self._inverse else now.color("accent"))
        painter.drawRoundedRect(QRectF(0, 0, wide, wide), wide * 0.24, wide * 0.24)
        gap, margin = wide * 0.06, wide * 0.2
        cell = (wide - 2 * margin - 2 * gap) / 3
        for x in range(3):
            for y in range(3):
                color = QColor(_BRAND) if self._inverse else now.color("onAccent")
                color.setAlphaF(1 if (x, y) in _LIT else 0.38)
                painter.setBrush(color)
                left, top = margin + x * (cell + gap), margin + y * (cell + gap)
                painter.drawRoundedRect(QRectF(left, top, cell, cell), 1.2, 1.2)


class Avatar(QWidget):
    """The first character of a person's name on a soft disc."""

    def __init__(self, name: str, size: int = 32, tone: str = "info") -> None:
        super().__init__()
        self._char, self._tone = name[:1], tone
        self.setFixedSize(theme().text(size), theme().text(size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = smooth(self), theme()
        word, soft, solid = now.tone(self._tone)
        painter.setBrush(soft)
        painter.setPen(QPen(solid, 2) if now.high_contrast else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(word)
        font = now.font("body", strong=True)
        font.setPixelSize(round(self.width() * 0.42))
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._char)


class Bar(QWidget):
    """A progress bar of parts, each (share of the whole, colour or tone)."""

    def __init__(self, parts: Sequence[tuple[float, str]], height: int = 8) -> None:
        super().__init__()
        self._parts = tuple(parts)
        self.setFixedHeight(theme().space(height))

    def show_parts(self, parts: Sequence[tuple[float, str]]) -> None:
        """Show other shares."""
        self._parts = tuple(parts)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now, rect = smooth(self), theme(), QRectF(self.rect())
        painter.setClipPath(rounded(rect, rect.height() / 2))
        painter.fillRect(rect, now.color("disabled" if now.high_contrast else "line"))
        left = 0.0
        for share, name in self._parts:
            color = now.tone(name)[2] if name in TONES else now.color(name)
            painter.fillRect(QRectF(left, 0, rect.width() * share, rect.height()), color)
            left += rect.width() * share + 2


def disc(
    icon: str, *, size: int = 48, glyph: int = 24, tone: str = "", fill: str = "well"
) -> QFrame:
    """Return an icon in the middle of a soft square, as empty states show it."""
    made = box(fill, row(stretch, icon_label(icon, glyph, tone or "text2"), stretch), 0)
    made.setFixedSize(theme().space(size), theme().space(size))
    return made

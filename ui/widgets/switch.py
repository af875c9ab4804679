"""A switch for what is on or off, with its words beside it."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.widgets.focus import ring_if_by_key
from ui.widgets.paint import smooth
from ui.widgets.theme import theme


class Switch(QAbstractButton):
    """`on_switch` hears what the person wants; the state shown is what we are told."""

    def __init__(self, words: str, on_switch: Callable[[bool], None]) -> None:
        super().__init__()
        self.setText(words)
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Assistive technology toggles what can be checked without clicking it.
        self.toggled.connect(lambda on: on_switch(bool(on)))

    def show_on(self, on: bool) -> None:
        """Show whether it is on."""
        with QSignalBlocker(self):
            self.setChecked(on)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ringed when a key brought the focus here."""
        super().focusInEvent(event)
        ring_if_by_key(self, event)

    def sizeHint(self) -> QSize:
        """Ask for the knob and the words."""
        now = theme()
        wide = QFontMetrics(now.font("meta")).horizontalAdvance(self.text())
        return QSize(
            wide + now.space(36) + now.space(10), max(now.space(32), now.text(14) + now.space(12))
        )

    def minimumSizeHint(self) -> QSize:
        """Ask for the knob and the words."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force: the place of the knob tells, not the colour alone."""
        painter, now = smooth(self), theme()
        wide, high = now.space(36), now.space(20)
        track = QRectF(1, (self.height() - high) / 2, wide - 2, high)
        on = self.isChecked()
        painter.setBrush(now.color("accent" if on else "surface"))
        painter.setPen(QPen(now.color("accent" if on else "lineStrong"), 1.5))
        painter.drawRoundedRect(track, high / 2, high / 2)
        knob = high / 2 - now.space(4)
        middle = track.right() - high / 2 if on else track.left() + high / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("onAccent" if on else "lineStrong"))
        painter.drawEllipse(QPointF(middle, track.center().y()), knob, knob)
        painter.setFont(now.font("meta"))
        painter.setPen(now.color("text2"))
        words = QRectF(self.rect()).adjusted(wide + now.space(8), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())

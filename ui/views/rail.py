"""The rail: where I am and where I can go; a dot says that the sync centre needs a look."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.widgets import icons
from ui.widgets.focus import ring_if_by_key
from ui.widgets.layout import col, stretch
from ui.widgets.paint import smooth
from ui.widgets.theme import theme


class Entry(NamedTuple):
    """A place as the rail shows it."""

    name: str
    title: str
    icon: str
    keys: str
    at_foot: bool = False


class RailButton(QAbstractButton):
    """Icon above word; the chosen one has a white tile, a bar and a bold word, not just colour."""

    def __init__(
        self, word: str, icon: str, keys: str, on_press: Callable[[], None], *, place: bool = True
    ) -> None:
        super().__init__()
        self._word, self._icon, self.marked = word, icon, False
        self._on_press = on_press
        self.setCheckable(place)
        self.setAccessibleName(word)
        self.setToolTip(f"{word} {keys}".strip())
        now = theme()
        slack = now.space(8 if now.compact else 20)
        high = now.space(34) if now.single else now.text(16) + now.space(22) + slack
        self.setFixedHeight(max(high, 32))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Assistive technology toggles what can be checked without clicking it.
        heard = self.toggled if place else self.clicked
        heard.connect(lambda _on: self._press())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ringed when a key brought the focus here."""
        super().focusInEvent(event)
        ring_if_by_key(self, event)

    def show_chosen(self, chosen: bool) -> None:
        """Show whether this is where we are; nobody is told of it."""
        with QSignalBlocker(self):
            self.setChecked(chosen)
        self.update()

    def show_mark(self, marked: bool) -> None:
        """Show or take away the dot."""
        self.marked = marked
        words = self.tr("needs a look")
        self.setAccessibleDescription(words if marked else "")
        self.update()

    def _press(self) -> None:
        if self.isCheckable():
            self.show_chosen(chosen=True)  # pressing where we are leaves us there
        self._on_press()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        painter, now = smooth(self), theme()
        chosen, small = self.isChecked(), now.single
        side = 4 if small else now.space(8)
        tile = QRectF(self.rect()).adjusted(side, 1, -side, -1)
        if chosen:
            painter.setPen(QPen(now.color("line"), 2 if now.high_contrast else 1))
            painter.setBrush(now.color("surface"))
            painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("accent"))
            bar = QRectF(1, tile.center().y() - now.space(11), 3, now.space(22))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("hover"))
            painter.drawRoundedRect(tile, 8, 8)
        color, size = now.color("accentText" if chosen else "text2"), now.space(22)
        top = (self.height() - size - (0 if small else now.text(17))) / 2
        at = QPointF((self.width() - size) / 2, top)
        painter.drawPixmap(at, icons.pixmap(self._icon, size, color, 2 if chosen else 1.75))
        if not small:
            painter.setFont(now.font("micro", strong=chosen))
            painter.setPen(color)
            words = QRectF(0, top + size + now.space(1), self.width(), now.text(18))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._word)
        if self.marked:
            painter.setBrush(now.tone("warn")[2])
            painter.setPen(QPen(now.color("canvas"), 2))
            painter.drawEllipse(QPointF(self.width() / 2 + size / 2, top + 2), 5, 5)


class Rail(QWidget):
    """The places that exist, work on top, the rest at the bottom, always in the same order."""

    def __init__(
        self,
        places: Sequence[Entry],
        *,
        on_place: Callable[[str], None],
        on_help: Callable[[], None],
    ) -> None:
        super().__init__()
        now = theme()
        self.setFixedWidth(now.space(50 if now.single else 84))
        self.setAccessibleName(self.tr("Places"))
        self.buttons = {
            place.name: RailButton(place.title, place.icon, place.keys, self._to(place, on_place))
            for place in places
        }
        self.help = RailButton(self.tr("Help"), "circle-question-mark", "F1", on_help, place=False)
        top = [self.buttons[place.name] for place in places if not place.at_foot]
        foot = [self.buttons[place.name] for place in places if place.at_foot]
        self.setLayout(col(*top, stretch, *foot, self.help, gap=2, margins=(0, 2, 0, 2)))

    def show_place(self, name: str) -> None:
        """Mark where we are."""
        for known, pressed in self.buttons.items():
            pressed.show_chosen(known == name)

    def _to(self, place: Entry, on_place: Callable[[str], None]) -> Callable[[], None]:
        return lambda: on_place(place.name)

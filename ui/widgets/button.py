"""Buttons of the house: one solid main action per screen, the rest quiet."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QLayout, QPushButton, QSizePolicy, QWidget

from ui.widgets.focus import ring_if_by_key
from ui.widgets.layout import row
from ui.widgets.text import icon_label, label
from ui.widgets.theme import theme

_TONES = {
    "primary": "onAccent",
    "toast": "onInverse",
    "tonal": "accentText",
    "link": "accentText",
}


class Button(QPushButton):
    """A push button made of icon, words and key hint; its name for screen readers is the words."""

    def __init__(self) -> None:
        super().__init__()
        self.words: QLabel | None = None
        self.setProperty("on", "false")
        self.setProperty("off", "false")

    def show_text(self, text: str) -> None:
        """Change the words."""
        self.setAccessibleName(text)
        if self.words is not None:
            self.words.setText(text)
            self.updateGeometry()

    def show_checked(self, on: bool) -> None:
        """Show a choice that was made elsewhere; nobody is told of it."""
        with QSignalBlocker(self):
            self.setChecked(on)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer Enter as well as Space: people press it on whatever has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ringed when a key brought the focus here."""
        super().focusInEvent(event)
        ring_if_by_key(self, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        # WORKAROUND: a style sheet ignores ':checked' and ':disabled' on the parent of a label.
        self._mirror("on", self.isChecked())
        self._mirror("off", not self.isEnabled())
        super().paintEvent(event)

    def _mirror(self, name: str, state: bool) -> None:
        value = "true" if state else "false"
        if self.property(name) != value:
            self.setProperty(name, value)
            for child in self.findChildren(QLabel):
                child.style().unpolish(child)
                child.style().polish(child)

    def sizeHint(self) -> QSize:
        """Ask for the room the content needs."""
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for the least room that is still readable."""
        return self.sizeHint()


def button(  # noqa: PLR0913  (one constructor for all buttons, keywords only after the kind)
    text: str,
    on_click: Callable[[], None] | None = None,
    *,
    kind: str = "plain",
    icon: str | None = None,
    hint: str | None = None,
    density: str = "normal",
    checked: bool | None = None,
    name: str = "",
    trailing: str | None = None,
) -> Button:
    """Return a button.

    `kind` primary, tonal, plain, ghost, link, chip, tile or toast; `density` small, normal or
    large. A button without words needs a `name`; it becomes tooltip and accessible name.
    `on_click` is called without arguments. `hint` is a key, shown while there is room.
    """
    now, made = theme(), Button()
    made.setProperty("kind", kind)
    made.setProperty("density", density)
    made.setAccessibleName(name or text)
    if not text:
        made.setToolTip(name)
    if checked is not None:
        made.setCheckable(True)
        made.setChecked(checked)
        made.setProperty("on", "true" if checked else "false")
    if on_click is not None:
        pressed = on_click
        # Assistive technology toggles what can be checked without clicking it.
        heard = made.clicked if checked is None else made.toggled
        heard.connect(lambda _checked: pressed())
    tone = _TONES.get(kind, "text2")
    parts: list[QLabel] = []
    if icon:
        parts.append(icon_label(icon, 16 if density == "small" else 18, tone))
    if text:
        made.words = label(text)
        parts.append(made.words)
    if hint and not now.compact:
        key = label(hint)
        key.setProperty("hint", "true")
        parts.append(key)
    if trailing:
        parts.append(icon_label(trailing, 16, tone))
    layout = row(*parts, gap=7)
    side = {"link": 0, "chip": 11}.get(kind, 9 if not text else 11 if density == "small" else 14)
    layout.setContentsMargins(now.space(side), 0, now.space(side), 0)
    layout.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setLayout(layout)
    for child in made.findChildren(QLabel):
        child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    made.setFixedHeight(_height(kind, density))
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def row_button(content: QLayout, on_click: Callable[[], None], *, name: str) -> Button:
    """Return a whole row that can be pressed; `name` says the row to screen readers."""
    made = Button()
    made.setProperty("kind", "row")
    made.setAccessibleName(name)
    made.clicked.connect(lambda _checked: on_click())
    made.setLayout(content)
    side = theme().space(6)
    content.setContentsMargins(side, side, side, side)
    for child in made.findChildren(QWidget):
        child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def _height(kind: str, density: str) -> int:
    now = theme()
    if kind == "link":
        return max(now.space(24), now.text(22))
    if kind == "chip":
        return max(now.space(30), now.text(14) + now.space(14))
    least = {"small": 32, "large": 44}.get(density, 36)
    return max(now.space(least), now.text(14) + now.space(14))

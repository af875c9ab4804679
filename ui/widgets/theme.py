"""Design tokens turned into colours, fonts, sizes and the style sheet.

A `Theme` is a value. The one in force is held by `Look`, a child of the application; widgets read
it with `theme()` when they are built or painted, so nothing has to be passed through every
constructor and nothing lives in a module.
"""

import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import resources

Mode = Literal["light", "dark", "contrast"]
MODES: tuple[Mode, ...] = ("light", "dark", "contrast")
SYSTEM = "system"
TONES = ("neutral", "info", "success", "warn", "danger", "violet")
LEAST_FACTOR, MOST_FACTOR = 1.0, 2.5
_COMPACT_ABOVE, _SINGLE_FROM = 1.2, 1.75
DESIGNED_FOR = 1366  # the width at which a text of 100 % has all the room it needs

_ROLES = (
    (QPalette.ColorRole.Window, "canvas"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.PlaceholderText, "text3"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "onAccent"),
    (QPalette.ColorRole.ToolTipBase, "inverse"),
    (QPalette.ColorRole.ToolTipText, "onInverse"),
)


@cache
def tokens() -> dict[str, Any]:
    """Return the design tokens as they stand in the file."""
    return dict(json.loads(resources.text("styles/tokens.json")))


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: a palette and a text factor from 1.0 to 2.5.

    With `follows` the palette is the desktop's: `Look.apply` puts in what that is at the moment.
    `room` is how wide the window is, which nobody chose: two looks are the same without it.
    """

    mode: Mode = "light"
    factor: float = 1.0
    follows: bool = False
    room: int = field(default=DESIGNED_FOR, compare=False)

    @property
    def choice(self) -> str:
        """Return what was chosen, as settings keep it: a palette or "system"."""
        return SYSTEM if self.follows else self.mode

    @property
    def high_contrast(self) -> bool:
        """Fills vanish in this palette, so boxes get a border."""
        return self.mode == "contrast"

    @property
    def tightness(self) -> float:
        """Return how tight it is: a narrow window leaves as little room as a large text."""
        return self.factor * max(1.0, DESIGNED_FOR / self.room)

    @property
    def compact(self) -> bool:
        """From here on key hints go, side notes go and two columns become one."""
        return self.tightness > _COMPACT_ABOVE

    @property
    def single(self) -> bool:
        """From here on there is one pane at a time and the rail shows icons only."""
        return self.tightness >= _SINGLE_FROM

    def text(self, name: str | int) -> int:
        """Return pixels of a text size, by role or at 100 %: these scale fully."""
        px = tokens()["px"][name] if isinstance(name, str) else name
        return round(px * self.factor)

    def space(self, px: int) -> int:
        """Return pixels of a distance or control: these grow slower, so that all still fits."""
        return round(px * (1 + (self.factor - 1) * 0.6))

    def hex(self, name: str) -> str:
        """Return a colour by its token; a tone gives the colour of its words."""
        value = tokens()["color"][self.mode][name]
        return value if isinstance(value, str) else value[0]

    def color(self, name: str) -> QColor:
        """Return a colour by its token; a tone gives the colour of its words."""
        return QColor(self.hex(name))

    def tone(self, name: str) -> tuple[QColor, QColor, QColor]:
        """Return the word, soft fill and solid colour of a status tone."""
        word, soft, solid = tokens()["color"][self.mode][name]
        return QColor(word), QColor(soft), QColor(solid)

    def font(self, role: str | int = "body", *, strong: bool = False) -> QFont:
        """Return the font of a text role for things that are painted."""
        font = QFont()
        font.setFamilies(tokens()["families"])
        font.setPixelSize(self.text(role))
        font.setWeight(QFont.Weight.Bold if strong else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def palette(self) -> QPalette:
        """Return the palette for what the style sheet does not reach."""
        palette = QPalette()
        for role, name in _ROLES:
            palette.setColor(role, self.color(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette

    def sheet(self) -> str:
        """Return the style sheet with names and sizes filled in."""
        names: dict[str, str] = {}
        for name, value in tokens()["color"][self.mode].items():
            if isinstance(value, str):
                names[name] = value
            else:
                names |= zip((name + "Text", name + "Soft", name + "Solid"), value, strict=True)
        names["tonalLine"] = names["accentLine" if self.high_contrast else "accentSoft"]
        names["hair"] = "2px" if self.high_contrast else "1px"
        names["boxBorder"] = "2px solid #FFFFFF" if self.high_contrast else "0"
        text = re.sub(r"\$(\w+)", lambda m: names[m[1]], resources.text("styles/app.qss"))
        text = re.sub(r"\b(\d+)fx\b", lambda m: f"{self.text(int(m[1]))}px", text)
        return re.sub(r"\b(\d+)sx\b", lambda m: f"{self.space(int(m[1]))}px", text)


def desktop_mode() -> Mode:
    """Return the palette the desktop asks for; light where the platform does not tell."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return "dark" if dark else "light"


class Look(QObject):
    """Holds the theme in force; the application owns exactly one."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.theme = Theme()

    def apply(self, theme: Theme) -> None:
        """Make a theme the one in force; windows are rebuilt by whoever owns them."""
        mode = desktop_mode() if theme.follows else theme.mode
        self.theme = theme = replace(theme, mode=mode, room=self.theme.room)
        app = self.parent()
        assert isinstance(app, QApplication)  # noqa: S101  (narrowing: the constructor took one)
        app.setPalette(theme.palette())
        app.setFont(theme.font())
        app.setStyleSheet(theme.sheet())

    def give(self, width: int) -> None:
        """Tell how wide the window is, for what is built from now on."""
        self.theme = replace(self.theme, room=max(1, width))


def look() -> Look:
    """Return the application's look, made on first use; needs an application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101  (a widget without one is a bug)
    found = app.findChild(Look, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, Look) else Look(app)


def theme() -> Theme:
    """Return the theme in force."""
    return look().theme

"""Text size and colours: what may be chosen, and the menu that offers it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ui.widgets.theme import MODES, SYSTEM, Mode, Theme, theme

SIZES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)


def mode_word(mode: Mode) -> str:
    """Return the word for a palette."""
    translate = QCoreApplication.translate
    return {
        "light": translate("look", "Light"),
        "dark": translate("look", "Dark"),
        "contrast": translate("look", "High contrast"),
    }[mode]


def palettes(now: Theme) -> tuple[tuple[str, Theme], ...]:
    """Return what colours may be chosen, in words: those of the desktop, or one of ours."""
    system = QCoreApplication.translate("look", "As the desktop")
    ours = ((mode_word(mode), Theme(mode, now.factor)) for mode in MODES)
    return ((system, replace(now, follows=True)), *ours)


def larger(now: Theme) -> Theme:
    """Return the next larger text size."""
    factor = next((s for s in SIZES if s > now.factor + 0.01), SIZES[-1])
    return replace(now, factor=factor)


def smaller(now: Theme) -> Theme:
    """Return the next smaller text size."""
    fitting = [size for size in SIZES if size < now.factor - 0.01]
    return replace(now, factor=fitting[-1] if fitting else SIZES[0])


def from_settings(factor: float, choice: str) -> Theme:
    """Return the theme that settings ask for; light and 100 % for what is not offered."""
    known: Mode = next((name for name in MODES if name == choice), "light")
    return Theme(known, min(max(factor, SIZES[0]), SIZES[-1]), follows=choice == SYSTEM)


def look_menu(parent: QWidget, now: Theme, choose: Callable[[Theme], None]) -> QMenu:
    """Return the menu; the choices in force are ticked."""
    translate = QCoreApplication.translate
    menu = QMenu(parent)
    menu.setAccessibleName(translate("look", "Text size and colours"))
    groups = (
        [
            (
                translate("look", "Text {percent} %").format(percent=round(size * 100)),
                replace(now, factor=size),
            )
            for size in SIZES
        ],
        palettes(now),
    )
    for number, choices in enumerate(groups):
        if number:
            menu.addSeparator()
        group = QActionGroup(menu)
        for words, offered in choices:
            action = QAction(words, group)
            action.setCheckable(True)
            action.setChecked(offered == now)
            action.triggered.connect(_chooser(choose, offered))
            menu.addAction(action)
    return menu


def offer_looks(parent: QWidget, button: QWidget, choose: Callable[[Theme], None]) -> None:
    """Open the menu at the button that was pressed, by whatever it was pressed."""
    menu = look_menu(parent, theme(), choose)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(button.mapToGlobal(button.rect().bottomLeft() + QPoint(0, 4)))


def _chooser(choose: Callable[[Theme], None], wanted: Theme) -> Callable[[bool], None]:
    return lambda _checked: choose(wanted)

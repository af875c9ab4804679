"""The actions of the window itself: they work on every page, with the same keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from ui.look_menu import SIZES, from_settings, larger, palettes, smaller
from ui.screens import registry
from ui.screens.contract import Action, Place, Tools
from ui.widgets.theme import Theme, theme


class Window(Protocol):
    """What the actions of the window need of it."""

    def go(self, place: str, about: Mapping[str, str] | None = None) -> None:
        """Show a place."""
        ...

    def undo(self) -> None:
        """Take back what the toast tells."""
        ...

    def open_panel(self, name: str, opened: Callable[[Tools], Callable[[], None]]) -> None:
        """Open a panel over the window."""
        ...

    def next_pane(self) -> None:
        """Move the focus to the next pane."""
        ...

    def open_palette(self) -> None:
        """Open the palette."""
        ...

    def open_help(self) -> None:
        """Open the help."""
        ...


def window_actions(
    window: Window,
    places: Sequence[Place],
    *,
    on_look: Callable[[Theme], None],
    on_lock: Callable[[], None],
) -> tuple[Action, ...]:
    """Return the actions in the order in which help and palette show them."""
    translate = QCoreApplication.translate

    def resolve() -> None:
        window.open_panel("resolve", registry.open_resolve)

    def report() -> None:
        window.open_panel("report", registry.open_report)

    return (
        Action("resolve", translate("act", "Resolve on the spot"), resolve, "F8", "zap"),
        Action("report", translate("act", "Hand up a new matter"), report, "Ctrl+N", "plus"),
        Action(
            "search",
            translate("act", "Search and commands"),
            window.open_palette,
            "Ctrl+K",
            "search",
        ),
        *(_to(window, place) for place in places),
        Action(
            "undo", translate("act", "Undo what was just recorded"), window.undo, "Ctrl+Z", "undo-2"
        ),
        Action("pane", translate("act", "Next pane"), window.next_pane, "F6", "layers"),
        *_sizes(on_look),
        *(_palette(words, chosen.choice, on_look) for words, chosen in palettes(theme())),
        Action("lock", translate("act", "Lock"), on_lock, "Ctrl+L", "lock"),
        Action(
            "help",
            translate("act", "Help and keys"),
            window.open_help,
            "F1",
            "circle-question-mark",
        ),
    )


def _to(window: Window, place: Place) -> Action:
    words = QCoreApplication.translate("act", "Go to: {place}").format(place=place.title)
    return Action(f"go-{place.name}", words, lambda: window.go(place.name), place.keys, place.icon)


def _sizes(on_look: Callable[[Theme], None]) -> tuple[Action, ...]:
    translate = QCoreApplication.translate
    icon = "a-large-small"
    return (
        Action(
            "larger",
            translate("act", "Larger text"),
            lambda: on_look(larger(theme())),
            "Ctrl++ / Ctrl+=",
            icon,
        ),
        Action(
            "smaller",
            translate("act", "Smaller text"),
            lambda: on_look(smaller(theme())),
            "Ctrl+-",
            icon,
        ),
        Action(
            "normal",
            translate("act", "Normal text size"),
            lambda: on_look(replace(theme(), factor=SIZES[0])),
            "Ctrl+0",
            icon,
        ),
    )


def _palette(name: str, choice: str, on_look: Callable[[Theme], None]) -> Action:
    words = QCoreApplication.translate("act", "Colours: {name}").format(name=name)
    return Action(
        f"look-{choice}", words, lambda: on_look(from_settings(theme().factor, choice)), "", "eye"
    )

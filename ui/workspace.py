"""The unlocked window: header, rail, the place in front, status line; what screens lean on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk, Who
from ui.keys import bind, next_pane, unbind
from ui.later import QtLater
from ui.look_menu import offer_looks
from ui.screens import registry
from ui.screens.contract import Action, Place, Say, Screen, Tools
from ui.views.header import Header
from ui.views.rail import Entry, Rail
from ui.widgets.layout import col, row
from ui.widgets.sheet import Sheet
from ui.widgets.theme import Theme
from ui.widgets.toast import Toast
from ui.window_actions import window_actions

if TYPE_CHECKING:
    from ui.photo_sources.sources import Sources

TOGETHER_MS = 80  # commits that follow each other so fast are shown together


@dataclass(frozen=True, slots=True)
class Parts:
    """What a workspace is made of; the program answers `on_look` and `on_lock`."""

    desk: Desk
    read: Lane
    write: Lane
    photos: Lane
    say: Say
    now: Callable[[], datetime]
    on_look: Callable[[Theme], None]
    on_lock: Callable[[], None]
    sources: "Callable[[QWidget], Sources]"


@dataclass(frozen=True, slots=True)
class Sight:
    """What was to be seen, so that a window built anew can show it again."""

    place: str = "today"
    abouts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    panel: str = ""


class Workspace(QWidget):
    """Builds a place at the latest when somebody goes there; a new theme builds all anew."""

    def __init__(self, parts: Parts, sight: Sight) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.parts, self.place = parts, ""
        self.suspended = parts.desk.sync.connection().suspended
        places = registry.places(suspended=self.suspended)
        self._places: dict[str, Place] = {place.name: place for place in places}
        self._screens: dict[str, Screen] = {}
        self._abouts = dict(sight.abouts)
        self._panel, self._close_panel = "", _nothing
        self._toast: Toast | None = None
        self._kinds: frozenset[str] = frozenset()
        self._open = True
        self.later = QtLater(self)
        self.tools = Tools(
            parts.desk,
            parts.read,
            parts.write,
            parts.photos,
            parts.say,
            parts.now,
            self.later,
            self,
            parts.sources,
        )
        self._stack = QStackedLayout()
        self.header = Header(
            parts.desk.who,
            on_search=lambda: self.do("search"),
            on_resolve=lambda: self.do("resolve"),
            on_look=self._open_look_menu,
            on_lock=parts.on_lock,
        )
        entries = [
            Entry(place.name, place.title, place.icon, place.keys, place.at_foot)
            for place in self._places.values()
        ]
        self.rail = Rail(entries, on_place=self.go, on_help=lambda: self.do("help"))
        self.status = registry.status_line(self.tools)
        middle = row(self.rail, (self._stack, 1), gap=0, margins=(0, 0, 14, 0), align=None)
        self.setLayout(col(self.header, (middle, 1), self.status.widget, gap=0))
        self.always: tuple[Action, ...] = window_actions(
            self, tuple(self._places.values()), on_look=parts.on_look, on_lock=parts.on_lock
        )
        self._always_bound = bind(self, self.always)
        self._here_bound = bind(self, ())

    def begin(self, sight: Sight) -> None:
        """Show what was to be seen, as soon as the workspace itself is."""
        self.go(sight.place)
        if sight.panel:
            self.do(sight.panel)

    @property
    def stage(self) -> QWidget:
        """Return what sheets and toasts lie on."""
        return self

    @property
    def title(self) -> str:
        """Return the name of the place in front."""
        return self._places[self.place].title

    def go(self, place: str, about: Mapping[str, str] | None = None) -> None:
        """Show a place; what lies over the window goes as by Esc, forms keep their drafts."""
        for sheet in self._sheets():
            sheet.leave()
        screen = self.prepare(place)
        self.place = place
        self.rail.show_place(place)
        self._stack.setCurrentWidget(screen.widget)
        for sheet in self._sheets():  # one that still waits for its photo
            sheet.raise_()
        if self._toast is not None:
            self._toast.raise_()
        screen.open({**self._abouts.pop(place, {}), **(about or {})})
        self.actions_changed()

    def prepare(self, place: str) -> Screen:
        """Build a place, unless that is done: it is there at once when somebody goes there."""
        screen = self._screens.get(place)
        if screen is None:
            screen = self._screens[place] = self._places[place].build(self.tools)
            self._stack.addWidget(screen.widget)
        return screen

    def here(self) -> tuple[Action, ...]:
        """Return what can be done in the place in front."""
        return tuple(self._screens[self.place].actions())

    def actions_changed(self) -> None:
        """Ask the screen in front for its actions again."""
        unbind(self, self._here_bound)
        self._here_bound = bind(self, self.here())

    def do(self, action: str) -> None:
        """Run an action of the window by its name."""
        next(known for known in self.always if known.name == action).run()

    def toast(
        self,
        text: str,
        *,
        undo: Callable[[], None] | None = None,
        gone: Callable[[], None] | None = None,
    ) -> None:
        """Tell a result; a newer one takes the place of an older one."""
        if self._toast is not None:
            self._toast.leave()
        self._toast = Toast(
            self,
            text,
            undo=self.tr("Undo"),
            hint=self.tr("Ctrl Z · 10 s"),
            on_undo=undo,
            on_gone=gone,
        )
        shown = self._toast
        shown.destroyed.connect(lambda: self._toast_gone(shown))

    def undo(self) -> None:
        """Take back what the toast tells, while it is there."""
        if self._toast is not None:
            self._toast.take_back()

    def belie(self) -> None:
        """Take away a toast that nothing can be undone of: it may be what was not accepted."""
        if self._toast is not None and not self._toast.can_undo:
            self._toast.leave()

    def committed(self, kinds: frozenset[str]) -> None:
        """Hear of changed records; several within a moment are shown together."""
        if self._open and not self._kinds:
            self.later(TOGETHER_MS, self._show_changes)
        self._kinds |= kinds

    def open_panel(self, name: str, opened: Callable[[Tools], Callable[[], None]]) -> None:
        """Open a panel over the window; it closes, keeping its draft, before the next opens."""
        self._close_panel()
        self._panel = name
        self._close_panel = opened(self.tools)

    def next_pane(self) -> None:
        """Move the focus to the next pane, the status line being the last."""
        next_pane(self, self.status.widget)

    def open_palette(self) -> None:
        """Open the palette."""
        from ui.overlays import open_palette  # noqa: PLC0415  (the window comes up first)

        open_palette(self)

    def open_help(self) -> None:
        """Open the help for the place in front."""
        from ui.overlays import open_help  # noqa: PLC0415  (as above)

        open_help(self)

    def close_down(self) -> Sight:
        """Answer nothing from now on; return what was to be seen."""
        panel = self._panel if self._close_panel_if_open() else ""
        if self._toast is not None:
            self._toast.leave()
        self._open = False
        self.status.close()
        abouts = {name: screen.close() for name, screen in self._screens.items()}
        return Sight(self.place, {**abouts, **self._abouts}, panel)

    def _close_panel_if_open(self) -> bool:
        shown = self.sheet_is_open()
        self._close_panel()
        self._close_panel = _nothing
        return shown

    def sheet_is_open(self) -> bool:
        """Say whether something lies over the window."""
        return bool(self._sheets())

    def _sheets(self) -> list[Sheet]:
        return [sheet for sheet in self.findChildren(Sheet) if sheet.isVisible()]

    def _show_changes(self) -> None:
        kinds, self._kinds = self._kinds, frozenset()
        if self._open:
            self._screens[self.place].changed(kinds)
            self.status.changed(kinds)
            if "worker" in kinds:
                self.parts.read.run(self.parts.desk.identify, self._show_who, _raise)

    def _show_who(self, who: Who) -> None:
        if self._open:
            self.header.show_place(who)

    def _toast_gone(self, toast: Toast) -> None:
        """Forget a toast that is deleted, which may be after the next one has come."""
        if self._toast is toast:
            self._toast = None

    def _open_look_menu(self) -> None:
        offer_looks(self, self.header.look, self.parts.on_look)


def _raise(error: Exception) -> None:
    raise error


def _nothing() -> None:
    """Close nothing: no panel is open."""

"""What the main window and its screens may expect of each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QWidget

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk
from ui.actions import Action
from ui.presenters.timing import Later

if TYPE_CHECKING:
    from ui.photo_sources.sources import Sources

__all__ = ["Action", "Place", "Say", "Screen", "Shell", "Tools", "Words"]


class Words(Protocol):
    """A sentence and the next step, as `gridworker.app.words` gives them."""

    @property
    def sentence(self) -> str:
        """What is so."""
        ...

    @property
    def next(self) -> str:
        """What can be done about it."""
        ...


Say = Callable[[str, Mapping[str, Any]], Words]


class Shell(Protocol):
    """What the main window does for a screen."""

    @property
    def stage(self) -> QWidget:
        """The window that sheets and toasts lie on."""
        ...

    def go(self, place: str, about: Mapping[str, str] | None = None) -> None:
        """Show a place; `about` says what to show there, e.g. {"ticket": id}."""
        ...

    def toast(
        self,
        text: str,
        *,
        undo: Callable[[], None] | None = None,
        gone: Callable[[], None] | None = None,
    ) -> None:
        """Tell a result for ten seconds; Ctrl+Z or its button takes it back."""
        ...

    def belie(self) -> None:
        """Take away a toast that says of something that it is done: something was not accepted."""
        ...

    def actions_changed(self) -> None:
        """Ask the screen in front for its actions again."""
        ...

    def do(self, action: str) -> None:
        """Run an action of the window by its name, e.g. "resolve" or "report"."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a screen may use; lanes answer on the windows' thread."""

    desk: Desk
    read: Lane
    write: Lane
    photos: Lane
    say: Say
    now: Callable[[], datetime]
    later: Later
    shell: Shell
    sources: "Callable[[QWidget], Sources]"


class Screen(Protocol):
    """A place as it is on the screen, from its making until `close`."""

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        ...

    def open(self, about: Mapping[str, str]) -> None:
        """Refresh and take the focus: a person has come here, maybe about something."""
        ...

    def changed(self, kinds: frozenset[str]) -> None:
        """Refresh what shows records of these kinds; called only while in front."""
        ...

    def actions(self) -> Sequence[Action]:
        """Return what can be done here."""
        ...

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on; return the `about` that brings the same sight back."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the rail; `build` imports what it needs, so that the window comes up fast."""

    name: str
    title: str
    icon: str
    keys: str
    build: Callable[[Tools], Screen]
    at_foot: bool = False

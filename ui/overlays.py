"""What the window opens over itself: the palette and the help of the place in front."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from ui.presenters.palette import Offered, PalettePresenter
from ui.screens.contract import Action, Tools
from ui.views.help import Help, shown_keys
from ui.views.palette import Palette
from ui.widgets.layout import col
from ui.widgets.sheet import Sheet


class Host(Protocol):
    """What the overlays need of their window."""

    tools: Tools
    always: tuple[Action, ...]

    @property
    def stage(self) -> QWidget:
        """What the overlay lies on."""
        ...

    @property
    def title(self) -> str:
        """The name of the place in front."""
        ...

    def here(self) -> Sequence[Action]:
        """Return what can be done in the place in front."""
        ...

    def go(self, place: str, about: Mapping[str, str] | None = None) -> None:
        """Show a place."""
        ...


def open_palette(host: Host) -> None:
    """Open the palette with every action of the page and the window."""
    tools = host.tools

    def close() -> None:
        presenter.close()
        sheet.dismiss()

    def run(offer: Offered) -> None:
        close()
        offer.run()

    def open_ticket(ticket: str) -> None:
        host.go("tickets", {"ticket": ticket, "choice": "all", "pane": "detail"})

    presenter = PalettePresenter(
        [_offer(action) for action in (*host.here(), *host.always)],
        tools.desk.queries,
        read=tools.read,
        later=tools.later,
        open_ticket=open_ticket,
    )
    view = Palette(on_typed=presenter.typed, on_run=run)
    sheet = Sheet(
        host.stage,
        col(view, margins=16),
        name=view.field.accessibleName(),
        width=640,
        height=520,
        on_escape=close,
    )
    presenter.start(view)
    view.field.setFocus()


def open_help(host: Host) -> None:
    """Open the help."""

    def close() -> None:
        sheet.dismiss()

    view = Help(host.title, host.here(), host.always, close)
    sheet = Sheet(
        host.stage, col(view, margins=20), name=host.title, width=760, height=560, on_escape=close
    )
    view.setFocus()


def _offer(action: Action) -> Offered:
    first = action.keys.split(" / ")[0]
    return Offered(action.words, shown_keys(first), action.icon, action.reason, action.run)

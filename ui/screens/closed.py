"""A place that is there to read, on a device on which reading is closed for the time being."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from ui.screens.contract import Action, Tools
from ui.views.closed import ClosedPage


class ClosedScreen:
    """Says why nothing is to be seen, and leads to what can be done all the same."""

    def __init__(self, tools: Tools) -> None:
        words = tools.say("sync_device_suspended", {})
        shell = tools.shell
        self._page = ClosedPage(
            words.sentence,
            words.next,
            on_resolve=lambda: shell.do("resolve"),
            on_report=lambda: shell.do("report"),
            on_patrol=lambda: shell.go("patrol"),
        )

    @property
    def widget(self) -> QWidget:
        """Return the page."""
        return self._page

    def open(self, about: Mapping[str, str]) -> None:  # noqa: ARG002  (nothing can be shown)
        """Take the focus."""
        self._page.resolve.setFocus()

    def changed(self, kinds: frozenset[str]) -> None:
        """Show nothing new: there is nothing to be seen."""

    def actions(self) -> Sequence[Action]:
        """Return none of its own."""
        return ()

    def close(self) -> Mapping[str, str]:
        """Leave nothing behind."""
        return {}

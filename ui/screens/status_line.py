"""The status line of the window."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ui.presenters.recording import surprise
from ui.presenters.status_line import StatusLinePresenter
from ui.screens.contract import Action, Tools
from ui.views.status_line import StatusLine


class StatusLineScreen:
    """Joins the counters and the line."""

    def __init__(self, tools: Tools) -> None:
        self._presenter = StatusLinePresenter(
            tools.desk.queries,
            tools.desk.sync,
            read=tools.read,
            later=tools.later,
            free_space=free_space,
            failed=surprise,
            on_attention=tools.shell.belie,
        )
        self._view = StatusLine(on_open=lambda: tools.shell.go("sync"), now=tools.now)
        self._presenter.start(self._view)

    @property
    def widget(self) -> QWidget:
        """Return the line."""
        return self._view

    def open(self, about: Mapping[str, str]) -> None:  # noqa: ARG002  (there is one sight only)
        """Look again and take the focus: F6 comes by here."""
        self._presenter.refresh()
        self._view.open.setFocus()

    def changed(self, kinds: frozenset[str]) -> None:  # noqa: ARG002  (all kinds are counted here)
        """Look again."""
        self._presenter.refresh()

    def actions(self) -> Sequence[Action]:
        """Return nothing: going to the sync centre is the window's own action."""
        return ()

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on."""
        self._presenter.close()
        return {}


def free_space() -> int | None:
    """Return the bytes free where profiles usually lie; waits for the disk."""
    try:
        return shutil.disk_usage(Path.home()).free
    except OSError:  # the home folder is not there: nothing to tell
        return None

"""同步中心: the place where every attempt, delay and refusal is told in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from ui.presenters.parcels import ParcelsPresenter
from ui.presenters.recording import surprise
from ui.presenters.sync_centre import SyncCentrePresenter
from ui.screens.contract import Action, Tools
from ui.views.parcels import ParcelStrip
from ui.views.sync_centre import SyncCentre


class SyncCentreScreen:
    """Joins the counters, the cards and the log."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._presenter = SyncCentrePresenter(
            tools.desk,
            read=tools.read,
            write=tools.write,
            later=tools.later,
            open_record=self._open_record,
            failed=surprise,
        )
        self._parcels = ParcelsPresenter(
            tools.desk.sync, lane=tools.read, later=tools.later, say=self._say, failed=surprise
        )
        self._strip = ParcelStrip(self._parcels, name=self._name)
        self._view = SyncCentre(
            self._presenter,
            demo=tools.desk.who.demo,
            parcels=self._strip,
            say=self._say,
            now=tools.now,
        )

    @property
    def widget(self) -> QWidget:
        """Return the panes."""
        return self._view

    def open(self, about: Mapping[str, str]) -> None:  # noqa: ARG002  (there is one sight only)
        """Look again and stand on the first button."""
        self._presenter.start(self._view)
        if not self._parcels.busy:
            self._parcels.start(self._strip)
        self._view.state.sync.setFocus()

    def changed(self, kinds: frozenset[str]) -> None:  # noqa: ARG002  (all kinds are counted here)
        """Look again."""
        self._presenter.refresh()

    def actions(self) -> Sequence[Action]:
        """Return what can be done here."""
        translate = QCoreApplication.translate
        state = self._view.state
        return (
            Action("sync_now", translate("SyncState", "Sync now"), self._presenter.sync_now),
            Action("parcel_write", self._strip.write.accessibleName(), self._strip.ask_where),
            Action("parcel_read", self._strip.read.accessibleName(), self._strip.ask_which),
            Action("pause", state.pause.accessibleName(), self._presenter.pause_or_go_on),
        )

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on."""
        self._presenter.close()
        self._parcels.close()
        return {}

    def _name(self) -> str:
        """Return what a parcel is called: who made it, and when."""
        return f"网格通-{self._tools.desk.who.device_code}-{self._tools.now():%m%d-%H%M}"

    def _open_record(self, kind: str, record: str) -> None:
        if kind == "ticket":
            self._tools.shell.go("tickets", {"ticket": record})
        else:
            self._tools.shell.go("patrol", {"record": record})

    def _say(self, code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        words = self._tools.say(code, facts)
        return words.sentence, words.next

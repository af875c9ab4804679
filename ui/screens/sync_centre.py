"""同步中心: the place where every attempt, delay and refusal is told in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.app.ports import FormAgain
from gridworker.domain.problem import RuleBroken
from ui.presenters.attention import Attention, Settled
from ui.presenters.left_words import LeftOver
from ui.presenters.parcels import ParcelsPresenter
from ui.presenters.readmission import Readmission
from ui.presenters.recording import surprise
from ui.presenters.sync_centre import SyncCentrePresenter
from ui.screens.contract import Action, Tools
from ui.screens.matters import Matter, MatterForms
from ui.views.ask import open_question
from ui.views.attention_card import Telling
from ui.views.enrol_again import EnrolAgain
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
            failed=surprise,
        )
        self._attention = Attention(
            tools.desk,
            write=tools.write,
            later=tools.later,
            changed=self._presenter.refresh,
            tell=self._tell,
            open_record=self._open_record,
            open_form=self._open_form,
            failed=surprise,
        )
        self._close_form: Callable[[], None] | None = None
        self._parcels = ParcelsPresenter(
            tools.desk.sync, lane=tools.read, later=tools.later, say=self._say, failed=surprise
        )
        self._readmission = Readmission(
            tools.desk.sync, lane=tools.read, say=self._say, done=self._let_in, failed=surprise
        )
        self._strip = ParcelStrip(self._parcels, name=self._name)
        self._view = SyncCentre(
            self._presenter,
            attention=self._attention,
            on_ticket=lambda ticket: self._open_record("ticket", ticket),
            on_enrol=self._enrol_again,
            demo=tools.desk.who.demo,
            parcels=self._strip,
            left=LeftOver(
                tools.desk.commands,
                write=tools.write,
                changed=self._presenter.refresh,
                open_form=self._open_form,
                open_ticket=lambda ticket: self._open_record("ticket", ticket),
                tell=self._tell_why,
                failed=surprise,
            ),
            telling=Telling(self._say, tools.now),
        )

    @property
    def widget(self) -> QWidget:
        """Return the panes."""
        return self._view

    def open(self, about: Mapping[str, str]) -> None:
        """Look again and stand on the card that is asked for, else on the first button."""
        self._presenter.start(self._view)
        self._attention.start(self._view)
        if not self._parcels.busy:
            self._parcels.start(self._strip)
        self._view.state.sync.setFocus()
        self._view.come_to(about.get("card", ""))

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
        if self._close_form is not None:
            self._close_form()
        self._presenter.close()
        self._attention.close_down()
        self._parcels.close()
        self._readmission.close()
        return {}

    def _enrol_again(self) -> None:
        """Ask for the code by which this profile is let in again."""
        name = QCoreApplication.translate("EnrolAgain", "Enrol again")
        do = self._readmission
        open_question(self._view.window(), name, lambda close: EnrolAgain(do, on_close=close))

    def _let_in(self) -> None:
        translate = QCoreApplication.translate
        self._tools.shell.toast(translate("toasts", "Enrolled again; what waits is being sent"))
        self._presenter.refresh()

    def _name(self) -> str:
        """Return what a parcel is called: who made it, and when."""
        return f"网格通-{self._tools.desk.who.device_code}-{self._tools.now():%m%d-%H%M}"

    def _open_record(self, kind: str, record: str) -> None:
        if kind == "ticket":
            self._tools.shell.go("tickets", {"ticket": record})
        else:
            self._tools.shell.go("patrol", {"record": record})

    def _open_form(self, again: FormAgain) -> None:
        forms = MatterForms(self._tools)
        self._close_form = forms.close
        matter = Matter(draft=again.draft)
        if again.form == "resolve":
            forms.open_resolve(matter)
        else:
            forms.open_report(matter)

    def _tell(self, done: Settled) -> None:
        translate = QCoreApplication.translate
        words = {
            Settled.AGAIN: translate("toasts", "Done again, saved here; sent when online"),
            Settled.CHOSEN: translate("toasts", "Your choice is saved here; sent when online"),
            Settled.BOTH: translate("toasts", "Both are kept as a remark; sent when online"),
            Settled.HANDED: translate(
                "toasts", "Word to the supervisor saved here; sent when online"
            ),
        }
        self._tools.shell.toast(words[done])

    def _tell_why(self, broken: RuleBroken) -> None:
        self._tools.shell.toast(self._say(str(broken.code), broken.facts)[0])

    def _say(self, code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        words = self._tools.say(code, facts)
        return words.sentence, words.next

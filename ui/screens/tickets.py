"""工单: the list and one ticket beside it; with large text one pane at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from gridworker.domain.amending import ENDED
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.ticket_detail import TicketDetailPresenter
from ui.presenters.ticket_list import CHOICES, TicketListPresenter
from ui.presenters.unhurried import Unhurried
from ui.screens.add import open_add
from ui.screens.contract import Action, Tools
from ui.views.ticket_actions import TicketActions
from ui.views.ticket_detail import TicketDetailPane
from ui.views.ticket_list import TicketListPane
from ui.widgets.layout import row, set_margins
from ui.widgets.theme import theme

_KINDS = frozenset({"ticket", "flow_record", "evidence", "late_evidence", "blob", "sync"})


class TicketsScreen:
    """Joins the list, the ticket in front and its actions."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._close_add: Callable[[], None] | None = None
        self._detail = TicketDetailPresenter(
            tools.desk,
            read=tools.read,
            write=tools.write,
            photos=tools.photos,
            later=tools.later,
            tell=self._tell,
            done=self._done,
        )
        self._follow = Unhurried(tools.later, self._detail.show)
        self._list = TicketListPresenter(
            tools.desk.queries,
            read=tools.read,
            photos=tools.photos,
            later=tools.later,
            choose=self._follow,
        )
        self._acts = TicketActions(
            tools.shell.stage,
            begun=self._detail.begun,
            act=self._detail.act,
            edit=self._detail.edit,
            retract=self._detail.retract,
            on_add=self._add,
        )
        self.pane = TicketListPane(
            self._list,
            now=tools.now,
            on_open=self._show_detail,
            on_press=self._follow.hurry,
            on_new=lambda: tools.shell.do("report"),
        )
        self.detail = TicketDetailPane(
            tools.shell.stage,
            now=tools.now,
            actions=self._acts.buttons,
            on_look=self._detail.look_at,
            on_add=self._add,
            on_edit=self._acts.edit,
            on_back=self._show_list,
        )
        self._stack = QStackedWidget()
        self._widget: QWidget = self._stack if theme().single else QWidget()
        self._lay_out()
        self._detail.start(self.detail)

    @property
    def widget(self) -> QWidget:
        """Return the two panes."""
        return self._widget

    def open(self, about: Mapping[str, str]) -> None:
        """Come to the list, or to one ticket of it, or to what a search finds."""
        for choice in CHOICES:
            if about.get("choice") == choice:
                self._list.pick(choice)
        if "search" in about:
            self._list.clear_to(about["search"])
        if ticket := about.get("ticket"):
            self._list.selected = ticket
            self._follow.forget()
            self._detail.show(ticket)
        else:
            self._detail.refresh()  # what happened while another place was in front
        self._list.start(self.pane)
        if about.get("pane") == "detail":
            self._show_detail()
        else:
            self._show_list()

    def changed(self, kinds: frozenset[str]) -> None:
        """Read again what may be different."""
        if kinds & _KINDS:
            self._list.refresh()
            self._detail.refresh()

    def actions(self) -> Sequence[Action]:
        """Return what can be done with the list and the ticket in front."""
        translate = QCoreApplication.translate
        return (
            Action(
                "find",
                translate("act", "Search tickets"),
                self.pane.search.setFocus,
                "Ctrl+F",
                "search",
            ),
            Action(
                "mine",
                translate("act", "My tickets"),
                lambda: self._list.pick("mine"),
                icon="list-checks",
            ),
            Action(
                "soon",
                translate("act", "Tickets due soon"),
                lambda: self._list.pick("soon"),
                icon="clock-alert",
            ),
            Action("all", translate("act", "All tickets"), self._list.clear, icon="list"),
            Action("add", translate("act", "Add to it…"), self._add, icon="plus"),
            Action(
                "edit", translate("act", "Change place or note…"), self._edit, "F2", "pencil-line"
            ),
        )

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on."""
        if self._close_add is not None:
            self._close_add()
        self._follow.forget()
        self._list.close()
        self._detail.close()
        in_front = "detail" if theme().single and self._stack.currentIndex() else "list"
        return {"ticket": self._list.selected, "choice": self._list.choice, "pane": in_front}

    def _lay_out(self) -> None:
        if theme().single:
            self._stack.addWidget(self.pane)
            self._stack.addWidget(self.detail)
            return
        both = row(self.pane, (self.detail, 1), gap=12, align=None)
        set_margins(both, (10, 0, 0, 0))
        self._widget.setLayout(both)

    def _add(self) -> None:
        if self._detail.ticket is not None:
            self._close_add = open_add(self._tools, self._detail.ticket.line)

    def _edit(self) -> None:
        ticket = self._detail.ticket
        if ticket is None:
            return
        if ticket.can_edit:
            self._acts.edit(ticket)
            return
        ended = ticket.line.state in ENDED
        broken = (
            RuleBroken(Code.GONE, state=ticket.line.state)
            if ended
            else RuleBroken(Code.FORBIDDEN, by=ticket.created_by_name)
        )
        self.detail.show_problem(*self._tell(broken))

    def _show_detail(self) -> None:
        self._follow.hurry()
        if theme().single:
            self._stack.setCurrentIndex(1)
        self.detail.setFocus()

    def _show_list(self) -> None:
        if theme().single:
            self._stack.setCurrentIndex(0)
        self.pane.list.setFocus()

    def _tell(self, broken: RuleBroken) -> tuple[str, str]:
        facts: Mapping[str, Any] = broken.facts
        words = self._tools.say(str(broken.code), facts)
        return words.sentence, words.next

    def _done(self, name: str) -> None:
        translate = QCoreApplication.translate
        told = {
            "retract": translate("act", "Taken back, saved on this computer"),
            "edit": translate("act", "Changed, saved on this computer"),
        }
        self._tools.shell.toast(told.get(name, translate("act", "Done, saved on this computer")))
        self._list.refresh()

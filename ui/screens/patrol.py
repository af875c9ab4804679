"""巡查: the records and the form beside each other; with large text the form comes first."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.presenters.patrol import PatrolListPresenter
from ui.presenters.patrol_form import PatrolFormPresenter
from ui.presenters.recording import surprise
from ui.screens.contract import Action, Tools
from ui.screens.forms import announcer, form_ports, form_tools
from ui.screens.matters import Then
from ui.screens.report import open_report
from ui.screens.resolve import open_resolve
from ui.views.patrol import PatrolListPane
from ui.views.patrol_form import PatrolFormPane
from ui.widgets.layout import row
from ui.widgets.theme import theme

_KINDS = frozenset({"patrol_record", "evidence", "blob", "sync"})
LIST_WIDTH = 384


class PatrolScreen:
    """Joins list and form; a matter found on the way opens its own form and joins the record."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._list = PatrolListPresenter(
            tools.desk.queries, read=tools.read, later=tools.later, failed=surprise
        )
        self._form = PatrolFormPresenter(
            form_ports(tools),
            announce=announcer(tools.shell),
            resolve=self._resolve,
            report=self._report,
        )
        single = theme().single
        self.pane = PatrolListPane(
            self._list,
            now=tools.now,
            on_ticket=self._open_ticket,
            on_back=self._show_form if single else None,
        )
        self.form = PatrolFormPane(
            self._form,
            form_tools(tools, tools.sources(tools.shell.stage)),
            on_list=self._show_list if single else None,
        )
        self._form.attach(self.form)
        self._stack = QStackedWidget()
        self._widget: QWidget = self._stack if single else QWidget()
        if single:
            self._stack.addWidget(self.form.widget)
            self._stack.addWidget(self.pane)
        else:
            self.pane.setFixedWidth(theme().space(LIST_WIDTH))
            self._widget.setLayout(row(self.pane, (self.form.widget, 1), gap=12, align=None))
        self._started = False

    @property
    def widget(self) -> QWidget:
        """Return the two panes."""
        return self._widget

    def open(self, about: Mapping[str, str]) -> None:
        """Come to the form, maybe for a place."""
        if not self._started:
            self._started = True
            self._list.start(self.pane)
            self._form.start()
            self.form.capture.start()
        else:
            self._list.refresh()  # what was recorded while another place was in front
        if place := about.get("place"):
            self._form.set_place(place)
        self.form.ready()

    def changed(self, kinds: frozenset[str]) -> None:
        """Show new records and how far they have come."""
        if self._started and kinds & _KINDS:
            self._list.refresh()

    def actions(self) -> Sequence[Action]:
        """Return what can be done here."""
        words = QCoreApplication.translate("PatrolFormPane", "Record it")
        return (Action("record_patrol", words, self._form.finish, icon="check"),)

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on; what was begun stays as a draft."""
        self._list.close()
        if self._started:
            self.form.capture.stop()
            self._form.close()
        return {}

    def _show_list(self) -> None:
        self._stack.setCurrentWidget(self.pane)
        self.pane.list.setFocus()

    def _show_form(self) -> None:
        self._stack.setCurrentWidget(self.form.widget)
        self.form.ready()

    def _resolve(self, place: str, then: Then) -> None:
        open_resolve(self._tools, place=place, then=then)

    def _report(self, place: str, then: Then) -> None:
        open_report(self._tools, place=place, then=then)

    def _open_ticket(self, ticket: str) -> None:
        self._tools.shell.go("tickets", {"ticket": ticket})

"""The list pane of 工单: choices, search, and the rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QStackedWidget, QWidget

from gridworker.domain.ids import Ids
from gridworker.domain.lines import TicketLine
from ui.models.ticket_table import ID_ROLE, TicketTable
from ui.presenters.ticket_list import Choice, TicketListPresenter
from ui.views.ticket_rows import TicketRows, describe, row_height
from ui.views.words import state_word
from ui.widgets.button import Button, button
from ui.widgets.field import line_field
from ui.widgets.layout import col, row, set_margins, stretch
from ui.widgets.notice import empty_state
from ui.widgets.table import LongList
from ui.widgets.text import label
from ui.widgets.theme import theme

_STATES = ("reported", "registered", "dispatched", "onspot_done", "closed", "voided")


class TicketListPane(QFrame):
    """Shows what the presenter says and reports what was chosen."""

    def __init__(
        self,
        presenter: TicketListPresenter,
        *,
        now: Callable[[], datetime],
        on_open: Callable[[], None],
        on_press: Callable[[], None],
        on_new: Callable[[], None],
    ) -> None:
        super().__init__()
        self._presenter, self._showing, self._more = presenter, False, False
        self.setProperty("box", "pane")
        self._table = TicketTable(presenter.ask, lambda line: describe(line, now()))
        rows = TicketRows(thumb=presenter.thumb, now=now)
        self.list = LongList(
            self._table,
            rows,
            name=self.tr("List of tickets"),
            row_height=row_height(),
            on_current=self._current,
            on_enter=lambda _index: on_open(),
        )
        self.list.pressed.connect(lambda _index: on_press())
        self.search = line_field(
            self.tr("Search tickets"),
            placeholder=self.tr("Words, initials, number or phone"),
            on_edit=presenter.search,
            on_enter=self.list.setFocus,
        )
        self._chips: dict[Choice, Button] = {
            "mine": self._chip(self.tr("Mine"), "mine"),
            "soon": self._chip(self.tr("Due soon"), "soon"),
            "all": self._chip(self.tr("All"), "all"),
        }
        self._states = QMenu(self)
        self.funnel = button(
            "", self._open_states, kind="ghost", icon="funnel", name=self.tr("Filter by state")
        )
        self._fill_states()
        self._lay_out(on_new)

    def show_head(self, rows: Sequence[TicketLine], selected: str, *, more: bool) -> None:
        """Show the first rows of another list; the selected one in front, else the first."""
        self._showing, self._more = True, more
        self._table.start(rows)
        self.list.setCurrentIndex(self._in_front(selected))
        self._shown()

    def show_ids(self, ids: Ids, selected: str, *, stay: bool) -> None:
        """Show all tickets of a list; the selected one stays in front, else the first comes there.

        With `stay` the rows stay where they are on the screen; who looks at the top sees what is
        new there, and who has asked for the end before the rest had come gets there.
        """
        self._showing = True
        to_end, self._more = self._more and self.list.to_end, False
        old = self.list.currentIndex()
        stay = stay and old.isValid() and old.data(ID_ROLE) == selected
        top, above = self.list.sight() if stay else (0, 0)
        first = self._table.index(top, 0).data(ID_ROLE) if top or above else None
        self._table.set_ids(ids)
        if stay and to_end:
            self.list.bring(self._table.index(len(ids) - 1, 0), scroll=True)
        else:
            self.list.bring(self._in_front(selected), scroll=not stay)
        if first is not None and not to_end and (place := self._table.place_of(first)).isValid():
            self.list.show_sight(place.row(), above)
        self._shown()

    def show_rows(self, question: int, rows: Mapping[str, TicketLine]) -> None:
        """Fill in one page."""
        self._table.set_rows(question, rows)

    def show_counts(self, mine: int, soon: int) -> None:
        """Say how many there are behind the choices."""
        self._chips["mine"].show_text(f"{self.tr('Mine')} {mine}")
        self._chips["soon"].show_text(f"{self.tr('Due soon')} {soon}")

    def show_filter(self, wanted: object, choice: Choice) -> None:
        """Mark the choice in force and say in the empty state what is filtered."""
        for name, chip in self._chips.items():
            chip.show_checked(name == choice)
        state = getattr(wanted, "state", None)
        for action in self._states.actions():
            action.setChecked(action.data() == (state or ""))
        search = getattr(wanted, "search", "")
        if self.search.text() != search:
            self.search.setText(search)
        parts = [self._chips[choice].accessibleName()]
        parts += [state_word(state)] if state else []
        parts += [f"“{search}”"] if search else []
        narrowed = choice != "all" or bool(state or search)
        shown = self.tr("Shown now: {filter}").format(filter=" · ".join(parts))
        none = self.tr("There is no ticket of your places on this computer now")
        self._filter.setText(shown if narrowed else none)
        self._clear.setVisible(narrowed)

    def show_thumbs(self) -> None:
        """Paint again: small pictures have come."""
        self.list.viewport().update()

    def _in_front(self, selected: str) -> QModelIndex:
        """Return where the selected ticket stands, else the first."""
        place = self._table.place_of(selected)
        return place if place.isValid() else self._table.index(0, 0)

    def _shown(self) -> None:
        self._showing = False
        index = self.list.currentIndex()
        self._stack.setCurrentIndex(0 if index.isValid() else 1)
        self._current(index)

    def _current(self, index: QModelIndex) -> None:
        if not self._showing and index.isValid():
            self._presenter.select(str(index.data(ID_ROLE)))

    def _chip(self, text: str, choice: Choice) -> Button:
        return button(text, lambda: self._presenter.pick(choice), kind="chip", checked=False)

    def _fill_states(self) -> None:
        for state in ("", *_STATES):
            action = QAction(state_word(state) if state else self.tr("Every state"), self._states)
            action.setCheckable(True)
            action.setData(state)
            self._states.addAction(action)
        self._states.triggered.connect(
            lambda action: self._presenter.pick_state(action.data() or None)
        )

    def _open_states(self) -> None:
        self._states.popup(self.funnel.mapToGlobal(self.funnel.rect().bottomLeft()))

    def _lay_out(self, on_new: Callable[[], None]) -> None:
        new = button(self.tr("New"), on_new, icon="plus", density="small")
        head = row(label(self.tr("Tickets"), "title"), stretch, self.funnel, new, gap=4)
        chips = row(*self._chips.values(), stretch, gap=2)
        self._clear = button(
            self.tr("Show all tickets"), self._presenter.clear, kind="tonal", density="small"
        )
        nothing = empty_state(
            "funnel", self.tr("No ticket fits"), self.tr("Shown now: {filter}"), [self._clear]
        )
        found = nothing.findChildren(type(label("")))
        self._filter = next(part for part in found if part.wordWrap())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        holder = QWidget()
        holder.setLayout(col(nothing, stretch))
        self._stack.addWidget(holder)
        layout = col(
            col(head, self.search, chips, gap=8, margins=(18, 14, 12, 8)),
            (self._stack, 1),
            gap=0,
        )
        set_margins(layout, (1, 1, 1, 4))
        self.setLayout(layout)
        if not theme().single:
            self.setFixedWidth(min(theme().space(384), 440))

"""The detail pane of 工单: steps, photos, deadline, timeline, and what can be done."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from gridworker.domain.lines import TicketDetail
from ui.presenters.ticket_steps import strip
from ui.views.deadline import DeadlineCard
from ui.views.ticket_photos import TicketPhotos
from ui.views.timeline import timeline
from ui.views.words import state_status, state_word, step_word, sync_text
from ui.widgets.button import Button, button
from ui.widgets.layout import Item, box, clear, col, row, scroll, section, stretch
from ui.widgets.notice import banner, empty_state
from ui.widgets.status import Badge
from ui.widgets.steps import Steps
from ui.widgets.text import Elided, hline, icon_label, label, para
from ui.widgets.theme import theme
from ui.widgets.when import moment, time


class TicketDetailPane(QFrame):
    """Shows one ticket; built anew for each, for what it holds differs from ticket to ticket.

    The photo viewer lies on `stage`; `actions` makes the buttons of the action bar; `on_back` is
    the way to the list when there is
    room for one pane only.
    """

    def __init__(
        self,
        stage: QWidget,
        *,
        now: Callable[[], datetime],
        actions: Callable[[TicketDetail], list[Button]],
        on_look: Callable[[str], None],
        on_add: Callable[[], None],
        on_edit: Callable[[TicketDetail], None],
        on_back: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("box", "pane")
        self.setAccessibleName(self.tr("Ticket"))
        self._now, self._actions = now, actions
        self._on_add, self._on_edit, self._on_back = on_add, on_edit, on_back
        self.photos = TicketPhotos(stage, now=now, on_look=on_look)
        self._bar: list[Button] = []
        self._problem = QVBoxLayout()
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(1, 1, 1, 1)
        self._outer.setSpacing(0)

    def show_nothing(self) -> None:
        """Say that no ticket is chosen."""
        self._start_over()
        nothing = empty_state(
            "list-checks", self.tr("No ticket chosen"), self.tr("Choose one from the list.")
        )
        self._outer.addWidget(nothing)
        self._outer.addStretch(1)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show everything about a ticket."""
        self._start_over()
        self._problem = QVBoxLayout()
        inner = col(
            self._head(ticket),
            self._problem,
            (scroll(self._content(ticket), self.tr("About this ticket")), 1),
            gap=8,
            margins=(22, 16, 14, 0),
        )
        self._outer.addLayout(inner, 1)
        self._bar = self._actions(ticket)
        self._outer.addWidget(hline())
        self._outer.addLayout(row(*self._bar, stretch, gap=8, margins=(20, 10, 16, 12)))

    def show_photo(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture where its slot is."""
        self.photos.show_photo(sha256, jpeg)

    def show_large(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture in the viewer, if that is open."""
        self.photos.show_large(sha256, jpeg)

    def show_problem(self, sentence: str, next_step: str) -> None:
        """Say why something was refused; empty takes it away."""
        clear(self._problem)
        if sentence:
            self._problem.addWidget(banner("danger", "octagon-alert", sentence, next_step))

    def set_busy(self, busy: bool) -> None:
        """Let nothing be pressed twice."""
        for pressed in self._bar:
            pressed.setEnabled(not busy)

    def _start_over(self) -> None:
        clear(self._outer)
        self._bar = []

    def _head(self, ticket: TicketDetail) -> QLayout:
        line, now = ticket.line, theme()
        dot: tuple[Item, ...] = (label("·", "meta", "3"),)
        path: tuple[Item, ...] = (
            ()
            if now.compact or not ticket.path
            else (*dot, label(" / ".join(ticket.path), "meta", "3"))
        )
        place = Elided(line.place, "meta", "2")
        meta = row(
            label(line.number, "meta", "3"),
            *path,
            *dot,
            icon_label("map-pin", 14, "text3"),
            (place, 1),
            Badge(str(line.sync), sync_text(line)),
            gap=6,
            margins=(0, 0, 6, 0),
        )
        head = col(meta, Elided(line.title, "title"), gap=4)
        if now.single:
            back = button(
                self.tr("List of tickets"), self._on_back, kind="link", icon="chevron-left"
            )
            head.insertLayout(0, row(back, stretch))
        return head

    def _content(self, ticket: TicketDetail) -> QLayout:
        photos = self.photos.lay_out(ticket)
        history = col(
            section(self.tr("Timeline"), "", self._add_button()),
            timeline(ticket.timeline, self._now(), ticket.line.sync),
            gap=4,
        )
        facts = self._facts(ticket)
        card = DeadlineCard(ticket, self._now) if ticket.deadlines else self._ended(ticket)
        if theme().compact:
            return col(
                card,
                self._steps(ticket),
                photos,
                history,
                hline(),
                facts,
                stretch,
                gap=14,
                margins=(0, 0, 12, 8),
            )
        side = theme().space(322)
        beside = box("none", facts, 0)
        card.setFixedWidth(side)
        beside.setFixedWidth(side)
        return col(
            self._steps(ticket),
            row((photos, 1), card, gap=14, align=None),
            2,
            row((col(history, stretch), 1), beside, gap=14, align=None),
            stretch,
            gap=12,
            margins=(0, 0, 10, 8),
        )

    def _steps(self, ticket: TicketDetail) -> Steps:
        told, now = strip(ticket), self._now()
        steps = [
            (
                step_word(name),
                time(at, now) if at else self.tr("now") if number == told.current else "",
            )
            for number, (name, at) in enumerate(told.steps)
        ]
        return Steps(steps, told.current)

    def _ended(self, ticket: TicketDetail) -> QFrame:
        status = state_status(ticket.line.state)
        tone = {"done": "success", "voided": "neutral"}.get(status, "neutral")
        icon = icon_label("circle-check" if status == "done" else "circle-dot", 24, tone)
        at = ticket.done_at or strip(ticket).steps[-1][1] or ticket.line.found_at
        words = col(
            label(state_word(ticket.line.state), "lead", strong=True),
            Elided(moment(at, self._now()), "meta", "2"),
            gap=2,
        )
        return box("well", col(row(icon, (words, 1), gap=12), stretch), (16, 14, 16, 14))

    def _facts(self, ticket: TicketDetail) -> QLayout:
        facts = [
            (self.tr("State"), state_word(ticket.line.state)),
            (self.tr("Grid"), ticket.grid_name or ticket.grid),
            (self.tr("Recorded by"), ticket.created_by_name or ticket.created_by),
            (self.tr("Unit"), ticket.unit or ""),
        ]
        lines = [self._fact(name, value) for name, value in facts if value]
        # Beside the number a long one elides, and a tooltip is not there for whoever uses keys.
        where = self._fact(self.tr("Place"), ticket.line.place, whole=True)
        note = (para(ticket.note, tone=None),) if ticket.note else ()
        person = (
            (
                row(
                    icon_label("id-card", 16),
                    (para(self.tr("A person is named; details stay protected"), "meta"), 1),
                ),
            )
            if ticket.has_person
            else ()
        )
        change = (self._edit_button(ticket),) if ticket.can_edit else ()
        return col(
            section(self.tr("About it"), "", *change), *note, where, *lines, *person, stretch, gap=5
        )

    def _fact(self, name: str, value: str, *, whole: bool = False) -> QLayout:
        what = label(name, "meta", "3")
        what.setMinimumWidth(theme().text(64))
        told = para(value, "meta", "2") if whole else Elided(value, "meta", "2")
        return row(what, (told, 1), gap=8)

    def _add_button(self) -> Button:
        return button(
            self.tr("Add to it"), self._on_add, kind="ghost", icon="plus", density="small"
        )

    def _edit_button(self, ticket: TicketDetail) -> Button:
        words = self.tr("Change the words…")
        return button(
            words, lambda: self._on_edit(ticket), kind="ghost", icon="pencil-line", density="small"
        )

"""The deadline of a ticket: the ring, the time, and why it is this time."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QFrame, QWidget

from gridworker.domain.lines import ClockLine, TicketDetail
from ui.views.words import clock_word
from ui.widgets.button import button
from ui.widgets.layout import box, col, row, stretch
from ui.widgets.ring import Ring
from ui.widgets.text import Elided, hline, label, para
from ui.widgets.theme import theme
from ui.widgets.when import clock, left, moment


class DeadlineCard(QFrame):
    """The clock that matters first, its explanation behind 为什么, the other clocks below."""

    def __init__(self, ticket: TicketDetail, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("box", "well")
        self._first, *others = ticket.deadlines
        self._found, self._now = ticket.line.found_at, now()
        self.why = button(
            self.tr("Why this time"),
            self._toggle,
            kind="link",
            trailing=None if theme().compact else "chevron-down",
        )
        self.reasons = self._reasons(self._first)
        top = self._line() if theme().compact else self._card()
        self.setLayout(
            col(
                top,
                self.reasons,
                *(self._other(clock) for clock in others),
                gap=9,
                margins=(16, 12, 16, 12),
            )
        )
        # Only now: what is shown before it has a parent is a window of its own for a moment.
        self.reasons.setVisible(not theme().compact)

    def _card(self) -> QWidget:
        due = self._first.due
        if due is None:
            words = label(self.tr("Paused, the clock stands still"), "lead", strong=True)
            return box("none", row(words, stretch), 0)
        told = left(due, self._found, self._now)
        big = clock(due, self._now)
        ring = Ring(told.share, told.state, 72, big, self.tr("left"))
        head = Elided(self._by(due), "lead", strong=True)
        what = Elided(clock_word(self._first.what), "meta", "2")
        tone = {"overdue": "danger", "soon": "warn"}.get(told.state, "2")
        lines = [head, label(told.words, "meta", tone) if told.state != "ok" else what]
        return box("none", row(ring, (col(*lines, row(self.why, stretch), gap=2), 1), gap=14), 0)

    def _line(self) -> QWidget:
        due = self._first.due
        if due is None:
            words = label(self.tr("Paused, the clock stands still"), strong=True)
            return box("none", row(words, stretch, self.why), 0)
        told = left(due, self._found, self._now)
        head = label(told.words, strong=True)
        by = Elided(self._by(due), tone="2")
        return box(
            "none", row(Ring(told.share, told.state, 22), head, (by, 1), self.why, gap=10), 0
        )

    def _by(self, due: str) -> str:
        """Say what is due: the whole matter, or only the stage whose clock this is."""
        time, what = moment(due, self._now), self._first.what
        if what in {"overall", "unit"}:
            return self.tr("Due by {time}").format(time=time)
        return self.tr("{stage} by {time}").format(stage=clock_word(what), time=time)

    def _reasons(self, first: ClockLine) -> QWidget:
        lines = [para(reason, "meta") for reason in first.why]
        if lines:
            lines[-1].setProperty("strong", "true")
        return box("none", col(hline(), *lines, gap=3), 0)

    def _other(self, other: ClockLine) -> QWidget:
        words = Elided(clock_word(other.what), "meta", "3")
        if other.due is None:
            by = label(self.tr("paused"), "meta", "2")
        else:
            by = label(moment(other.due, self._now), "meta", "2")
        return box("none", row((words, 1), by, gap=8), 0)

    def _toggle(self) -> None:
        self.reasons.setVisible(not self.reasons.isVisible())

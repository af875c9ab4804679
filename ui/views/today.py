"""今日: greeting, inbox, my day in four numbers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from gridworker.domain.lines import InboxLine, MyDay, TicketLine
from ui.presenters.today import TodayPresenter
from ui.views.form_notices import Notice
from ui.views.inbox import URGENT, InboxRows
from ui.views.words import sync_text
from ui.widgets.button import Button, button, row_button
from ui.widgets.layout import box, clear, col, row, scroll, section, set_margins, stretch
from ui.widgets.marks import disc
from ui.widgets.status import Badge
from ui.widgets.text import Elided, icon_label, label, para
from ui.widgets.theme import theme
from ui.widgets.when import moment

FIRST_MS, GROW_MS = 150, 15  # the rows that fit the screen are painted first
AHEAD = 2  # beyond `ALWAYS` rows, so many screens are made before somebody comes to them
ALWAYS = 100
_MORNING, _NOON, _EVENING = 5, 12, 18


class TodayPage(QWidget):
    """Shows the day; the two main ways on are the panel for the spot and the patrol."""

    def __init__(
        self,
        presenter: TodayPresenter,
        *,
        name: str,
        now: Callable[[], datetime],
        say: Callable[[str], str],
        on_patrol: Callable[[], None],
        on_resolve: Callable[[], None],
        on_read: Callable[[], None],
    ) -> None:
        super().__init__()
        self._name, self._now = name, now
        self._on_resolve, self._on_read = on_resolve, on_read
        self._notice = Notice()
        self._on_ticket = presenter.open_ticket
        self._rows = InboxRows(now=now, thumb=presenter.thumb, say=say, on_open=presenter.open)
        self._shown: dict[str, object] = {}
        self._all: QScrollArea | None = None  # what scrolls the whole page, with large text
        self._area: QScrollArea | None = None  # what scrolls the rows
        self._growing = QTimer(self)
        self._growing.timeout.connect(self._grow)
        self._hint = Elided("", tone="2")
        self._count = label("", "meta", "3")
        self._inbox, self._tiles, self._latest = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self.patrol = button(
            self.tr("Start a patrol"), on_patrol, kind="primary", icon="clipboard-check"
        )
        self._lay_out()

    def show_inbox(self, lines: Sequence[InboxLine]) -> None:
        """Show what needs me, or that nothing does; what is shown already is left as it is."""
        if self._is_shown("inbox", (self._minute(), list(lines))):
            return
        self._growing.stop()
        self._rows.forget()
        clear(self._inbox)
        self._area = self._all
        first = sum(line.group == URGENT for line in lines)
        self._hint.show_text(self._told(len(lines), first))
        self._count.setText(self.tr("{count} to do").format(count=len(lines)) if lines else "")
        if lines and theme().single:
            self._inbox.addLayout(self._rows.build(lines))
        elif lines:
            rows = col()
            self._area = self._followed(scroll(rows))
            self._inbox.addWidget(self._area, 1)  # in its place first: each move styles anew
            rows.addLayout(self._rows.build(lines))
        else:
            self._inbox.addWidget(self._nothing(), 1)
        if self._rows.waiting and self.isVisible():
            self._growing.start(FIRST_MS)

    def show_day(self, day: MyDay, to_send: int) -> None:
        """Show the four numbers."""
        if self._is_shown("day", (day, to_send)):
            return
        clear(self._tiles)
        tiles = (
            self._tile(day.open, self.tr("Open"), "list-checks", ""),
            self._tile(day.soon, self.tr("Due soon"), "clock-alert", "warn"),
            self._tile(day.done, self.tr("Done today"), "circle-check", "success"),
            self._tile(to_send, self.tr("To send"), "cloud-upload", "info"),
        )
        beside = 4 if theme().single else 2
        for start in range(0, 4, beside):
            part = tiles[start : start + beside]
            self._tiles.addLayout(row(*((tile, 1) for tile in part), gap=8, align=None))

    def show_latest(self, lines: Sequence[TicketLine]) -> None:
        """Show what I recorded last and how far each has come."""
        if self._is_shown("latest", (self._minute(), list(lines))):
            return
        clear(self._latest)
        if lines:
            self._latest.addLayout(section(self.tr("Recorded by me")))
        for line in lines:
            self._latest.addWidget(self._recorded(line))

    def tell(self, fact: str, follows: str) -> None:
        """Tell what happened and what can be done, until it is read; empty words end it."""
        read = button(self.tr("I have read it"), self._on_read, density="small")
        self._notice.say(fact, follows, tone="warn", button=read, wrap=True)

    def show_thumb(self, sha256: str, jpeg: bytes) -> None:
        """Show a small picture that has come."""
        for thumb in self._rows.thumbs:
            if thumb.sha256 == sha256:
                thumb.show_jpeg(jpeg)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with the rows that were still waiting."""
        super().showEvent(event)
        if self._rows.waiting:
            self._growing.start(FIRST_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Make no more rows: another place has the window now."""
        super().hideEvent(event)
        self._growing.stop()

    def _grow(self) -> None:
        """Add rows while too few are below what is seen; a thousand of them are never all made."""
        if self._enough() or not self._rows.grow():
            self._growing.stop()
        else:
            self._growing.setInterval(GROW_MS)

    def _enough(self) -> bool:
        if self._area is None or self._rows.made < ALWAYS:
            return False
        bar = self._area.verticalScrollBar()
        return bar.maximum() - bar.value() > AHEAD * self._area.viewport().height()

    def _scrolled(self) -> None:
        if self._rows.waiting and not self._growing.isActive() and self.isVisible():
            self._growing.start(GROW_MS)

    def _followed(self, area: QScrollArea) -> QScrollArea:
        """Make more rows when somebody comes near the end of those that are made."""
        area.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())
        return area

    def _is_shown(self, part: str, told: object) -> bool:
        """Say whether a part shows this already; else note that it will."""
        if self._shown.get(part) == told:
            return True
        self._shown[part] = told
        return False

    def _minute(self) -> datetime:
        """Return what the words about times depend on."""
        return self._now().replace(second=0, microsecond=0)

    def _greeting(self) -> str:
        hour = self._now().hour
        if hour < _MORNING:
            hello = self.tr("Hello, {name}")
        elif hour < _NOON:
            hello = self.tr("Good morning, {name}")
        elif hour < _EVENING:
            hello = self.tr("Good afternoon, {name}")
        else:
            hello = self.tr("Good evening, {name}")
        return hello.format(name=self._name)

    def _told(self, count: int, first: int) -> str:
        now = self._now()
        weekdays = self.tr("Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()
        date = self.tr("{month}/{day} {weekday}").format(
            month=now.month, day=now.day, weekday=weekdays[now.weekday()]
        )
        if first:
            rest = self.tr("{count} to deal with first").format(count=first)
        elif count:
            rest = self.tr("nothing is overdue")
        else:
            rest = self.tr("nothing has to be dealt with now")
        return f"{date} · {rest}"

    def _tile(self, number: int, word: str, icon: str, tone: str) -> QFrame:
        figure = label(str(number), "number", tone if number else None)
        top = row(figure, stretch, icon_label(icon, 18, "text3"), gap=4)
        made = box("well", col(top, label(word, "meta", "2"), gap=0), (14, 8, 12, 10))
        made.setAccessibleName(f"{word} {number}")
        return made

    def _recorded(self, line: TicketLine) -> Button:
        """Return a line that leads to a ticket: what, when, and how far it has come."""
        told = f"{moment(line.found_at, self._now())} · {line.place}"
        words = col(Elided(line.title), Elided(told, "meta", "3"), gap=0)
        made = row_button(
            row((words, 1), Badge(str(line.sync), sync_text(line), plain=True), gap=8),
            lambda: self._on_ticket(line.id),
            name=f"{line.title} {told} {sync_text(line)}",
        )
        made.setMinimumHeight(theme().text(40) + theme().space(12))
        return made

    def _nothing(self) -> QFrame:
        mark = disc("circle-check", size=96, glyph=44, tone="success", fill="success")
        title = label(self.tr("Nothing needs you now"), "title")
        words = self.tr("What is new appears here by itself, with or without a network.")
        resolve = button(self.tr("Resolve on the spot"), self._on_resolve, icon="zap", hint="F8")
        lines: list[QLayout] = [
            row(stretch, part, stretch) for part in (mark, title, label(words, tone="2"), resolve)
        ]
        if theme().compact:
            lines[2] = col(para(words))
        return box("none", col(stretch, lines[0], 8, lines[1], lines[2], 8, lines[3], stretch), 0)

    def _lay_out(self) -> None:
        head = row(
            (col(Elided(self._greeting(), "display"), self._hint, gap=0), 1), self.patrol, gap=8
        )
        title = row(
            label(self.tr("Needs me"), "lead", strong=True),
            self._count,
            stretch,
            *(() if theme().compact else (label(self.tr("by consequence"), "meta", "3"),)),
            gap=8,
            margins=(0, 0, 10, 0),
        )
        main = box("pane", col(title, 6, (self._inbox, 1), gap=4), (20, 16, 10, 8))
        own = col(
            section(self.tr("My day")),
            self._tiles,
            6,
            self._latest,
            stretch,
            gap=4,
            margins=(18, 10, 18, 16),
        )
        self._tiles.setSpacing(theme().space(8))
        self._latest.setSpacing(theme().space(2))
        if theme().single:
            side = box("pane", own)
            self._all = self._followed(scroll(col(head, self._notice, main, side, stretch, gap=14)))
            body = col(self._all)
        else:
            side = box("pane", scroll(own), 1)
            side.setFixedWidth(min(theme().space(352), 430))
            body = col(head, self._notice, (row((main, 1), side, gap=12, align=None), 1), gap=14)
        set_margins(body, (10, 4, 0, 0))
        self.setLayout(body)

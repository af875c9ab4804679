"""The upper pane of the sync centre: how the network is, and the buttons that need no network."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QLayout

from gridworker.domain.lines import SyncStatus
from ui.presenters.sync_records import Connection
from ui.views.sync_words import (
    connection_look,
    connection_word,
    lasting_words,
    waiting_words,
)
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.layout import clear, col, row, set_margins, stretch
from ui.widgets.marks import disc
from ui.widgets.switch import Switch
from ui.widgets.text import Elided, hline, label
from ui.widgets.theme import theme


class SyncState(QFrame):
    """Says it in words: since when, what next; a spinner never stands here."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        reason: Callable[[Connection], str],
        on_sync: Callable[[], None],
        on_pause: Callable[[], None],
        on_enrol: Callable[[], None],
        on_cut: Callable[[bool], None] | None,
    ) -> None:
        super().__init__()
        self._now, self._reason = now, reason
        self.setProperty("box", "pane")
        translate = QCoreApplication.translate
        self._mark = row()
        self._word = label("", "title")
        self._since = Elided("", tone="2")
        self._next = Elided("", "meta", "3")
        self._counts = Elided("", "meta", "2")
        self.sync = button(
            translate("SyncState", "Sync now"), on_sync, kind="tonal", icon="refresh-cw"
        )
        self.pause = button(translate("SyncState", "Pause"), on_pause, icon="pause")
        self.enrol = button(translate("EnrolAgain", "Enrol again…"), on_enrol, icon="key-round")
        self.enrol.hide()
        self.cut: Switch | None = None
        if on_cut is not None:
            self.cut = Switch(translate("SyncState", "Demo: cut the network"), on_cut)
        self._lay_out()

    def show_connection(self, connection: Connection, status: SyncStatus) -> None:
        """Say how the network is."""
        translate, now = QCoreApplication.translate, self._now()
        icon, tone = connection_look(connection.state)
        clear(self._mark)
        fill = tone if tone != "text2" else "neutral"
        self._mark.addWidget(disc(icon, glyph=26, tone=tone, fill=fill))
        self._word.setText(connection_word(connection.state))
        since = ""
        if connection.since and connection.state != "online":
            since = lasting_words(connection.since, now)
        self._since.show_text(self._reason(connection) or since)
        counts = [part for part in waiting_words(status, roomy=True) if part]
        self._next.show_text(self._next_words(connection, waits=bool(counts)))
        if not counts:
            counts = [translate("SyncState", "Everything has arrived at the centre")]
        if status.last_sync:
            last = translate("SyncState", "last sync {when}")
            counts.append(last.format(when=when.moment(status.last_sync, now)))
        self._counts.show_text(" · ".join(counts))
        paused = connection.state == "paused"
        go_on, pause = translate("SyncState", "Go on"), translate("SyncState", "Pause")
        self.pause.show_text(go_on if paused else pause)
        self.enrol.setVisible(connection.state == "login")
        if self.cut is not None:
            self.cut.show_on(connection.state == "demo_offline")

    def _next_words(self, connection: Connection, *, waits: bool) -> str:
        translate = QCoreApplication.translate
        if connection.receiving:
            return translate("SyncState", "Receiving from the centre…")
        if connection.busy and connection.state != "online":
            return translate("SyncState", "Trying to reach the centre…")
        if connection.busy and not waits:
            return translate("SyncState", "Checking with the centre…")
        if connection.busy:
            return translate("SyncState", "Sending now, words first, then photos")
        if connection.next_try and connection.state != "paused":
            at = when.moment(connection.next_try, self._now())
            words = translate("SyncState", "Next try {when} · words first, then photos")
            return words.format(when=at)
        return translate("SyncState", "Words are sent first, then photos")

    def _lay_out(self) -> None:
        words = col(row(self._word, (self._since, 1), gap=10), self._next, gap=0)
        cut = (self.cut,) if self.cut is not None else ()
        head: QLayout
        if theme().compact:
            head = row(self._mark, (words, 1), gap=12)
            lines = col(
                head, self._counts, row(*cut, stretch, self.enrol, self.pause, self.sync), gap=10
            )
        else:
            head = row(self._mark, (words, 1), *cut, self.enrol, self.pause, self.sync, gap=12)
            lines = col(head, hline(), self._counts, gap=10)
        set_margins(lines, (20, 16, 20, 14))
        self.setLayout(lines)

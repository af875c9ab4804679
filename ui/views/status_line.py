"""The status line: connection, what waits, what needs care, what arrived, what room is left."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gridworker.domain.lines import SyncStatus
from ui.presenters.sync_records import Connection
from ui.views.sync_words import connection_look, connection_word, size_words, waiting_words
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.layout import clear, row, set_margins
from ui.widgets.text import icon_label, label
from ui.widgets.theme import TONES, theme


class StatusLine(QWidget):
    """One click anywhere, or F9, leads to the sync centre."""

    def __init__(self, *, on_open: Callable[[], None], now: Callable[[], datetime]) -> None:
        super().__init__()
        self._on_open, self._now = on_open, now
        self.setFixedHeight(max(theme().space(36), theme().text(13) + theme().space(16)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._facts = QHBoxLayout()
        self._facts.setSpacing(theme().space(14))
        self._room = QHBoxLayout()
        name = QCoreApplication.translate("StatusLine", "Sync centre")
        hint = "" if theme().compact else "F9"
        self.open = button(name, on_open, kind="ghost", density="small", hint=hint)
        line = row(gap=10)
        line.addLayout(self._facts)
        line.addStretch(1)
        line.addLayout(self._room)
        line.addWidget(self.open)
        set_margins(line, (26, 0, 18, 0))
        self.setLayout(line)

    def show_status(
        self, connection: Connection, status: SyncStatus, *, free_bytes: int | None
    ) -> None:
        """Show how things stand."""
        translate, roomy = QCoreApplication.translate, not theme().compact
        icon, tone = connection_look(connection.state)
        here, to_send = waiting_words(status, roomy=roomy)
        facts = [(icon, tone, connection_word(connection.state))]
        if here:
            facts.append(("hard-drive", "text2", here))
        if to_send:
            facts.append(("cloud-upload", "info", to_send))
        if status.last_sync and roomy:
            arrived = translate("StatusLine", "Delivered {when}")
            facts.append(
                ("cloud-check", "text2", arrived.format(when=self._when(status.last_sync)))
            )
        if status.needs_attention:
            care = translate("StatusLine", "Needs care {count}")
            facts.append(("triangle-alert", "warn", care.format(count=status.needs_attention)))
        clear(self._facts)
        clear(self._room)
        for fact in facts:
            self._facts.addLayout(_fact(*fact))
        if free_bytes is not None and roomy:
            free = translate("StatusLine", "{size} free").format(size=size_words(free_bytes))
            self._room.addLayout(_fact("hard-drive", "text2", free))
        self.setAccessibleName(" · ".join(words for _, _, words in facts))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Answer a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._on_open()

    def _when(self, at: str) -> str:
        now = self._now()
        return (
            when.time(at, now) if when.local(at, now).date() == now.date() else when.moment(at, now)
        )


def _fact(icon: str, tone: str, words: str) -> QHBoxLayout:
    shown: QLabel = label(words, "meta", tone if tone in TONES and tone != "neutral" else "2")
    return row(icon_label(icon, 16, tone), shown, gap=6)

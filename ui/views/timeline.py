"""The timeline of a ticket, newest first; what the centre has not confirmed says so."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gridworker.domain.lines import FlowLine, SyncWord
from ui.views.words import action_word
from ui.widgets.layout import box, col, row
from ui.widgets.status import Badge
from ui.widgets.text import Elided, icon_label, label, para
from ui.widgets.theme import theme
from ui.widgets.when import day, time

_ICONS = {
    "report": "megaphone",
    "resolve": "circle-check",
    "file": "file-check",
    "close": "circle-check",
    "void": "x",
    "dispatch": "forward",
    "hand_up": "forward",
    "retract": "undo-2",
    "edit": "pencil-line",
    "evidence": "message-circle",
    "late_evidence": "file-x",
}
_REMARKS = frozenset({"evidence", "late_evidence"})
_PAST_WAITING = frozenset({SyncWord.DELIVERED, SyncWord.WAITING_PHOTO})


def timeline(steps: tuple[FlowLine, ...], now: datetime, sync: SyncWord) -> QWidget:
    """Return the steps of a ticket, newest first; one that waits says what the ticket says."""
    word = SyncWord.QUEUED if sync in _PAST_WAITING else sync
    return box("none", col(*(_step(step, now, word) for step in reversed(steps)), gap=4), 0)


def _step(step: FlowLine, now: datetime, waits: SyncWord) -> QWidget:
    when = label(time(step.at, now), "meta", "3")
    when.setFixedWidth(theme().text(44))
    did = action_word(step.action)
    if step.receiver:
        did = f"{did} → {step.receiver}"
    remark = step.action in _REMARKS
    about = (day(step.at, now), step.actor_name, "" if remark else step.opinion)
    told = Elided(" · ".join(part for part in about if part), "meta", "3")
    said = (para(step.opinion, "meta"),) if remark else ()
    words = col(Elided(did), told, *said, gap=0)
    icon = icon_label(_ICONS.get(step.action, "circle-dot"), 16, "text2")
    badge = Badge(str(waits) if step.waiting else "delivered", plain=True)
    line = row(
        when, icon, (words, 1), badge, gap=9, margins=(0, 3, 0, 3), align=Qt.AlignmentFlag.AlignTop
    )
    return box("none", line)

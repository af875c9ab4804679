"""Refused work of others, for whoever is in charge of them: whose, why, and what they wanted."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame

from gridworker.domain.lines import RefusedWork
from ui.views.attention_card import Telling
from ui.views.sync_words import did_words
from ui.views.words import action_word
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.layout import Item, box, col, row, stretch
from ui.widgets.text import icon_label, para


def work_box(line: RefusedWork, telling: Telling, on_open: Callable[[], None]) -> QFrame:
    """Return one entry; a call for help comes with what its author says of it."""
    translate = QCoreApplication.translate
    title = " ".join(part for part in (line.number, line.title, line.place) if part)
    did = translate("RefusedWork", "{when} {name} {did}: {why}.").format(
        when=when.moment(line.at, telling.now()),
        name=line.by,
        did=did_words(line.did, action_word),
        why=telling.say(line.code, {"verdict": "refused"})[0],
    )
    head = para(title or line.by, tone=None)
    head.setProperty("strong", "true")
    parts: list[Item] = [head, para(did, "meta")]
    if line.words:
        wanted = translate("RefusedWork", "What they wrote: {words}")
        parts.append(para(wanted.format(words=" · ".join(line.words)), "meta"))
    if line.handed is not None:
        asks = row(icon_label("hand", 16, "warn"), (para(line.handed, "meta", "warn"), 1), gap=7)
        parts.append(asks)
    if line.kind == "ticket":
        words = translate("RefusedWork", "Open their ticket")
        parts.append(
            row(button(words, on_open, icon="arrow-right", density="small"), stretch, gap=8)
        )
    made = box("card", col(*parts, gap=4), (16, 10, 16, 10))
    made.setAccessibleName(title or line.by)
    return made

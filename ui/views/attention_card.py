"""A refusal, told as a person would: what you did, what is true now, why, where your work is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame

from gridworker.domain.lines import AttentionCard
from ui.views.sync_words import did_words
from ui.views.words import action_word, state_word
from ui.widgets import when
from ui.widgets.button import Button, button
from ui.widgets.layout import box, col, row, stretch
from ui.widgets.text import icon_label, label, para

Why = Callable[[str, Mapping[str, Any]], str]


def card_box(
    card: AttentionCard,
    *,
    why: Why,
    now: Callable[[], datetime],
    on_open: Callable[[], None],
    on_close: Callable[[], None],
) -> QFrame:
    """Return the card; it stays until it is closed by the person."""
    quarantined = card.verdict == "quarantined"
    icon, tone = ("eye", "info") if quarantined else ("triangle-alert", "warn")
    title = " ".join(part for part in (card.local_no, card.title, card.place) if part)
    told = [para(line, "meta") for line in card_lines(card, why=why, now=now())]
    words = col(row(icon_label(icon, 18, tone), (para(title, tone=None), 1)), *told, gap=3)
    head = words.itemAt(0).layout().itemAt(1).widget()  # type: ignore[union-attr]  # just made
    head.setProperty("strong", "true")  # type: ignore[union-attr]  # just made
    buttons = row(*_buttons(card, on_open, on_close), stretch, gap=8)
    made = box("card", col(words, buttons, gap=8), (16, 12, 16, 12))
    made.setAccessibleName(title)
    return made


def card_lines(card: AttentionCard, *, why: Why, now: datetime) -> list[str]:
    """Return what the card says, one sentence a line."""
    translate = QCoreApplication.translate
    did = translate("AttentionCard", "{when} you {did}.").format(
        when=when.moment(card.when, now), did=did_words(card.did, action_word)
    )
    if card.verdict == "quarantined":
        kept = translate(
            "AttentionCard",
            "The centre could not decide yet and keeps it as number {number}; a person looks at "
            "it. You need not enter it again.",
        )
        return [did, kept.format(number=card.local_no or card.seq)]
    lines = [did, why(card.code, card.now)]
    state = card.now.get("state")
    if state:
        true_now = translate("AttentionCard", "Now it is: {facts}.")
        by = card.now.get("by_name") or card.now.get("by")
        facts = [state_word(str(state)), *([str(by)] if by else [])]
        lines.append(true_now.format(facts=translate("AttentionCard", ", ").join(facts)))
    if card.evidence_id:
        lines.append(
            translate(
                "AttentionCard", "Your words and photos are kept with the ticket as late evidence."
            )
        )
    return [line for line in lines if line]


def _buttons(
    card: AttentionCard, on_open: Callable[[], None], on_close: Callable[[], None]
) -> list[Button]:
    translate = QCoreApplication.translate
    close = button(
        translate("AttentionCard", "I have seen it"), on_close, icon="check", density="small"
    )
    if "open" not in card.can:
        return [close]
    what = translate("AttentionCard", "Open the ticket")
    opened = button(what, on_open, kind="tonal", icon="arrow-right", density="small")
    return [opened, close] if card.kind == "ticket" else [close]


def heading(icon: str, tone: str, words: str, count: int) -> QFrame:
    """Return the heading of a part of the sync centre."""
    return box(
        "none",
        row(
            icon_label(icon, 18, tone),
            label(words, "lead", strong=True),
            label(str(count), "meta", "3"),
            stretch,
            gap=7,
        ),
        0,
    )

"""A refusal, told as a person would: what you did, what is true now, why, where your work is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QWidget

from gridworker.domain.lines import AttentionCard
from gridworker.domain.problem import RuleBroken
from ui.presenters.attention import Attention
from ui.views.conflict import ConflictChoice
from ui.views.form_notices import Notice
from ui.views.sync_words import did_words
from ui.views.words import action_word, state_word
from ui.widgets import when
from ui.widgets.button import Button, button
from ui.widgets.layout import Item, box, col, row, stretch
from ui.widgets.status import Badge
from ui.widgets.text import hline, icon_label, label, para
from ui.widgets.theme import theme

Say = Callable[[str, Mapping[str, Any]], tuple[str, str]]
ROW, COMPACT_ROW = 5, 3


@dataclass(frozen=True, slots=True)
class Telling:
    """How cards speak: the sentences for codes, and what time it is."""

    say: Say
    now: Callable[[], datetime]


class AttentionBox(QFrame):
    """One card with what its refusal led to; it stays until the person has dealt with it."""

    def __init__(
        self,
        card: AttentionCard,
        led: Sequence[AttentionCard],
        *,
        do: Attention,
        telling: Telling,
    ) -> None:
        super().__init__()
        self.setProperty("box", "card")
        self.card, self._led = card, tuple(led)
        self._telling = telling
        self._do = do
        self._choices: dict[str, ConflictChoice] = {}
        self._problems: dict[str, Notice] = {}
        self._buttons: dict[str, list[Button]] = {}
        title = " ".join(part for part in (card.number, card.title, card.place) if part)
        self.setAccessibleName(title)
        head = para(title, tone=None)
        head.setProperty("strong", "true")
        status = "conflict" if card.fields else card.verdict
        first = row(Badge(status), (head, 1), gap=10, align=None)
        parts: list[Item] = [first, *self._told(card)]
        if led:
            parts += [hline(), label(_led_words(len(led)), "meta", strong=True)]
            for other in led:
                told = [*self._told(other), *_fate(card, other)]
                parts.append(box("well", col(*told, gap=8), (12, 8, 12, 10)))
        made = col(*parts, gap=8, margins=(16, 12, 16, 12))
        self.setLayout(made)
        self._pressed: Button | None = None
        self.show_begun()

    @property
    def first(self) -> Button:
        """What the keyboard comes to first."""
        choice = self._choices.get(self.card.op_id)
        return choice.first if choice is not None else self._buttons[self.card.op_id][0]

    def shows(self, card: AttentionCard, led: Sequence[AttentionCard]) -> bool:
        """Say whether this is how the card looks already."""
        return (self.card, self._led) == (card, tuple(led))

    def show_begun(self) -> None:
        """Let every conflict here go on from where a person left it."""
        for card in (self.card, *self._led):
            words = self._do.begun(card)
            if words and card.op_id in self._choices:
                self._choices[card.op_id].go_on(words)

    def show_problem(self, op_id: str, problem: RuleBroken | None) -> None:
        """Say why something could not be done about one of the cards here."""
        if op_id in self._problems:
            fact, next_ = ("", "")
            if problem is not None:
                fact, next_ = self._telling.say(str(problem.code), problem.facts)
            self._problems[op_id].say(fact, next_, wrap=True)

    def set_busy(self, op_id: str, busy: bool) -> None:
        """Let nothing be pressed twice."""
        pressed = next((b for b in self._buttons.get(op_id, ()) if b.hasFocus()), None)
        if busy and pressed is not None:
            self._pressed = pressed
            self.setFocus()  # a button that is turned off hands it to anything in the window
        for each in self._buttons.get(op_id, ()):
            each.setEnabled(not busy)
        if not busy and self._pressed is not None and self.hasFocus():
            self._pressed.setFocus()
            self._pressed = None

    def _told(self, card: AttentionCard) -> list[Item]:
        """Return what a card says, its choices, and what can be done."""
        now = self._telling.now()
        lines = [para(line, "meta") for line in card_lines(card, say=self._telling.say, now=now)]
        choice: list[ConflictChoice] = []
        if chooses(card):
            do = self._do
            on_choose, on_change = partial(do.choose, card), partial(do.keep, card)
            choice.append(ConflictChoice(card, now=now, on_choose=on_choose, on_change=on_change))
            self._choices[card.op_id] = choice[0]
        problem = self._problems[card.op_id] = Notice()
        buttons = self._buttons[card.op_id] = self._ways(card, *choice)
        many = COMPACT_ROW if theme().compact else ROW
        rows = [
            row(*buttons[start : start + many], stretch, gap=8)
            for start in range(0, len(buttons), many)
        ]
        return [col(*lines, gap=3), *choice, problem, *rows]

    def _ways(self, card: AttentionCard, choice: ConflictChoice | None = None) -> list[Button]:
        translate = QCoreApplication.translate
        do = self._do
        again = (
            translate("AttentionCard", "Fill it in again…")
            if card.form
            else translate("AttentionCard", "Do it again")
        )
        ticket = "open" in card.can and card.kind == "ticket"
        offers: list[tuple[bool, str, str, Callable[[], None]]] = [
            (
                choice is not None,
                translate("AttentionCard", "Save this choice"),
                "check",
                choice.choose if choice is not None else lambda: None,
            ),
            ("redo" in card.can or bool(card.form), again, "rotate-ccw", partial(do.redo, card)),
            (
                "both" in card.can,
                translate("AttentionCard", "Keep both as a remark"),
                "sticky-note",
                partial(do.keep_both, card),
            ),
            (
                ticket,
                translate("AttentionCard", "Open the ticket"),
                "arrow-right",
                partial(do.open, card),
            ),
            (
                "hand_over" in card.can,
                translate("AttentionCard", "Hand to the supervisor"),
                "hand",
                partial(do.hand_over, card),
            ),
            (True, translate("AttentionCard", "I have seen it"), "check", partial(do.close, card)),
        ]
        wanted = [offer[1:] for offer in offers if offer[0]]
        return [
            button(words, press, kind="plain" if place else "tonal", icon=icon, density="small")
            for place, (words, icon, press) in enumerate(wanted)
        ]


def chooses(card: AttentionCard) -> bool:
    """Say whether a card lets a person choose between what two wrote."""
    return bool(card.fields) and "mine" in card.can


def card_lines(card: AttentionCard, *, say: Say, now: datetime) -> list[str]:
    """Return what the card says, one sentence a line."""
    translate = QCoreApplication.translate
    did = translate("AttentionCard", "{when} you {did}.").format(
        when=when.moment(card.when, now), did=did_words(card.did, action_word)
    )
    if card.verdict == "quarantined":
        return [did, _kept(card, say)]
    # Where the values stand beside each other a sentence need not hold them again.
    facts = {} if chooses(card) else card.facts
    lines = [did, _joined(*say(card.code, facts))]
    state = card.now.get("state")
    if state:
        true_now = translate("AttentionCard", "Now it is: {facts}.")
        by = card.now.get("by_name") or card.now.get("by")
        true = [state_word(str(state)), *([str(by)] if by else [])]
        lines.append(true_now.format(facts=translate("AttentionCard", ", ").join(true)))
    if card.evidence_id:
        with_it = translate(
            "AttentionCard", "Your words and photos are kept with the ticket as late evidence."
        )
        at_centre = translate(
            "AttentionCard", "Your words and photos are kept at the centre as late evidence."
        )
        lines.append(with_it if "open" in card.can else at_centre)
    return [line for line in lines if line]


def heading(icon: str, tone: str, words: str, count: int) -> QWidget:
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


def folded(cards: Sequence[AttentionCard]) -> list[tuple[AttentionCard, list[AttentionCard]]]:
    """Return each card that stands by itself with those that its refusal led to, oldest first."""
    heads = [card for card in cards if card.under is None]
    return [
        (head, [card for card in reversed(cards) if card.under == head.op_id]) for head in heads
    ]


def _kept(card: AttentionCard, say: Say) -> str:
    """Return that the centre keeps it for a person, by which number, and why as far as is known."""
    translate = QCoreApplication.translate
    number = card.number or str(card.seq)
    if card.detail:
        fact, next_ = say("quarantined", {"detail": card.detail})
        words = translate("AttentionCard", "{reason}, as number {number}. {next}")
        return words.format(reason=fact, number=number, next=next_)
    kept = translate(
        "AttentionCard",
        "The centre could not decide yet and keeps it as number {number}; a person looks at "
        "it. You need not enter it again.",
    )
    return kept.format(number=number)


def _fate(head: AttentionCard, led: AttentionCard) -> list[Item]:
    """Return whether something comes along when the record it was about is made anew."""
    translate = QCoreApplication.translate
    if "open" in head.can or not (head.form or "redo" in head.can):
        return []
    if led.along:
        words = translate("AttentionCard", "It comes along when you record that again.")
        return [row(icon_label("plus", 16, "success"), (para(words, "meta"), 1), gap=7)]
    words = translate(
        "AttentionCard",
        "It does not come along: when that is recorded again, do this on the new record.",
    )
    return [row(icon_label("triangle-alert", 16, "warn"), (para(words, "meta", "warn"), 1), gap=7)]


def _led_words(count: int) -> str:
    words = QCoreApplication.translate("AttentionCard", "{count} more were refused because of it")
    return words.format(count=count)


def _joined(fact: str, next_: str) -> str:
    pattern = QCoreApplication.translate("sentences", "{fact}. {next}")
    return pattern.format(fact=fact, next=next_)

"""What the buttons of a card do: each way out of a refusal is one command."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk, FormAgain
from gridworker.domain.lines import CHOICE, AttentionCard
from gridworker.domain.problem import RuleBroken
from ui.presenters.begun_words import BegunWords, Words
from ui.presenters.timing import Later

R = TypeVar("R")


class Settled(StrEnum):
    """What was done about a refusal, for the words of the toast."""

    AGAIN = "again"
    CHOSEN = "chosen"
    BOTH = "both"
    HANDED = "handed"


class AttentionView(Protocol):
    """Where the cards are."""

    def show_card_problem(self, op_id: str, problem: RuleBroken | None) -> None:
        """Say on a card why that could not be done, or take it away."""
        ...

    def set_card_busy(self, op_id: str, busy: bool) -> None:
        """Let nothing on a card be pressed twice."""
        ...

    def show_begun(self) -> None:
        """Let every conflict go on from where a person left it."""
        ...


class Attention:
    """Runs what a person chose; a card that a rule keeps says why and stays.

    How far somebody is with a conflict is kept until the card is closed.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        write: Lane,
        later: Later,
        changed: Callable[[], None],
        tell: Callable[[Settled], None],
        open_record: Callable[[str, str], None],
        open_form: Callable[[FormAgain], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._commands, self._write = desk.commands, write
        self._begun = BegunWords(desk, write=write, later=later, failed=failed)
        self._changed, self._tell = changed, tell
        self._open_record, self._open_form, self._failed = open_record, open_form, failed
        self._view: AttentionView | None = None

    def start(self, view: AttentionView) -> None:
        """Tell a view what came of it from now on."""
        self._view = view
        self._begun.start(self._show_begun)

    def close_down(self) -> None:
        """Answer nothing from now on."""
        self._begun.flush()
        self._view = None

    def begun(self, card: AttentionCard) -> Words:
        """Return how far somebody is with a conflict."""
        return self._begun.of(card.op_id, CHOICE)

    def keep(self, card: AttentionCard, words: Words) -> None:
        """Keep how far somebody is with a conflict."""
        self._begun.keep(card.op_id, CHOICE, words, name=f"{card.number} {card.title}".strip())

    def open(self, card: AttentionCard) -> None:
        """Show the record a card is about."""
        self._open_record(card.kind, card.entity_id)

    def close(self, card: AttentionCard) -> None:
        """Take a card away: the person has dealt with it."""
        self._do(card, lambda: self._commands.close_attention(card.op_id), None)

    def redo(self, card: AttentionCard) -> None:
        """Say it anew: in its form where it has one, else at once on what is true now."""
        if card.form:
            self._run(card, lambda: self._commands.start_over(card.op_id), self._start_form)
        else:
            self._do(card, lambda: self._commands.redo(card.op_id), Settled.AGAIN)

    def choose(self, card: AttentionCard, values: Mapping[str, str]) -> None:
        """End a conflict with these values."""
        self._do(card, lambda: self._commands.choose(card.op_id, values), Settled.CHOSEN)

    def keep_both(self, card: AttentionCard) -> None:
        """End a conflict with both wordings as a remark."""
        self._do(card, lambda: self._commands.keep_both(card.op_id), Settled.BOTH)

    def hand_over(self, card: AttentionCard) -> None:
        """Ask whoever is in charge to look at it."""
        self._do(card, lambda: self._commands.hand_over(card.op_id), Settled.HANDED)

    def _do(self, card: AttentionCard, work: Callable[[], object], done: Settled | None) -> None:
        """Do what closes a card; how far somebody was with it matters no more."""

        def finished(_: object) -> None:
            self._begun.forget(card.op_id, CHOICE)
            if self._view is None:
                return
            if done is not None:
                self._tell(done)
            self._changed()

        self._run(card, work, finished)

    def _run(self, card: AttentionCard, work: Callable[[], R], done: Callable[[R], None]) -> None:
        def ended(result: R) -> None:
            self._show(card, None, busy=False)
            done(result)

        def refused(error: Exception) -> None:
            self._show(card, error if isinstance(error, RuleBroken) else None, busy=False)
            if not isinstance(error, RuleBroken):
                self._failed(error)

        self._show(card, None, busy=True)
        self._write.run(work, ended, refused)

    def _start_form(self, form: FormAgain) -> None:
        if self._view is not None:
            self._open_form(form)

    def _show_begun(self) -> None:
        if self._view is not None:
            self._view.show_begun()

    def _show(self, card: AttentionCard, problem: RuleBroken | None, *, busy: bool) -> None:
        if self._view is not None:
            self._view.set_card_busy(card.op_id, busy)
            self._view.show_card_problem(card.op_id, problem)

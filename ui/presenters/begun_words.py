"""Words begun in a question are on disk before anybody can miss them (ux.md 2.12)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk
from gridworker.domain.lines import QUESTION, DraftLine
from ui.presenters.draft_keeper import STORE_AFTER_MS
from ui.presenters.timing import Cancel, Later

Words = Mapping[str, str]
About = tuple[str, str]
NONE: Words = {}


class BegunWords:
    """What was typed into questions that were not answered, by ticket or card and question.

    It is stored as drafts are, and by one lane in the order in which it was typed: who comes after,
    in this window or the next, finds it. `failed` hears why something could not be stored.
    """

    def __init__(
        self, desk: Desk, *, write: Lane, later: Later, failed: Callable[[Exception], None]
    ) -> None:
        self._desk, self._write, self._later, self._failed = desk, write, later, failed
        self._words: dict[About, Words] = {}
        self._names: dict[About, str] = {}
        self._waits: set[About] = set()
        self._cancel: Cancel | None = None

    def start(self, then: Callable[[], None] = lambda: None) -> None:
        """Bring back what was begun before, and say so when it is here."""

        def read(lines: Sequence[DraftLine]) -> None:
            self._read(lines)
            then()

        self._write.run(lambda: self._desk.queries.drafts(QUESTION), read, self._failed)

    def of(self, ticket: str, question: str) -> Words:
        """Return what was begun, by field; nothing if nothing was."""
        return self._words.get((ticket, question), NONE)

    def keep(self, ticket: str, question: str, words: Words, *, name: str = "") -> None:
        """Keep what stands in a question now, stored at most 300 ms later; no words end it.

        `name` says what the question is about when that has left this laptop.
        """
        about = ticket, question
        if self.of(*about) == words:
            return
        if not words:
            self.forget(*about)
            return
        self._words[about], self._names[about] = words, name
        self._waits.add(about)
        if self._cancel is None:
            self._cancel = self._later(STORE_AFTER_MS, self._store)

    def forget(self, ticket: str, question: str) -> None:
        """Keep it no more: nobody wants it."""
        about = ticket, question
        self._waits.discard(about)
        if self._words.pop(about, None) is not None:
            discard = partial(self._desk.commands.discard_draft, _name(about))
            self._write.run(discard, _nothing, self._failed)

    def answering(self, ticket: str, question: str) -> str | None:
        """Return the draft that ends with the answer; it stays if that is refused."""
        self.flush()
        about = ticket, question
        return _name(about) if about in self._words else None

    def answered(self, ticket: str, question: str) -> None:
        """Take note that the answer is on record."""
        self._words.pop((ticket, question), None)

    def flush(self) -> None:
        """Store now what waits."""
        if self._cancel is not None:
            self._cancel()
            self._store()

    def _read(self, lines: Sequence[DraftLine]) -> None:
        for line in lines:
            ticket, question = str(line.fields["ticket"]), str(line.fields["question"])
            self._words.setdefault((ticket, question), line.fields["words"])

    def _store(self) -> None:
        self._cancel = None
        for about in sorted(self._waits):
            ticket, question = about
            fields = {
                "ticket": ticket,
                "question": question,
                "words": dict(self._words[about]),
                "name": self._names[about],
            }
            save = partial(self._desk.commands.save_draft, _name(about), QUESTION, fields)
            self._write.run(save, _nothing, self._failed)
        self._waits.clear()


def _name(about: About) -> str:
    return ":".join((QUESTION, *about))


def _nothing(_: object) -> None:
    """Answer a write that nobody needs to be told of."""

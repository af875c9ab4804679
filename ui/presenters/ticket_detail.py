"""One ticket: everything about it, its photos, and what this person may do with it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk, Saved
from gridworker.domain.lines import TicketDetail
from gridworker.domain.problem import RuleBroken
from ui.presenters.begun_words import BegunWords
from ui.presenters.pictures import Pictures
from ui.presenters.timing import Later

PREVIEW, LARGE = 900, 2400
PICTURES_KEPT = 16


class TicketDetailView(Protocol):
    """What the detail pane can be told."""

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show everything about a ticket."""
        ...

    def show_nothing(self) -> None:
        """Say that no ticket is chosen."""
        ...

    def show_photo(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture where its slot is; None when this laptop has none."""
        ...

    def show_large(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture in the viewer, if it still is the one that is looked at."""
        ...

    def show_problem(self, sentence: str, next_step: str) -> None:
        """Say why something was refused and what can be done; empty takes it away."""
        ...

    def set_busy(self, busy: bool) -> None:
        """Let nothing be pressed twice while something is being recorded."""
        ...


class TicketDetailPresenter:
    """Reads in the read lane, writes in the write lane; a refusal is told in words.

    `begun` keeps what is typed into a question until its answer is on record.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        read: Lane,
        write: Lane,
        photos: Lane,
        later: Later,
        tell: Callable[[RuleBroken], tuple[str, str]],
        done: Callable[[str], None],
    ) -> None:
        self._desk, self._read, self._write = desk, read, write
        self._tell, self._done = tell, done
        self.begun = BegunWords(desk, write=write, later=later, failed=self._fail)
        self._view: TicketDetailView | None = None
        self._turn = 0
        self._photos = photos
        self._pictures = Pictures(
            lambda sha256: desk.queries.photo(sha256, longest=PREVIEW),
            photos,
            self._came,
            kept=PICTURES_KEPT,
        )
        self.ticket: TicketDetail | None = None
        self.number = ""

    def start(self, view: TicketDetailView) -> None:
        """Show a ticket in a view."""
        self._view = view
        view.show_nothing()
        self.begun.start()

    def close(self) -> None:
        """Answer nothing from now on."""
        self.begun.flush()
        self._view = None
        self._turn += 1
        self._pictures.close()

    def show(self, number: str) -> None:
        """Show a ticket by id or number."""
        self._turn += 1
        self.number = number
        if self._view is not None and self.ticket is not None:
            self._view.show_problem("", "")
        self._ask()

    def refresh(self) -> None:
        """Read the ticket again."""
        if self.number:
            self._ask()

    def look_at(self, sha256: str) -> None:
        """Bring a photo in full for the viewer."""
        self._photos.run(
            lambda: self._desk.queries.photo(sha256, longest=LARGE),
            lambda jpeg: self._show_large(sha256, jpeg),
            _raise,
        )

    def retract(self) -> None:
        """Take the ticket back."""
        self._record("retract", lambda ticket, _: self._desk.commands.retract(ticket))

    def act(self, action: str, args: Mapping[str, Any]) -> None:
        """Do something with the ticket."""
        act = self._desk.commands.act
        self._record(action, lambda ticket, draft: act(ticket, action, args, draft=draft))

    def edit(self, changes: Mapping[str, tuple[str, str]]) -> None:
        """Change words of the ticket, each field given as (what was seen, what is wanted)."""
        edit = self._desk.commands.edit
        self._record("edit", lambda ticket, draft: edit(ticket, changes, draft=draft))

    def _record(self, name: str, work: Callable[[str, str | None], Saved]) -> None:
        """Let `work` record something about the ticket, and end the draft of what was typed."""
        if self.ticket is None or self._view is None:
            return
        ticket = self.ticket.line.id
        self._view.set_busy(True)
        self._view.show_problem("", "")
        draft = self.begun.answering(ticket, name)
        self._write.run(
            lambda: work(ticket, draft), lambda _: self._recorded(name, ticket), self._refused
        )

    def _recorded(self, name: str, ticket: str) -> None:
        self.begun.answered(ticket, name)
        if self._view is not None:
            self._view.set_busy(False)
        self._done(name)
        self.refresh()

    def _refused(self, error: Exception) -> None:
        if self._view is not None:
            self._view.set_busy(False)
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, RuleBroken):
            raise error
        if self._view is not None:
            self._view.show_problem(*self._tell(error))

    def _ask(self) -> None:
        turn, number = self._turn, self.number
        self._read.run(
            lambda: self._desk.queries.ticket(number),
            lambda found: self._show(turn, found),
            _raise,
        )

    def _show(self, turn: int, found: TicketDetail | None) -> None:
        if self._view is None or turn != self._turn:
            return
        self.ticket = found
        if found is None:
            self._view.show_nothing()
            return
        self._view.show_ticket(found)
        self._pictures.forget_missing()
        for photo in found.photos:
            if photo.has_bytes:
                self._view.show_photo(photo.sha256, self._pictures.get(photo.sha256))

    def _came(self, sha256: str, jpeg: bytes) -> None:
        if self._view is not None:
            self._view.show_photo(sha256, jpeg)

    def _show_large(self, sha256: str, jpeg: bytes | None) -> None:
        if self._view is not None:
            self._view.show_large(sha256, jpeg)


def _raise(error: Exception) -> None:
    raise error

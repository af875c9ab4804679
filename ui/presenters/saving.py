"""Making a record: one at a time, with its undo, and with a sentence when a rule refuses."""

from collections.abc import Callable
from typing import Protocol

from gridworker.app.ports import PhotoRef, Saved
from gridworker.domain.lines import TicketLine
from gridworker.domain.problem import RuleBroken
from ui.presenters.recording import Announce, Done, FormPorts, UndoOffer


class SavingView(Protocol):
    """A form that can be saved."""

    def set_busy(self, busy: bool) -> None:
        """Refuse a second press while the first is being saved."""
        ...

    def show_refusal(self, problem: Exception | None) -> None:
        """Say why it was not saved."""
        ...


class Saving:
    """Runs the write of a form; `left` puts the form away once it is durable."""

    def __init__(
        self, view: SavingView, ports: FormPorts, *, announce: Announce, left: Callable[[], None]
    ) -> None:
        self.busy = False
        self._view = view
        self._ports = ports
        self._undo = UndoOffer(ports, announce)
        self._left = left

    def record(
        self,
        what: Done,
        write: Callable[[str], Saved],
        then: Callable[[Saved], None] | None = None,
    ) -> None:
        """Make a record that can be taken back; `write` gets the id of its operation."""
        op_id = self._undo.held_id()

        def saved(record: Saved) -> None:
            self._end()
            self._undo.announce(what, record)
            if then is not None:
                then(record)

        self._begin()
        self._ports.write.run(lambda: write(op_id), saved, self.failed)

    def record_for_good(self, what: Done, write: Callable[[], Saved]) -> None:
        """Make a record that no operation takes back, such as a patrol."""

        def saved(record: Saved) -> None:
            self._end()
            self._undo.tell(what, record.local_no)

        self._begin()
        self._ports.write.run(write, saved, self.failed)

    def attach(
        self, ticket: TicketLine, photos: tuple[PhotoRef, ...], note: str, *, draft: str
    ) -> None:
        """Add photos and words to a ticket that is there already; the draft ends."""
        commands = self._ports.commands

        def work() -> None:
            commands.add_evidence("ticket", ticket.id, photos, note)
            commands.discard_draft(draft)

        def attached(_: object) -> None:
            self._end()
            self._undo.tell(Done.ATTACHED, ticket.number)

        self._begin()
        self._ports.write.run(work, attached, self.failed)

    def failed(self, error: Exception) -> None:
        """Give the form back with the reason; anything but a refusal is a bug."""
        self.busy = False
        self._view.set_busy(False)
        if isinstance(error, RuleBroken):
            self._view.show_refusal(error)
        else:
            self._ports.failed(error)

    def _begin(self) -> None:
        self.busy = True
        self._view.set_busy(True)
        self._view.show_refusal(None)

    def _end(self) -> None:
        self.busy = False
        self._view.set_busy(False)
        self._left()

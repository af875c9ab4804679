"""What all forms that make a record need: the ports, the lanes, and what happens afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridworker.app.jobs import Lane
from gridworker.app.ports import Commands, Queries, Saved, SyncControl
from ui.presenters.timing import Later

UNDO_SECONDS = 10


class Done(StrEnum):
    """What has just been recorded, for the words of the toast."""

    RESOLVED = "resolved"
    REPORTED = "reported"
    PATROLLED = "patrolled"
    ATTACHED = "attached"
    UNDONE = "undone"


Undo = Callable[[], None]
Announce = Callable[[Done, str, Undo | None], None]
"""Tells the person what was saved: what it is, its number, and how to take it back."""


def surprise(error: Exception) -> None:
    """Pass what no form expects on to the last defence; it is a bug."""
    raise error


@dataclass(frozen=True, slots=True)
class FormPorts:
    """The ports and lanes of an unlocked profile; one for all forms."""

    commands: Commands
    queries: Queries
    sync: SyncControl
    read: Lane
    write: Lane
    photos: Lane
    later: Later
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    failed: Callable[[Exception], None] = surprise

    def moment(self) -> str:
        """Return the time as a form stores it."""
        return self.now().isoformat(timespec="milliseconds")


class UndoOffer:
    """Announces a record with ten seconds to take it back; the centre does not see it before."""

    def __init__(self, ports: FormPorts, announce: Announce) -> None:
        self._ports = ports
        self._announce = announce

    def held_id(self) -> str:
        """Return the id for a new operation that is kept here while its undo is offered."""
        op_id = self._ports.new_id()
        self._ports.sync.hold(op_id, UNDO_SECONDS)
        return op_id

    def announce(self, what: Done, saved: Saved) -> None:
        """Say that it is saved, and offer to take it back."""

        def undo() -> None:
            self._ports.write.run(
                lambda: self._ports.commands.retract(saved.id),
                lambda _: self._announce(Done.UNDONE, saved.local_no, None),
                self._ports.failed,
            )

        # Counted from the moment the person can see the offer.
        self._ports.sync.hold(saved.op_id, UNDO_SECONDS)
        self._announce(what, saved.local_no, undo)

    def tell(self, what: Done, number: str) -> None:
        """Say what was saved where there is nothing to take back."""
        self._announce(what, number, None)

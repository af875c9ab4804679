"""Adding to a ticket (补充): photos, words, or both."""

from collections.abc import Mapping
from typing import Any, Protocol

from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import TicketLine
from ui.presenters.form_start import Start
from ui.presenters.recording import Announce, FormPorts
from ui.presenters.unfinished import Unfinished, UnfinishedView

FORM = "add"
SIDES = (PhotoRole.OTHER,)


class AddView(UnfinishedView, Protocol):
    """The sheet; it shows what it is told."""

    def open(self) -> None:
        """Come up, ready for words and photos."""
        ...

    def close(self) -> None:
        """Go away."""
        ...

    def show_note(self, note: str) -> None:
        """Fill in the words."""
        ...

    def show_lack(self, lacks: bool) -> None:
        """Say that there is nothing to add yet, or take that away."""
        ...


class AddPresenter:
    """Each ticket has an unfinished addition of its own."""

    def __init__(self, ports: FormPorts, ticket: TicketLine, *, announce: Announce) -> None:
        self.is_open = False
        self.work = Unfinished(
            f"{FORM} {ticket.id}",
            SIDES,
            ports,
            announce=announce,
            fields=self._fields,
            photos_changed=self._photos_changed,
            left=self._leave,
        )
        self._ticket = ticket
        self._note = ""

    def attach(self, view: AddView) -> None:
        """Take the sheet; once, before anything else."""
        self._view = view
        self.work.attach(view)

    def open(self) -> None:
        """Bring the sheet up with what was begun for this ticket."""
        self.is_open = True
        self.work.begin()
        self._view.open()
        self.work.bring_back(self._take_up)

    def close(self) -> None:
        """Put the sheet away; what was begun stays as a draft."""
        if self.is_open:
            self.work.close(self._leave)

    def set_note(self, note: str) -> None:
        """Take the person's words."""
        if note != self._note:
            self._note = note
            self.work.keeper.changed()
            self._view.show_lack(False)

    def finish(self) -> None:
        """Add it as soon as every photo is there, or say that there is nothing to add."""
        self.work.when_complete(self._finish)

    def _finish(self) -> None:
        lacks = not (self._note.strip() or self.work.slots.all())
        self._view.show_lack(lacks)
        if not lacks:
            self.work.add_to(self._ticket, self._note)

    def _fields(self) -> Mapping[str, Any]:
        return {"note": self._note, "name": f"{self._ticket.number} {self._ticket.title}"}

    def _photos_changed(self) -> None:
        self._view.show_lack(False)

    def _take_up(self, _start: Start, fields: Mapping[str, Any] | None) -> None:
        if fields is not None:
            self._note = str(fields.get("note", ""))
            self._view.show_note(self._note)

    def _leave(self) -> None:
        self.is_open = False
        self.work.stop()
        self._view.close()

"""What every form keeps while it is filled in: its draft, its photos, and a press that waits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.lines import TicketLine
from ui.presenters.draft_keeper import DraftKeeper
from ui.presenters.form_start import Start, load_start
from ui.presenters.photo_slots import Bytes, PhotoSlots, PhotoSlotsView
from ui.presenters.recording import Announce, FormPorts
from ui.presenters.saving import Saving, SavingView


class UnfinishedView(PhotoSlotsView, SavingView, Protocol):
    """A form with photos whose unfinished work comes back."""

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back, and from when."""
        ...


class Unfinished:
    """One form's unfinished work; the photo slots of the form report to it.

    Every change is stored as a draft at once. `fields` returns what the draft stores besides the
    photos, `photos_changed` hears that one came or went, and `left` puts the form away once what
    was entered is on record or in another form.
    """

    def __init__(
        self,
        form: str,
        roles: Sequence[PhotoRole],
        ports: FormPorts,
        *,
        announce: Announce,
        fields: Callable[[], Mapping[str, Any]],
        photos_changed: Callable[[], None],
        left: Callable[[], None],
    ) -> None:
        self._form, self._roles, self._ports, self._announce = form, roles, ports, announce
        self._fields, self._tell_photos, self._left = fields, photos_changed, left
        self._finish: Callable[[], None] | None = None
        self._turn = 0

    def attach(self, view: UnfinishedView) -> None:
        """Take the form's view; once, before anything else."""
        do = self._ports
        self._view = view
        self.slots = PhotoSlots(
            self._roles,
            view,
            commands=do.commands,
            photos=do.photos,
            changed=self._photos_changed,
        )
        self.saving = Saving(view, do, announce=self._announce, left=self._left)
        self.keeper = DraftKeeper(
            self._form,
            commands=do.commands,
            write=do.write,
            later=do.later,
            fields=self._stored,
            failed=self.saving.failed,
        )

    def begin(self) -> None:
        """Begin a new draft with nothing in it."""
        self.stop()
        self.keeper.begin(self._ports.new_id())
        self._view.show_restored(None)

    def bring_back(
        self, then: Callable[[Start, Mapping[str, Any] | None], None], draft: str | None = None
    ) -> None:
        """Read what the form starts with; `then` gets it, and the fields of the draft if one is.

        The draft is the given one, else the newest of this form. What a person has entered in the
        meantime goes before it; nothing is answered once the form is stopped or begun anew.
        """
        turn = self._turn

        def loaded(start: Start) -> None:
            if turn != self._turn:
                return
            found = None if self.keeper.touched else start.draft
            if found is None:
                then(start, None)
                return
            self.keeper.begin(found.id, touched=True)
            self.slots.restore(start.photos, found.fields.get("photos", {}))
            self._view.show_restored(found.changed_at if draft is None else None)
            then(start, found.fields)

        work = load_start(self._ports.queries, self._form, draft=draft)
        self._ports.read.run(work, loaded, self._ports.failed)

    def stop(self) -> None:
        """Show no photo any more and answer nothing that was asked before."""
        self._turn += 1
        self._finish = None
        self.slots.clear()

    def close(self, put_away: Callable[[], None]) -> None:
        """Leave the form by `put_away`, which stops this; what was begun stays as a draft."""
        self.keeper.flush()
        put_away()
        self.keeper.forget_if_untouched()

    def expect_photo(self, role: PhotoRole) -> None:
        """Know that the shutter was pressed."""
        self.slots.expect(role)

    def no_photo_comes(self) -> None:
        """Wait no more for the camera."""
        self.slots.expect_none()

    def take(self, role: PhotoRole | None, read: Bytes, source: PhotoSource) -> None:
        """Take a photo for a side, or for the first side that has none."""
        side = role or self.slots.next_role()
        self.slots.take(side, read, source, draft=self.keeper.id, before=self.keeper.first())

    def remove_photo(self, role: PhotoRole) -> None:
        """Take the last photo of a side away."""
        self.slots.remove_last(role)

    def when_complete(self, finish: Callable[[], None]) -> None:
        """Call `finish` once every photo is there; a second press changes nothing."""
        if self.saving.busy:
            return
        waits = self.slots.pending > 0
        self._finish = finish if waits else None
        self._view.set_busy(waits)
        if not waits:
            finish()

    def add_to(self, ticket: TicketLine | None, note: str) -> None:
        """Add the photos and words to a ticket that is there already, not to a new record."""
        if ticket is not None and not (self.slots.pending or self.saving.busy):
            draft = self.keeper.end()
            self.saving.attach(ticket, self.slots.refs(), note.strip(), draft=draft)

    def hand_over(self, form: str, then: Callable[[str], None]) -> None:
        """Make it another form's draft, whose id `then` gets."""
        draft, fields, commands = self.keeper.end(), self._stored(), self._ports.commands

        def kept(_: object) -> None:
            self._left()
            then(draft)

        self._ports.write.run(
            lambda: commands.save_draft(draft, form, fields), kept, self.saving.failed
        )

    def _stored(self) -> dict[str, Any]:
        return {**self._fields(), "photos": self.slots.role_by_id()}

    def _photos_changed(self) -> None:
        self.keeper.changed()
        self._tell_photos()
        finish = self._finish
        if finish is not None and not self.slots.pending:
            self.when_complete(finish)

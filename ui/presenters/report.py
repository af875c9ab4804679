"""Handing a matter up (Ctrl+N): find the item, say where, add photos; the rest follows."""

from collections.abc import Callable
from typing import Any

from gridworker.app.ports import Saved
from gridworker.domain.evidence import PhotoRole, PhotoSource
from ui.presenters.draft_keeper import DraftKeeper
from ui.presenters.item_search import ItemSearch
from ui.presenters.photo_slots import Bytes, PhotoSlots
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.report_form import ReportForm
from ui.presenters.report_view import ReportView
from ui.presenters.resolve_start import Start, load_start
from ui.presenters.saving import Saving
from ui.presenters.similar import Similar

FORM = "report"
SIDES = (PhotoRole.NEAR, PhotoRole.FAR)


class ReportPresenter:
    """Every change is stored as a draft at once; finishing waits for photos still being taken.

    `resolve_instead` gets the id of a draft whose item can be finished on the spot.
    """

    def __init__(
        self, ports: FormPorts, *, announce: Announce, resolve_instead: Callable[[str], None]
    ) -> None:
        self.is_open = False
        self._ports = ports
        self._announce = announce
        self._resolve_instead = resolve_instead
        self._form = ReportForm()
        self._then: Callable[[Saved], None] | None = None
        self._turn = 0
        self._finish_waits = False

    def attach(self, view: ReportView) -> None:
        """Take the sheet; once, before anything else."""
        do = self._ports
        read: dict[str, Any] = {"queries": do.queries, "read": do.read, "failed": do.failed}
        self._view = view
        self._items = ItemSearch(view, chosen=self._chosen, **read)
        self._similar = Similar(view, **read)
        self._slots = PhotoSlots(
            SIDES, view, commands=do.commands, photos=do.photos, changed=self._photos_changed
        )
        self._saving = Saving(view, do, announce=self._announce, left=self._leave)
        self._keeper = DraftKeeper(
            FORM,
            commands=do.commands,
            write=do.write,
            later=do.later,
            fields=lambda: self._form.fields(self._slots.role_by_id()),
            failed=self._saving.failed,
        )

    def open(
        self, draft: str | None = None, place: str = "", then: Callable[[Saved], None] | None = None
    ) -> None:
        """Bring the sheet up with the given draft, else the newest one, else empty."""
        self._turn += 1
        turn = self._turn
        self.is_open, self._finish_waits, self._then = True, False, then
        found_at = self._ports.now().isoformat(timespec="milliseconds")
        self._form = ReportForm(place=place, found_at=found_at)
        self._keeper.begin(self._ports.new_id())
        self._view.open()
        self._view.show_restored(None)
        self._view.show_form(self._form)

        def loaded(start: Start) -> None:
            if turn == self._turn:
                self._take_up(start, announce=draft is None)

        work = load_start(self._ports.queries, FORM, draft=draft)
        self._ports.read.run(work, loaded, self._ports.failed)

    def close(self) -> None:
        """Put the sheet away; what was begun stays as a draft."""
        if self.is_open:
            self._keeper.flush()
            self._leave()
            self._keeper.forget_if_untouched()

    def expect_photo(self, role: PhotoRole) -> None:
        """Know that the shutter was pressed."""
        self._slots.expect(role)

    def no_photo_comes(self) -> None:
        """Wait no more for the camera."""
        self._slots.expect_none()

    def take(self, role: PhotoRole | None, read: Bytes, source: PhotoSource) -> None:
        """Take a photo."""
        side = role or self._slots.next_role()
        self._slots.take(side, read, source, draft=self._keeper.id, before=self._keeper.first())

    def remove_photo(self, role: PhotoRole) -> None:
        """Take the last photo of a side away."""
        self._slots.remove_last(role)

    def search_item(self, text: str) -> None:
        """Look for an item."""
        self._items.search(text)

    def take_item(self, code: str) -> None:
        """Choose an item that was found."""
        self._items.take(code)

    def set_place(self, place: str) -> None:
        """Take the place."""
        self._form.place = place
        self._keeper.changed()
        self._similar.look(self._form.item, place)

    def set_note(self, note: str) -> None:
        """Take the person's words."""
        if note != self._form.note:
            self._form.note = note
            self._keeper.changed()

    def set_person(self, name: str, phone: str) -> None:
        """Take who told us; the name alone is enough, and neither is asked for."""
        self._form.person, self._form.phone = name, phone
        self._keeper.changed()

    def finish(self) -> None:
        """Hand it up as soon as every photo is there, or say what is missing."""
        if self._saving.busy:
            return
        if self._slots.pending:
            self._finish_waits = True
            self._view.set_busy(True)
            return
        item, form = self._items.item, self._form
        lacks = form.lacks(item)
        self._view.set_busy(False)
        self._view.show_lacks(lacks)
        if item is None or lacks:
            return
        commands, photos, draft = self._ports.commands, self._slots.refs(), self._keeper.end()

        def write(op_id: str) -> Saved:
            return commands.report(form.new_report(item, photos, draft=draft, op_id=op_id))

        self._saving.record(Done.REPORTED, write, self._then)

    def resolve_here(self) -> None:
        """Finish it on the spot after all, with everything that is entered."""
        draft, fields = self._keeper.end(), self._form.fields(self._slots.role_by_id())
        commands = self._ports.commands

        def kept(_: object) -> None:
            self._leave()
            self._resolve_instead(draft)

        self._ports.write.run(
            lambda: commands.save_draft(draft, "resolve", fields), kept, self._saving.failed
        )

    def attach_to_similar(self) -> None:
        """Add photos and words to the ticket that is there already."""
        ticket = self._similar.ticket
        if ticket is not None and not (self._slots.pending or self._saving.busy):
            note = self._form.note.strip()
            self._saving.attach(ticket, self._slots.refs(), note, draft=self._keeper.end())

    def _take_up(self, start: Start, *, announce: bool) -> None:
        self._view.offer_places(start.places)
        draft = start.draft
        if draft is not None and not self._keeper.touched:
            self._form = ReportForm.from_draft(draft.fields)
            self._keeper.begin(draft.id, touched=True)
            self._slots.restore(start.photos, draft.fields.get("photos", {}))
            self._items.show(start.item)
            self._view.show_restored(draft.changed_at if announce else None)
        elif not self._form.place and start.places:
            self._form.place = start.places[0]
        self._view.show_form(self._form)
        self._similar.look(self._form.item, self._form.place)

    def _chosen(self) -> None:
        self._form.item = self._items.item.code if self._items.item else ""
        self._keeper.changed()
        self._view.show_lacks(())
        self._similar.look(self._form.item, self._form.place)

    def _photos_changed(self) -> None:
        self._keeper.changed()
        if self._finish_waits and not self._slots.pending:
            self._finish_waits = False
            self.finish()

    def _leave(self) -> None:
        self._turn += 1
        self.is_open = self._finish_waits = False
        self._slots.clear()
        self._view.close()

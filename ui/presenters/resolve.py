"""Resolve on the spot (F8): five presses from a problem to its record, without a network."""

from collections.abc import Callable
from typing import Any

from gridworker.app.ports import Saved
from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.lines import ItemLine
from ui.presenters.draft_keeper import DraftKeeper
from ui.presenters.folder_offer import FolderOffer, PhotoFolder
from ui.presenters.item_choice import ItemChoice
from ui.presenters.photo_slots import Bytes, PhotoSlots
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.resolve_form import ResolveForm
from ui.presenters.resolve_start import Start, load_start
from ui.presenters.resolve_view import ResolveView
from ui.presenters.saving import Saving
from ui.presenters.similar import Similar

FORM = "resolve"
SIDES = (PhotoRole.BEFORE, PhotoRole.AFTER)


class ResolvePresenter:
    """Every change is stored as a draft at once; finishing waits for photos still being taken.

    `hand_over` is called with the id of a draft that became a report; `announce` tells the result.
    """

    def __init__(
        self,
        ports: FormPorts,
        *,
        folder: PhotoFolder | None,
        announce: Announce,
        hand_over: Callable[[str], None],
    ) -> None:
        self.is_open = False
        self._ports = ports
        self._folder = folder
        self._announce = announce
        self._hand_over = hand_over
        self._form = ResolveForm()
        self._then: Callable[[Saved], None] | None = None
        self._places: tuple[str, ...] = ()
        self._turn = 0
        self._finish_waits = False

    def attach(self, view: ResolveView) -> None:
        """Take the sheet; once, before anything else."""
        do = self._ports
        read: dict[str, Any] = {"queries": do.queries, "read": do.read, "failed": do.failed}
        photos: dict[str, Any] = {"commands": do.commands, "photos": do.photos}
        self._view = view
        self._items = ItemChoice(view, chosen=self._chosen, **read)
        self._similar = Similar(view, **read)
        self._slots = PhotoSlots(SIDES, view, changed=self._photos_changed, **photos)
        self._offer = FolderOffer(view, self._folder, later=do.later, failed=do.failed, **photos)
        self._saving = Saving(view, do, announce=self._announce, left=self._leave)
        self._keeper = DraftKeeper(
            FORM,
            commands=do.commands,
            write=do.write,
            later=do.later,
            fields=lambda: self._form.fields(self._slots.role_by_id()),
            failed=self._saving.failed,
        )

    def open(self, place: str = "", then: Callable[[Saved], None] | None = None) -> None:
        """Bring the sheet up: with the unfinished work that is there, else empty.

        `place` is used instead of the last one; `then` hears what was recorded.
        """
        self._turn += 1
        turn = self._turn
        self.is_open, self._finish_waits, self._then = True, False, then
        found_at = self._ports.now().isoformat(timespec="milliseconds")
        self._form = ResolveForm(place=place, found_at=found_at)
        self._keeper.begin(self._ports.new_id())
        self._slots.clear()
        self._items.reset()
        self._similar.clear()
        self._view.open()
        self._view.show_lacks(())
        self._view.show_refusal(None)
        self._view.show_restored(None)
        self._show_form()

        def loaded(start: Start) -> None:
            if turn == self._turn:
                self._take_up(start)

        self._ports.read.run(load_start(self._ports.queries, FORM), loaded, self._ports.failed)

    def close(self) -> None:
        """Put the sheet away; what was begun stays as a draft, nothing else does."""
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
        """Take a photo for a side, or for the first side that has none."""
        side = role or self._slots.next_role()
        self._slots.take(side, read, source, draft=self._keeper.id, before=self._keeper.first())

    def remove_photo(self, role: PhotoRole) -> None:
        """Take the last photo of a side away."""
        self._slots.remove_last(role)

    def accept_offer(self) -> None:
        """Take the photos that came in from the phone, the earlier one as the first side."""
        for photo in self._offer.accept():
            self._slots.put(self._slots.next_role(), photo)

    def refuse_offer(self) -> None:
        """Leave them."""
        self._offer.refuse()

    def pick(self, number: int) -> None:
        """Choose one of the nine tiles."""
        self._items.pick(number)

    def turn_page(self) -> None:
        """Show the next nine."""
        self._items.turn()

    def search_item(self, text: str) -> None:
        """Look for an item by its name, code or initials."""
        self._items.search(text)

    def take_first_item(self) -> None:
        """Choose the first match."""
        self._items.take_first()

    def change_place(self) -> None:
        """Ask for another place."""
        self._view.choose_place(self._places)

    def set_place(self, place: str) -> None:
        """Take the place the person gave."""
        self._form.place = place
        self._keeper.changed()
        self._view.show_place(place, carried_over=False)
        self._view.show_lacks(())
        self._similar.look(self._form.item, place)

    def set_note(self, note: str) -> None:
        """Take the person's own words."""
        self._form.note, self._form.note_is_own = note, bool(note.strip())
        self._keeper.changed()

    def set_reason(self, reason: str) -> None:
        """Take why there is no photo."""
        self._form.reason = reason
        self._keeper.changed()
        self._show_evidence()

    def finish(self) -> None:
        """Record it as soon as every photo is there, or say what is missing."""
        if self._saving.busy:
            return
        if self._slots.pending:
            self._finish_waits = True
            self._view.set_busy(True)
            return
        item = self._items.item
        lacks = self._form.lacks(item, self._slots.count)
        self._view.set_busy(False)
        self._view.show_lacks(lacks)
        if item is not None and not lacks:
            self._save(item)

    def hand_up(self) -> None:
        """Make what is entered the report form's: it is not to be finished here."""
        draft = self._keeper.end()
        fields = self._form.fields(self._slots.role_by_id())
        commands = self._ports.commands

        def kept(_: object) -> None:
            self._leave()
            self._hand_over(draft)

        self._ports.write.run(
            lambda: commands.save_draft(draft, "report", fields), kept, self._saving.failed
        )

    def attach_to_similar(self) -> None:
        """Add the photos to the ticket that is there already, instead of making another."""
        ticket = self._similar.ticket
        if ticket is not None and not (self._slots.pending or self._saving.busy):
            note = self._form.note.strip()
            self._saving.attach(ticket, self._slots.refs(), note, draft=self._keeper.end())

    def _save(self, item: ItemLine) -> None:
        commands, form = self._ports.commands, self._form
        draft, photos = self._keeper.end(), self._slots.refs()

        def write(op_id: str) -> Saved:
            if item.on_the_spot:
                return commands.resolve(form.new_resolve(item, photos, draft=draft, op_id=op_id))
            return commands.report(form.new_report(item, photos, draft=draft, op_id=op_id))

        what = Done.RESOLVED if item.on_the_spot else Done.REPORTED
        self._saving.record(what, write, self._then)

    def _take_up(self, start: Start) -> None:
        self._places = start.places
        self._items.set_usual(start.items)
        draft = start.draft
        if draft is not None and not self._keeper.touched:
            self._form = ResolveForm.from_draft(draft.fields)
            self._keeper.begin(draft.id, touched=True)
            self._slots.restore(start.photos, draft.fields.get("photos", {}))
            self._items.restore(start.item)
            self._view.show_restored(draft.changed_at)
        elif not self._form.place and start.places:
            self._form.place = start.places[0]
        self._offer.open(self._keeper.id)
        self._show_form()
        if not self._form.place:
            self._view.choose_place(start.places)
        self._similar.look(self._form.item, self._form.place)

    def _chosen(self, item: ItemLine) -> None:
        self._form.item = item.code
        self._form.suggest_note(item)
        self._keeper.changed()
        self._view.show_lacks(())
        self._view.show_note(self._form.note)
        self._view.set_on_the_spot(item.on_the_spot)
        self._show_evidence()
        self._similar.look(self._form.item, self._form.place)

    def _photos_changed(self) -> None:
        self._keeper.changed()
        self._show_evidence()
        if self._finish_waits and not self._slots.pending:
            self._finish_waits = False
            self.finish()

    def _leave(self) -> None:
        self._turn += 1
        self.is_open = self._finish_waits = False
        self._offer.close()
        self._slots.clear()
        self._view.close()

    def _show_form(self) -> None:
        carried = bool(self._form.place) and self._form.place == next(iter(self._places), None)
        self._view.show_place(self._form.place, carried_over=carried)
        self._view.show_found_at(self._form.found_at)
        self._view.show_note(self._form.note)
        item = self._items.item
        self._view.set_on_the_spot(item is None or item.on_the_spot)
        self._show_evidence()

    def _show_evidence(self) -> None:
        item = self._items.item
        lacks = self._form.lacks(item, self._slots.count)
        self._view.show_evidence(item, missing=lacks, reason=self._form.reason)

"""Resolve on the spot (F8): five presses from a problem to its record, without a network."""

from collections.abc import Callable, Mapping
from typing import Any

from gridworker.app.ports import Places, Saved
from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import ItemLine
from ui.presenters.folder_offer import FolderOffer, PhotoFolder
from ui.presenters.form_start import Origin, Start, all_places, likeliest, origin
from ui.presenters.item_choice import ItemChoice
from ui.presenters.matter_form import MatterForm
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.resolve_view import ResolveView
from ui.presenters.similar import Similar
from ui.presenters.unfinished import Unfinished

FORM = "resolve"
SIDES = (PhotoRole.BEFORE, PhotoRole.AFTER)


class ResolvePresenter:
    """The panel for what was finished where it was found.

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
        self.work = Unfinished(
            FORM,
            SIDES,
            ports,
            announce=announce,
            fields=self._fields,
            photos_changed=self._evidence_changed,
            left=self._leave,
        )
        self._ports = ports
        self._folder = folder
        self._hand_over = hand_over
        self._form = MatterForm()
        self._then: Callable[[Saved], None] | None = None
        self._places = Places()

    def attach(self, view: ResolveView) -> None:
        """Take the sheet; once, before anything else."""
        do = self._ports
        read: dict[str, Any] = {"queries": do.queries, "read": do.read, "failed": do.failed}
        self._view = view
        self._items = ItemChoice(view, chosen=self._chosen, **read)
        self._similar = Similar(view, **read)
        self._offer = FolderOffer(view, self._folder, do)
        self.work.attach(view)

    def open(
        self, draft: str | None = None, place: str = "", then: Callable[[Saved], None] | None = None
    ) -> None:
        """Bring the panel up with the given draft, else the newest one, else empty.

        `place` is used instead of the last one; `then` hears what was recorded.
        """
        self.is_open, self._then = True, then
        self._form = MatterForm(place=place, found_at=self._ports.moment())
        self._items.reset()
        self._similar.clear()
        self.work.begin()
        self._view.open()
        self._view.show_lacks(())
        self._view.show_refusal(None)
        self._show_form()
        self.work.bring_back(self._take_up, draft)

    def close(self) -> None:
        """Put the panel away; what was begun stays as a draft, nothing else does."""
        if self.is_open:
            self.work.close(self._leave)

    def accept_offer(self) -> None:
        """Take the photos that came in from the phone, the earlier one as the first side."""
        for photo in self._offer.accept():
            self.work.slots.put(self.work.slots.next_role(), photo)

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
        self._view.choose_place(all_places(self._places))

    def set_place(self, place: str) -> None:
        """Take the place the person gave."""
        self._form.place = place
        self.work.keeper.changed()
        self._view.show_place(place, Origin.GIVEN)
        self._view.show_lacks(())
        self._similar.look(self._form.item, place)

    def set_note(self, note: str) -> None:
        """Take the person's own words."""
        self._form.take_note(note)
        self.work.keeper.changed()

    def set_reason(self, reason: str) -> None:
        """Take why there is no photo."""
        self._form.reason = reason
        self.work.keeper.changed()
        self._evidence_changed()

    def finish(self) -> None:
        """Record it as soon as every photo is there, or say what is missing."""
        self.work.when_complete(self._finish)

    def hand_up(self) -> None:
        """Make what is entered the report form's: it is not to be finished here."""
        self._form.forget_suggestion()
        self.work.hand_over("report", self._hand_over)

    def attach_to_similar(self) -> None:
        """Add the photos to the ticket that is there already, instead of making another."""
        self.work.add_to(self._similar.ticket, self._form.note)

    def _finish(self) -> None:
        item = self._items.item
        lacks = self._form.lacks_to_resolve(item, self.work.slots.count)
        self._view.show_lacks(lacks)
        if item is not None and not lacks:
            self._save(item)

    def _save(self, item: ItemLine) -> None:
        commands, form, work = self._ports.commands, self._form, self.work
        draft, photos = work.keeper.end(), work.slots.refs()

        def write(op_id: str) -> Saved:
            if item.on_the_spot:
                return commands.resolve(form.new_resolve(item, photos, draft=draft, op_id=op_id))
            return commands.report(form.new_report(item, photos, draft=draft, op_id=op_id))

        what = Done.RESOLVED if item.on_the_spot else Done.REPORTED
        work.saving.record(what, write, self._then)

    def _fields(self) -> Mapping[str, Any]:
        return self._form.fields()

    def _take_up(self, start: Start, fields: Mapping[str, Any] | None) -> None:
        self._places = start.places
        self._items.set_usual(start.items)
        if fields is not None:
            self._form = MatterForm.from_draft(fields)
            self._items.restore(start.item)
        elif not self._form.place:
            self._form.place = likeliest(start.places)
        self._offer.open(self.work.keeper.id)
        self._show_form()
        if not self._form.place:
            self._view.choose_place(all_places(start.places))
        self._similar.look(self._form.item, self._form.place)

    def _chosen(self, item: ItemLine) -> None:
        self._form.item = item.code
        self._form.suggest_note(item)
        self.work.keeper.changed()
        self._view.show_lacks(())
        self._view.show_note(self._form.note)
        self._view.set_on_the_spot(item.on_the_spot)
        self._show_evidence()
        self._similar.look(self._form.item, self._form.place)

    def _leave(self) -> None:
        self.is_open = False
        self._offer.close()
        self.work.stop()
        self._view.close()

    def _show_form(self) -> None:
        place = self._form.place
        self._view.show_place(place, origin(place, self._places))
        self._view.show_found_at(self._form.found_at)
        self._view.show_note(self._form.note)
        item = self._items.item
        self._view.set_on_the_spot(item is None or item.on_the_spot)
        self._show_evidence()

    def _evidence_changed(self) -> None:
        self._view.show_lacks(())
        self._show_evidence()

    def _show_evidence(self) -> None:
        item = self._items.item
        lacks = self._form.lacks_to_resolve(item, self.work.slots.count)
        self._view.show_evidence(item, missing=lacks, reason=self._form.reason)

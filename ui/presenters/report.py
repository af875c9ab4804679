"""Handing a matter up (Ctrl+N): find the item, say where, add photos; the rest follows."""

from collections.abc import Callable, Mapping
from typing import Any

from gridworker.app.ports import Saved
from gridworker.domain.evidence import PhotoRole
from ui.presenters.form_start import Start, all_places, likeliest
from ui.presenters.item_search import ItemSearch
from ui.presenters.matter_form import MatterForm
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.report_view import ReportView
from ui.presenters.similar import Similar
from ui.presenters.unfinished import Unfinished

FORM = "report"
SIDES = (PhotoRole.NEAR, PhotoRole.FAR)


class ReportPresenter:
    """The form for what cannot be finished where it was found.

    `resolve_instead` gets the id of a draft whose item can be finished on the spot.
    """

    def __init__(
        self, ports: FormPorts, *, announce: Announce, resolve_instead: Callable[[str], None]
    ) -> None:
        self.is_open = False
        self.work = Unfinished(
            FORM,
            SIDES,
            ports,
            announce=announce,
            fields=self._fields,
            photos_changed=lambda: None,
            left=self._leave,
        )
        self._ports = ports
        self._resolve_instead = resolve_instead
        self._form = MatterForm()
        self._then: Callable[[Saved], None] | None = None

    def attach(self, view: ReportView) -> None:
        """Take the sheet; once, before anything else."""
        do = self._ports
        read: dict[str, Any] = {"queries": do.queries, "read": do.read, "failed": do.failed}
        self._view = view
        self._items = ItemSearch(view, chosen=self._chosen, **read)
        self._similar = Similar(view, **read)
        self.work.attach(view)

    def open(
        self, draft: str | None = None, place: str = "", then: Callable[[Saved], None] | None = None
    ) -> None:
        """Bring the sheet up with the given draft, else the newest one, else empty.

        `place` is used instead of the last one; `then` hears what was recorded.
        """
        self.is_open, self._then = True, then
        self._form = MatterForm(place=place, found_at=self._ports.moment())
        self.work.begin()
        self._view.open()
        self._view.show_form(self._form)
        self.work.bring_back(self._take_up, draft)

    def close(self) -> None:
        """Put the sheet away; what was begun stays as a draft."""
        if self.is_open:
            self.work.close(self._leave)

    def search_item(self, text: str) -> None:
        """Look for an item."""
        self._items.search(text)

    def take_item(self, code: str) -> None:
        """Choose an item that was found."""
        self._items.take(code)

    def set_place(self, place: str) -> None:
        """Take the place."""
        self._form.place = place
        self.work.keeper.changed()
        self._view.show_lacks(())
        self._similar.look(self._form.item, place)

    def set_note(self, note: str) -> None:
        """Take the person's words."""
        if note != self._form.note:
            self._form.take_note(note)
            self.work.keeper.changed()

    def set_person(self, name: str, phone: str) -> None:
        """Take who told us; the name alone is enough, and neither is asked for."""
        self._form.person, self._form.phone = name, phone
        self.work.keeper.changed()

    def finish(self) -> None:
        """Hand it up as soon as every photo is there, or say what is missing."""
        self.work.when_complete(self._finish)

    def resolve_here(self) -> None:
        """Finish it on the spot after all, with everything that is entered."""
        if self._items.item is not None:
            self._form.suggest_note(self._items.item)
        self.work.hand_over("resolve", self._resolve_instead)

    def attach_to_similar(self) -> None:
        """Add photos and words to the ticket that is there already."""
        self.work.add_to(self._similar.ticket, self._form.note)

    def _finish(self) -> None:
        item, form, work = self._items.item, self._form, self.work
        lacks = form.lacks_to_report(item)
        self._view.show_lacks(lacks)
        if item is None or lacks:
            return
        commands, photos, draft = self._ports.commands, work.slots.refs(), work.keeper.end()

        def write(op_id: str) -> Saved:
            return commands.report(form.new_report(item, photos, draft=draft, op_id=op_id))

        work.saving.record(Done.REPORTED, write, self._then)

    def _fields(self) -> Mapping[str, Any]:
        return self._form.fields()

    def _take_up(self, start: Start, fields: Mapping[str, Any] | None) -> None:
        self._view.offer_places(all_places(start.places))
        if fields is not None:
            self._form = MatterForm.from_draft(fields)
            self._items.show(start.item)
        elif not self._form.place:
            self._form.place = likeliest(start.places)
        self._view.show_form(self._form)
        self._similar.look(self._form.item, self._form.place)

    def _chosen(self) -> None:
        self._form.item = self._items.item.code if self._items.item else ""
        self.work.keeper.changed()
        self._view.show_lacks(())
        self._similar.look(self._form.item, self._form.place)

    def _leave(self) -> None:
        self.is_open = False
        self.work.stop()
        self._view.close()

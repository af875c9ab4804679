"""Recording a patrol: one key for the result, Ctrl+Enter, and the next place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from gridworker.app.ports import NewPatrol, Saved
from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.lines import PatrolLine
from gridworker.domain.operations import PatrolResult
from ui.presenters.draft_keeper import DraftKeeper
from ui.presenters.photo_slots import Bytes, PhotoSlots, PhotoSlotsView
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.resolve_start import Start, load_start
from ui.presenters.saving import Saving, SavingView

FORM = "patrol"
Then = Callable[[Saved], None]
OpenMatter = Callable[[str, Then], None]
"""Opens the form for a matter at a place; hears what was recorded."""


@dataclass(slots=True)
class PatrolForm:
    """What is entered about one place."""

    place: str = ""
    result: str = ""
    note: str = ""

    @classmethod
    def from_draft(cls, fields: Mapping[str, Any]) -> "PatrolForm":
        """Read what a draft stored."""
        return cls(**{name: str(fields.get(name, "")) for name in cls.__slots__})


class PatrolFormView(PhotoSlotsView, SavingView, Protocol):
    """The form; it shows what it is told."""

    def show_form(self, form: PatrolForm) -> None:
        """Fill the fields in."""
        ...

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places used lately."""
        ...

    def show_last_visit(self, record: PatrolLine | None) -> None:
        """Say when this place was last looked at, and what was found."""
        ...

    def show_lacks(self, *, place: bool, result: bool) -> None:
        """Say what is missing; neither takes the words away."""
        ...

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back, and from when."""
        ...

    def ready(self) -> None:
        """Stand at the first field, for the next place."""
        ...


class PatrolFormPresenter:
    """A place where something was found becomes a matter first; its number joins the record."""

    def __init__(
        self, ports: FormPorts, *, announce: Announce, resolve: OpenMatter, report: OpenMatter
    ) -> None:
        self._ports = ports
        self._announce = announce
        self._open = {PatrolResult.RESOLVED: resolve, PatrolResult.REPORTED: report}
        self._form = PatrolForm()
        self._turn = 0
        self._finish_waits = False

    def attach(self, view: PatrolFormView) -> None:
        """Take the form; once, before anything else."""
        do = self._ports
        self._view = view
        self._slots = PhotoSlots(
            (PhotoRole.OTHER,),
            view,
            commands=do.commands,
            photos=do.photos,
            changed=self._photos_changed,
        )
        self._saving = Saving(view, do, announce=self._announce, left=self._next)
        self._keeper = DraftKeeper(
            FORM,
            commands=do.commands,
            write=do.write,
            later=do.later,
            fields=self._fields,
            failed=self._saving.failed,
        )

    def start(self) -> None:
        """Show the unfinished record that is there, else an empty form."""
        self._begin()
        turn = self._turn

        def loaded(start: Start) -> None:
            if turn == self._turn:
                self._take_up(start)

        self._ports.read.run(load_start(self._ports.queries, FORM), loaded, self._ports.failed)

    def close(self) -> None:
        """Leave; what was begun stays as a draft."""
        self._turn += 1
        self._keeper.flush()
        self._keeper.forget_if_untouched()

    def set_place(self, place: str) -> None:
        """Take the place, and look when it was last visited."""
        self._form.place = place
        self._keeper.changed()
        self._view.show_lacks(place=False, result=False)
        self._look_for_last_visit()

    def set_note(self, note: str) -> None:
        """Take the remark."""
        if note != self._form.note:
            self._form.note = note
            self._keeper.changed()

    def set_result(self, result: PatrolResult) -> None:
        """Take what came of it."""
        self._form.result = result
        self._keeper.changed()
        self._view.show_lacks(place=False, result=False)
        self._view.show_form(self._form)

    def expect_photo(self, role: PhotoRole) -> None:
        """Know that the shutter was pressed."""
        self._slots.expect(role)

    def no_photo_comes(self) -> None:
        """Wait no more for the camera."""
        self._slots.expect_none()

    def take(self, role: PhotoRole | None, read: Bytes, source: PhotoSource) -> None:
        """Take a photo."""
        side = role or PhotoRole.OTHER
        self._slots.take(side, read, source, draft=self._keeper.id, before=self._keeper.first())

    def remove_photo(self, role: PhotoRole) -> None:
        """Take the last photo away."""
        self._slots.remove_last(role)

    def finish(self) -> None:
        """Record it; a matter is recorded first, and the patrol with its number."""
        if self._saving.busy:
            return
        if self._slots.pending:
            self._finish_waits = True
            self._view.set_busy(True)
            return
        form = self._form
        self._view.set_busy(False)
        self._view.show_lacks(place=not form.place.strip(), result=not form.result)
        if not form.place.strip() or not form.result:
            return
        opened = self._open.get(PatrolResult(form.result))
        if opened is None:
            self._save(None)
        else:
            opened(form.place.strip(), self._save)

    def _save(self, matter: Saved | None) -> None:
        commands, form = self._ports.commands, self._form
        seen = NewPatrol(
            place=form.place.strip(),
            result=form.result,
            note=form.note.strip(),
            photos=self._slots.refs(),
            ticket=matter.id if matter else None,
            draft=self._keeper.end(),
        )
        self._saving.record_for_good(Done.PATROLLED, lambda: commands.patrol(seen))

    def _begin(self) -> None:
        self._turn += 1
        self._finish_waits = False
        self._form = PatrolForm()
        self._keeper.begin(self._ports.new_id())
        self._slots.clear()
        self._view.show_form(self._form)
        self._view.show_last_visit(None)
        self._view.show_lacks(place=False, result=False)
        self._view.show_restored(None)

    def _next(self) -> None:
        self._begin()
        self._view.ready()

    def _take_up(self, start: Start) -> None:
        self._view.offer_places(start.places)
        draft = start.draft
        if draft is not None and not self._keeper.touched:
            self._form = PatrolForm.from_draft(draft.fields)
            self._keeper.begin(draft.id, touched=True)
            self._slots.restore(start.photos, draft.fields.get("photos", {}))
            self._view.show_form(self._form)
            self._view.show_restored(draft.changed_at)
            self._look_for_last_visit()

    def _look_for_last_visit(self) -> None:
        place, queries, turn = self._form.place.strip(), self._ports.queries, self._turn
        self._view.show_last_visit(None)
        if not place:
            return

        def look() -> PatrolLine | None:
            ids = queries.patrol_ids(place)[:20]
            rows = queries.patrol_lines(ids)
            return next((rows[i] for i in ids if i in rows and rows[i].place == place), None)

        def found(record: PatrolLine | None) -> None:
            if (turn, place) == (self._turn, self._form.place.strip()):
                self._view.show_last_visit(record)

        self._ports.read.run(look, found, self._ports.failed)

    def _photos_changed(self) -> None:
        self._keeper.changed()
        if self._finish_waits and not self._slots.pending:
            self._finish_waits = False
            self.finish()

    def _fields(self) -> dict[str, Any]:
        return {**asdict(self._form), "photos": self._slots.role_by_id()}

"""Recording a patrol: one key for the result, Ctrl+Enter, and the next place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from gridworker.app.ports import NewPatrol, Saved
from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import PatrolLine
from gridworker.domain.operations import PatrolResult
from ui.presenters.form_start import Start, all_places
from ui.presenters.recording import Announce, Done, FormPorts
from ui.presenters.unfinished import Unfinished, UnfinishedView

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


class PatrolFormView(UnfinishedView, Protocol):
    """The form; it shows what it is told."""

    def show_form(self, form: PatrolForm) -> None:
        """Fill the fields in."""
        ...

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places at hand."""
        ...

    def show_last_visit(self, record: PatrolLine | None) -> None:
        """Say when this place was last looked at, and what was found."""
        ...

    def show_lacks(self, *, place: bool, result: bool) -> None:
        """Say what is missing; neither takes the words away."""
        ...

    def ready(self) -> None:
        """Stand at the first field, for the next place."""
        ...


class PatrolFormPresenter:
    """A place where something was found becomes a matter first; its number joins the record."""

    def __init__(
        self, ports: FormPorts, *, announce: Announce, resolve: OpenMatter, report: OpenMatter
    ) -> None:
        self.work = Unfinished(
            FORM,
            (PhotoRole.OTHER,),
            ports,
            announce=announce,
            fields=lambda: asdict(self._form),
            photos_changed=lambda: None,
            left=self._next,
        )
        self._ports = ports
        self._open = {PatrolResult.RESOLVED: resolve, PatrolResult.REPORTED: report}
        self._form = PatrolForm()

    def attach(self, view: PatrolFormView) -> None:
        """Take the form; once, before anything else."""
        self._view = view
        self.work.attach(view)

    def start(self) -> None:
        """Show the unfinished record that is there, else an empty form."""
        self._begin()
        self.work.bring_back(self._take_up)

    def close(self) -> None:
        """Leave; what was begun stays as a draft."""
        self.work.close(self.work.stop)

    def set_place(self, place: str) -> None:
        """Take the place, and look when it was last visited."""
        self._form.place = place
        self.work.keeper.changed()
        self._view.show_lacks(place=False, result=False)
        self._look_for_last_visit()

    def set_note(self, note: str) -> None:
        """Take the remark."""
        if note != self._form.note:
            self._form.note = note
            self.work.keeper.changed()

    def set_result(self, result: PatrolResult) -> None:
        """Take what came of it."""
        self._form.result = result
        self.work.keeper.changed()
        self._view.show_lacks(place=False, result=False)
        self._view.show_form(self._form)

    def finish(self) -> None:
        """Record it; a matter is recorded first, and the patrol with its number."""
        self.work.when_complete(self._finish)

    def _finish(self) -> None:
        form = self._form
        self._view.show_lacks(place=not form.place.strip(), result=not form.result)
        if not form.place.strip() or not form.result:
            return
        opened = self._open.get(PatrolResult(form.result))
        if opened is None:
            self._save(None)
        else:
            opened(form.place.strip(), self._save)

    def _save(self, matter: Saved | None) -> None:
        commands, form, work = self._ports.commands, self._form, self.work
        seen = NewPatrol(
            place=form.place.strip(),
            result=form.result,
            note=form.note.strip(),
            photos=work.slots.refs(),
            ticket=matter.id if matter else None,
            draft=work.keeper.end(),
        )
        work.saving.record_for_good(Done.PATROLLED, lambda: commands.patrol(seen))

    def _begin(self) -> None:
        self._form = PatrolForm()
        self.work.begin()
        self._view.show_form(self._form)
        self._view.show_last_visit(None)
        self._view.show_lacks(place=False, result=False)

    def _next(self) -> None:
        self._begin()
        self._view.ready()

    def _take_up(self, start: Start, fields: Mapping[str, Any] | None) -> None:
        self._view.offer_places(all_places(start.places))
        if fields is not None:
            self._form = PatrolForm.from_draft(fields)
            self._view.show_form(self._form)
            self._look_for_last_visit()

    def _look_for_last_visit(self) -> None:
        form, place, queries = self._form, self._form.place.strip(), self._ports.queries
        self._view.show_last_visit(None)
        if not place:
            return

        def look() -> PatrolLine | None:
            ids = queries.patrol_ids(place)[:20]
            rows = queries.patrol_lines(ids)
            return next((rows[i] for i in ids if i in rows and rows[i].place == place), None)

        def found(record: PatrolLine | None) -> None:
            if form is self._form and place == form.place.strip():
                self._view.show_last_visit(record)

        self._ports.read.run(look, found, self._ports.failed)

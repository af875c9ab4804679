"""What the forms for a matter hold, what it still lacks, and how a draft stores it.

One set of fields serves both forms, so that a matter keeps everything when it goes from one to the
other.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gridworker.app.ports import NewReport, NewResolve, PhotoRef
from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import ItemLine


class Lack(StrEnum):
    """What has to be there before a matter can be recorded."""

    PLACE = "place"
    ITEM = "item"
    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class MatterForm:
    """The words of a form; `person` and `phone` are of whoever told us, and may stay empty.

    `note_is_own` is true once a person wrote the note or changed what the item suggested. `brought`
    names what was added to a refused record and is in here now (app.starting_over).
    """

    place: str = ""
    item: str = ""
    note: str = ""
    note_is_own: bool = False
    reason: str = ""
    person: str = ""
    phone: str = ""
    found_at: str = ""
    brought: tuple[str, ...] = ()

    @classmethod
    def from_draft(cls, fields: Mapping[str, Any]) -> "MatterForm":
        """Read what `fields` wrote; what an older form did not store stays empty."""
        known = {name: fields[name] for name in cls.__slots__ if name in fields}
        own, brought = bool(known.pop("note_is_own", False)), tuple(known.pop("brought", ()))
        words = {name: str(value) for name, value in known.items()}
        return cls(note_is_own=own, brought=brought, **words)

    def fields(self) -> dict[str, Any]:
        """Return what a draft stores."""
        return asdict(self)

    def take_note(self, note: str) -> None:
        """Take a person's own words; without any the item may suggest some again."""
        self.note, self.note_is_own = note, bool(note.strip())

    def suggest_note(self, item: ItemLine) -> None:
        """Write the item's own words unless a person wrote theirs."""
        if not self.note_is_own:
            self.note = item.note_template

    def forget_suggestion(self) -> None:
        """Take away what the item suggested: it tells that the matter is done."""
        if not self.note_is_own:
            self.note = ""

    def lacks_to_resolve(
        self, item: ItemLine | None, count: Callable[[PhotoRole], int]
    ) -> tuple[Lack, ...]:
        """Name what is missing, in the order of the panel; a reason stands in for photos."""
        missing = [Lack.PLACE] if not self.place.strip() else []
        if item is None:
            return (*missing, Lack.ITEM)
        if item.on_the_spot and not self.reason.strip():
            if count(PhotoRole.BEFORE) < item.before:
                missing.append(Lack.BEFORE)
            if count(PhotoRole.AFTER) < item.after:
                missing.append(Lack.AFTER)
        return tuple(missing)

    def lacks_to_report(self, item: ItemLine | None) -> tuple[Lack, ...]:
        """Name what is missing, in the order of the report form; photos are not asked for."""
        missing = () if item is not None else (Lack.ITEM,)
        return missing if self.place.strip() else (*missing, Lack.PLACE)

    def new_resolve(
        self, item: ItemLine, photos: tuple[PhotoRef, ...], *, draft: str, op_id: str
    ) -> NewResolve:
        """Return the command that closes the matter."""
        return NewResolve(
            item=item.code,
            place=self.place.strip(),
            note=self.note.strip(),
            found_at=self.found_at or None,
            photos=photos,
            no_photo_reason=self.reason.strip() or None,
            draft=draft,
            op_id=op_id,
        )

    def new_report(
        self, item: ItemLine, photos: tuple[PhotoRef, ...], *, draft: str, op_id: str
    ) -> NewReport:
        """Return the command that hands it up."""
        return NewReport(
            item=item.code,
            place=self.place.strip(),
            note=self.note.strip(),
            found_at=self.found_at or None,
            photos=photos,
            person=self.person.strip() or None,
            phone=self.phone.strip(),
            draft=draft,
            op_id=op_id,
        )

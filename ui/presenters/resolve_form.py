"""What the on-the-spot form holds, what it still lacks, and how a draft stores it."""

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
class ResolveForm:
    """The words of the form; `note_is_own` once a person changed what the item suggested."""

    place: str = ""
    item: str = ""
    note: str = ""
    note_is_own: bool = False
    reason: str = ""
    found_at: str = ""

    @classmethod
    def from_draft(cls, fields: Mapping[str, Any]) -> "ResolveForm":
        """Read what `fields` wrote; what an older or another form did not store stays empty."""
        return cls(
            place=str(fields.get("place", "")),
            item=str(fields.get("item", "")),
            note=str(fields.get("note", "")),
            note_is_own=bool(fields.get("note_is_own", False)),
            reason=str(fields.get("reason", "")),
            found_at=str(fields.get("found_at", "")),
        )

    def fields(self, roles: Mapping[str, str]) -> dict[str, Any]:
        """Return what a draft stores; `roles` says which photo is for which side."""
        return {**asdict(self), "photos": dict(roles)}

    def suggest_note(self, item: ItemLine) -> None:
        """Write the item's own words unless a person wrote theirs."""
        if not self.note_is_own:
            self.note = item.note_template

    def lacks(self, item: ItemLine | None, count: Callable[[PhotoRole], int]) -> tuple[Lack, ...]:
        """Name what is missing, in the order of the form; a reason stands in for photos."""
        missing = [Lack.PLACE] if not self.place.strip() else []
        if item is None:
            return (*missing, Lack.ITEM)
        if item.on_the_spot and not self.reason.strip():
            if count(PhotoRole.BEFORE) < item.before:
                missing.append(Lack.BEFORE)
            if count(PhotoRole.AFTER) < item.after:
                missing.append(Lack.AFTER)
        return tuple(missing)

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
        """Return the command that hands it up, for items that cannot be finished on the spot."""
        return NewReport(
            item=item.code,
            place=self.place.strip(),
            note=self.note.strip(),
            found_at=self.found_at or None,
            photos=photos,
            draft=draft,
            op_id=op_id,
        )

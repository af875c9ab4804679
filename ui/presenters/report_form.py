"""What the report form holds; its drafts are readable for the on-the-spot form and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gridworker.app.ports import NewReport, PhotoRef
from gridworker.domain.lines import ItemLine
from ui.presenters.resolve_form import Lack


@dataclass(slots=True)
class ReportForm:
    """The words of the form; `person` and `phone` are of whoever told us, and may stay empty."""

    place: str = ""
    item: str = ""
    note: str = ""
    person: str = ""
    phone: str = ""
    found_at: str = ""

    @classmethod
    def from_draft(cls, fields: Mapping[str, Any]) -> "ReportForm":
        """Read what either form wrote; what it did not store stays empty."""
        return cls(**{name: str(fields.get(name, "")) for name in cls.__slots__})

    def fields(self, roles: Mapping[str, str]) -> dict[str, Any]:
        """Return what a draft stores; `roles` says which photo is for which side."""
        return {**asdict(self), "note_is_own": bool(self.note), "photos": dict(roles)}

    def lacks(self, item: ItemLine | None) -> tuple[Lack, ...]:
        """Name what is missing, in the order of the form."""
        missing = () if item is not None else (Lack.ITEM,)
        return missing if self.place.strip() else (*missing, Lack.PLACE)

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

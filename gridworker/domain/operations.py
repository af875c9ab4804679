"""Every change a person can make, as small frozen records; names and keys are fixed for good."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from gridworker.domain.evidence import Photo

MAX_NOTE = 2000
MAX_PLACE = 200


class EntityRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which record an operation is about; `local_no` is what the device printed for a new one."""

    kind: str
    id: str
    local_no: str | None = None


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """When the device thinks it was (sync.md 4.9): for display and bounds, never for order.

    `wall` keeps its offset; `mono_ms` counts within `boot`; `skew_ms` is centre minus device.
    """

    wall: str
    boot: str = ""
    mono_ms: int = 0
    skew_ms: int | None = None
    srv_last: int | None = None

    @property
    def wall_ms(self) -> int:
        """Return the wall time in unix milliseconds."""
        return round(datetime.fromisoformat(self.wall).timestamp() * 1000)


class Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One immutable statement by one device: the frame of sync.md 4.4 without `seq` and `sig`.

    `redo_of` names an operation of `after` that its person knows to be refused: this one says anew,
    on what is true now, what that one wanted, so its refusal does not refuse this one too.
    """

    op_id: str
    type: str
    actor: str
    entity: EntityRef
    args: dict[str, Any]
    at: Moment
    after: tuple[str, ...] = ()
    expect: dict[str, Any] = {}
    redo_of: str | None = None


class Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Arguments of one operation type and version; unknown keys are refused (sync.md 4.10)."""


class ReportedPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The least that is kept of whoever told us, and on what ground."""

    name: str
    phone: str = ""
    consent: str = "verbal"


class Report(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hand a matter up (T1)."""

    item: str
    place: str
    note: str = ""
    grid: str
    found_at: str
    photos: tuple[Photo, ...] = ()
    person: ReportedPerson | None = None


class Resolve(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Record a matter that its finder finished on the spot (T23)."""

    item: str
    place: str
    note: str = ""
    grid: str
    found_at: str
    done_at: str
    photos: tuple[Photo, ...] = ()
    no_photo_reason: str | None = None


class PatrolResult(StrEnum):
    """What a patrol came to."""

    NORMAL = "normal"
    RESOLVED = "resolved"
    REPORTED = "reported"
    NOBODY = "nobody"


class Patrol(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Record that a place was looked at; `ticket` is the id of what came of it."""

    place: str
    result: PatrolResult
    note: str = ""
    grid: str
    at: str
    photos: tuple[Photo, ...] = ()
    ticket: str | None = None


class Retract(Arguments, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Take back what one has just recorded oneself."""


class EditedField(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """The value a person saw and the one they want."""

    from_: Any
    to: Any


class Edit(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Change fields, each with the value it was changed from."""

    changes: dict[str, EditedField]


class AddEvidence(
    Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Add photos or a remark to a record that is already there."""

    to: EntityRef
    photos: tuple[Photo, ...] = ()
    note: str = ""


TYPES: dict[str, type[Arguments] | None] = {
    "ticket.report@1": Report,
    "ticket.resolve@1": Resolve,
    "patrol_record.create@1": Patrol,
    "ticket.act@1": None,  # keys depend on the action: see lifecycle.py
    "ticket.edit@1": Edit,
    "ticket.retract@1": Retract,
    "evidence.add@1": AddEvidence,
}
KIND_OF: dict[str, str] = {
    "ticket.report@1": "ticket",
    "ticket.resolve@1": "ticket",
    "patrol_record.create@1": "patrol_record",
    "ticket.act@1": "ticket",
    "ticket.edit@1": "ticket",
    "ticket.retract@1": "ticket",
    "evidence.add@1": "evidence",
}

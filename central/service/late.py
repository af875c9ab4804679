"""Late evidence: what a refused operation said and showed is kept, and seen (sync.md 4.6)."""

from typing import Any

import msgspec

from central.service.incoming import Incoming
from central.service.workspace import Draft
from gridworker.domain.identity import derived_id
from gridworker.domain.organisation import Actor
from gridworker.domain.world import Put
from gridworker.wire import MAX_OP_BYTES

STRUCTURE = frozenset({"photos", "person", "to", "grid"})
PERSON_KEYS = ("name", "phone", "consent")


def has_content(op: Incoming) -> bool:
    """Say whether an operation carries anything a person wrote or photographed."""
    if op.type == "ticket.retract@1" or len(op.encoded) > MAX_OP_BYTES:
        return False
    return any(value for key, value in op.args.items() if key not in {"action", "to", "grid"})


def evidence_id(op: Incoming, number: int = 0) -> str:
    """Return the id of the late evidence of an operation."""
    return derived_id(op.op_id, "late", number)


def evidence(
    op: Incoming,
    *,
    code: str,
    about: Draft | None,
    grid: str | None,
    by: Actor,
    received: str,
    at_device: str | None,
    number: int = 0,
) -> tuple[Put, ...]:
    """Return the late evidence of a refused operation, and its person as a record of its own.

    `about` is the record it belongs to and whose readers may read it; without one the readers of
    `grid` may, without both its author alone. `number` tells apart contents that came under one id.
    """
    id_ = evidence_id(op, number)
    parent = (about.kind, about.id) if about else None
    person = _person(
        op, by=by, parent=parent or ("late_evidence", id_), received=received, number=number
    )
    entity = op.operation.entity if op.operation else None
    body: dict[str, Any] = {
        "op": op.op_id,
        "type": op.operation.type if op.operation else None,
        "code": code,
        "to": {"kind": about.kind, "id": about.id} if about else None,
        "entity": {"kind": entity.kind, "id": entity.id} if entity else None,
        "args": _words(op),
        "photos": _photos(op, by=by, at=received),
        "person": person.id if person else None,
        "by": by.user,
        "by_name": by.name,
        "device_code": by.device_code,
        "at_device": at_device,
        "created_at": received,
        "created_by": by.user,
        "class": "内部",
    }
    if about is not None and "org_id" in about.body:
        body["org_id"] = about.body["org_id"]
    if grid is not None:
        body["grid"] = grid
    own = Put("late_evidence", id_, body, parent=parent)
    return (own,) if person is None else (own, person)


def _words(op: Incoming) -> dict[str, Any]:
    """Return what was written; as one text where it has no canonical form."""
    words = {key: value for key, value in op.args.items() if key not in STRUCTURE}
    return words if op.canonical else {"text": msgspec.json.encode(words).decode()}


def _photos(op: Incoming, *, by: Actor, at: str) -> list[dict[str, Any]]:
    return [
        {
            **(photo if op.canonical else {"sha256": photo["sha256"]}),
            "state": "local",
            "by": by.user,
            "at": at,
        }
        for photo in op.photos
    ]


def _person(
    op: Incoming, *, by: Actor, parent: tuple[str, str], received: str, number: int
) -> Put | None:
    told = op.args.get("person")
    if not isinstance(told, dict):
        return None
    body: dict[str, Any] = {key: told[key] for key in PERSON_KEYS if isinstance(told.get(key), str)}
    if not body:
        return None
    body |= {
        "class": "敏感",
        "lawful_basis": "consent",
        "created_at": received,
        "created_by": by.user,
    }
    return Put("person", derived_id(op.op_id, "person", number), body, parent=parent)

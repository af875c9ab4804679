"""Saying anew what was refused: the same wish, on what is true now (sync.md 6).

Whatever comes of a refusal has an id that follows from the refused operation, so that every laptop
that sees it knows without asking that the refusal was dealt with, and how.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Edit, EntityRef, Operation
from gridworker.domain.record import read

RECORDS = frozenset({"ticket.report@1", "ticket.resolve@1", "patrol_record.create@1"})
CREATES = RECORDS | {"evidence.add@1"}


def redone_id(op_id: str) -> str:
    """Return the id of the record or operation that says a refused operation anew."""
    return derived_id(op_id, "redo")


def handed_id(op_id: str) -> str:
    """Return the id of the remark that hands a refused operation to whoever is in charge."""
    return derived_id(op_id, "hand-over")


def traces(op_id: str) -> frozenset[str]:
    """Return the ids of which one exists where a refused operation has been said anew."""
    again = redone_id(op_id)
    return frozenset({again, derived_id(again, "flow")})


def again(refused: Operation, now: Mapping[str, Any] | None) -> Operation:
    """Return the same wish about the record as it stands; `now` is its body, if it is there.

    What would make a record makes another one; the number of that is its device's to give. Raises
    RuleBroken(E_INVALID) when the arguments of an edit cannot be read.
    """
    id_ = redone_id(refused.op_id)
    body = now or {}
    made: dict[str, Any] = {}
    if refused.type in CREATES:
        made = {"entity": EntityRef(refused.entity.kind, id_)}
    elif refused.type == "ticket.edit@1":
        wishes = {field: wish.to for field, wish in read(Edit, refused.args).changes.items()}
        made = {"op_id": id_, "args": wanted(wishes, body)}
    else:
        kept = {field: body[field] for field in refused.expect if field in body}
        made = {"op_id": id_, "expect": kept}
    return msgspec.structs.replace(refused, after=(refused.op_id,), redo_of=refused.op_id, **made)


def wanted(values: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an edit that gives fields these values, seen as they stand now."""
    changes = {
        field: {"from": now.get(field), "to": value}
        for field, value in values.items()
        if now.get(field) != value
    }
    return {"changes": changes}

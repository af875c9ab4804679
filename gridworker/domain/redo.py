"""Saying anew what was refused: the same wish, on what is true now (sync.md 6).

What comes of such an operation says so in `redo_of`, and a call for help has an id that follows
from the refused operation: so every laptop that sees a refusal knows what became of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain.along import ADDS, with_added
from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Edit, EntityRef, Operation
from gridworker.domain.record import read

RECORDS = frozenset({"ticket.report@1", "ticket.resolve@1", "patrol_record.create@1"})
CREATES = RECORDS | {ADDS}


def handed_id(op_id: str) -> str:
    """Return the id of the remark that hands a refused operation to whoever is in charge.

    It says the same whoever makes it again, so that a second one changes nothing.
    """
    return derived_id(op_id, "hand-over")


def said_anew(type_: str, redo_of: str | None, after: Sequence[str]) -> tuple[str, ...]:
    """Return the refused operations that an operation says anew, the one it is about first.

    A record that is made anew builds on nothing but what it says: the refused one and what was
    added to that. Other operations build on more, and say one thing.
    """
    if redo_of is None:
        return ()
    also = after if type_ in RECORDS else ()
    return (redo_of, *(op_id for op_id in also if op_id != redo_of))


def again(
    refused: Operation,
    now: Mapping[str, Any] | None,
    *,
    new_id: str,
    added: Sequence[Operation] = (),
) -> Operation:
    """Return the same wish about the record as it stands; `now` is its body, if it is there.

    What would make a record makes another one, `new_id`, with what was `added` to it as far as that
    has room; what is in it is in `after`. The number is for its device to give.
    Raises RuleBroken(E_INVALID) when the arguments of an edit cannot be read.
    """
    body = now or {}
    made: dict[str, Any] = {}
    along: tuple[str, ...] = ()
    if refused.type in RECORDS:
        args, along = with_added(refused.args, added)
        made = {"entity": EntityRef(refused.entity.kind, new_id), "args": args}
    elif refused.type in CREATES:
        made = {"entity": EntityRef(refused.entity.kind, new_id)}
    elif refused.type == "ticket.edit@1":
        wishes = {field: wish.to for field, wish in read(Edit, refused.args).changes.items()}
        made = {"args": wanted(wishes, body)}
    else:
        made = {"expect": {field: body[field] for field in refused.expect if field in body}}
    after = (refused.op_id, *along)
    return msgspec.structs.replace(refused, after=after, redo_of=refused.op_id, **made)


def wanted(values: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an edit that gives fields these values, seen as they stand now."""
    changes = {
        field: {"from": now.get(field), "to": value}
        for field, value in values.items()
        if now.get(field) != value
    }
    return {"changes": changes}

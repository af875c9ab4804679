"""The timeline of a ticket: one record a step, never changed afterwards."""

from typing import Any

import msgspec

from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import Put


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did: `at` is the time that counts (RFC 3339 UTC).

    `after` and `seq` default to the state and the length of the timeline that the ticket has now.
    `changes` are the fields an edit changed, each with its `from` and `to`.
    """

    action: str
    before: State
    at: str
    after: State | None = None
    seq: int | None = None
    opinion: str = ""
    receiver: str | None = None
    changes: dict[str, Any] | None = None


def flow_record(op: Operation, actor: Actor, ticket: Ticket, entry: Entry) -> Put:
    """Return the step that `op` adds to the timeline of `ticket`.

    Its id follows from the operation alone, so laptop and centre name the same step alike. The due
    times stand in it, so a later recalculation never hides what was promised.
    """
    body = {
        "ticket": op.entity.id,
        "seq": ticket.flow if entry.seq is None else entry.seq,
        "action": entry.action,
        "from_state": str(entry.before),
        "to_state": str(entry.after or ticket.state),
        "actor": actor.user,
        "actor_name": actor.name,
        "role": str(actor.roles[0]) if actor.roles else "",
        "opinion": entry.opinion,
        "receiver": entry.receiver,
        "due": ticket.due,
        "unit_due": ticket.unit_due,
        "at_device": to_utc_text(op.at.wall),
        "at": entry.at,
        "org_id": ticket.org_id,
        "created_at": entry.at,
        "created_by": actor.user,
        "class": "内部",
    }
    if entry.changes:
        body["changes"] = entry.changes
    if op.redo_of:
        body["redo_of"] = op.redo_of
    id_ = derived_id(op.op_id, "flow", entry.seq or 0)
    return Put("flow_record", id_, body, parent=("ticket", op.entity.id))

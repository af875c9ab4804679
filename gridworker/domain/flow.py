"""The timeline of a ticket: one record a step, never changed afterwards."""

from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import Put


def flow_record(
    op: Operation,
    actor: Actor,
    ticket: Ticket,
    *,
    action: str,
    before: State,
    at: str,
    after: State | None = None,
    number: int | None = None,
    opinion: str = "",
    receiver: str | None = None,
) -> Put:
    """Return the step that `op` adds; `number` in the ticket defaults to its last."""
    seq = ticket.flow if number is None else number
    body = {
        "ticket": op.entity.id,
        "seq": seq,
        "action": action,
        "from_state": str(before),
        "to_state": str(after or ticket.state),
        "actor": actor.user,
        "actor_name": actor.name,
        "role": str(actor.roles[0]) if actor.roles else "",
        "opinion": opinion,
        "receiver": receiver,
        "at_device": to_utc_text(op.at.wall),
        "at": at,
    }
    return Put(
        "flow_record", derived_id(op.op_id, "flow", seq), body, parent=("ticket", op.entity.id)
    )

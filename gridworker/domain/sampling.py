"""Which finished work is looked at again (T23, second half): decided by the centre alone."""

import hashlib

import msgspec

from gridworker.domain.flow import Entry, flow_record
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.record import merged, moment_of, read, record_at
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.world import NOOP, Outcome, Put, World

DEMO_PERCENT = 10
PARTS = 10_000
SYSTEM = Actor(user="system", name="系统", roles=())


def is_sampled(ticket_id: str, percent: int) -> bool:
    """Say whether a ticket is looked at again: by its id, so nobody can choose and all agree."""
    share = int.from_bytes(hashlib.sha256(ticket_id.encode()).digest()[:8], "big") % PARTS
    return share * 100 < percent * PARTS


def settle(op: Operation, world: World, *, percent: int) -> Outcome:
    """Close or sample what the operation `op` (a `ticket.resolve`) has finished on the spot.

    The centre calls it once for each such operation, after the last of a push, in the same
    transaction. A ticket that has meanwhile been taken back, handed up or settled stays as it is.
    """
    raw = record_at(world, "ticket", op.entity.id)
    ticket = read(Ticket, raw)
    if ticket.state is not State.ONSPOT_DONE or ticket.sample_recheck is not None:
        return NOOP
    if is_sampled(op.entity.id, percent):
        after = msgspec.structs.replace(ticket, sample_recheck="due")
        return Outcome((Put("ticket", op.entity.id, merged(raw, after)),))
    at = moment_of(op, world)
    stepped = ticket.stepped(user=SYSTEM.user, name=SYSTEM.name, at=at)
    after = msgspec.structs.replace(stepped, state=State.CLOSED)
    entry = Entry(action="close", before=ticket.state, at=at, seq=after.flow)
    own = Put("ticket", op.entity.id, merged(raw, after))
    return Outcome((own, flow_record(op, SYSTEM, after, entry)))

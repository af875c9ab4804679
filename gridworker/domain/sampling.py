"""Which finished work is looked at again (T23, second half): decided by the centre alone."""

import hashlib

import msgspec

from gridworker.domain.flow import Entry, flow_record
from gridworker.domain.operations import EntityRef, Moment, Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.record import merged, read
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.world import NOOP, Outcome, Put, World

DEMO_PERCENT = 10
PARTS = 10_000
SYSTEM = Actor(user="system", name="系统", roles=())


def is_sampled(ticket_id: str, percent: int) -> bool:
    """Say whether a ticket is looked at again: by its id, so nobody can choose and all agree."""
    share = int.from_bytes(hashlib.sha256(ticket_id.encode()).digest()[:8], "big") % PARTS
    return share * 100 < percent * PARTS


def settle(ticket_id: str, world: World, *, percent: int, at: str) -> Outcome:
    """Close or sample what was finished on the spot; `at` is the centre's time (RFC 3339 UTC).

    The centre calls it for each ticket of a push, after its last operation, in the same
    transaction. A ticket that is not there, was taken back, handed up or settled stays as it is.
    """
    raw = world.body("ticket", ticket_id)
    if raw is None:
        return NOOP
    ticket = read(Ticket, raw)
    if ticket.state is not State.ONSPOT_DONE or ticket.sample_recheck is not None:
        return NOOP
    if is_sampled(ticket_id, percent):
        after = msgspec.structs.replace(ticket, sample_recheck="due")
        return Outcome((Put("ticket", ticket_id, merged(raw, after)),))
    stepped = ticket.stepped(user=SYSTEM.user, name=SYSTEM.name, at=at)
    after = msgspec.structs.replace(stepped, state=State.CLOSED, closed_at=at)
    entry = Entry(action="close", before=ticket.state, at=at, seq=after.flow)
    by_itself = Operation(
        op_id=ticket_id,
        type="ticket.settle",
        actor=SYSTEM.user,
        entity=EntityRef("ticket", ticket_id),
        args={},
        at=Moment(at),
    )
    own = Put("ticket", ticket_id, merged(raw, after))
    return Outcome((own, flow_record(by_itself, SYSTEM, after, entry)))

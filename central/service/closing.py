"""What the centre adds to work finished on the spot: a sample is rechecked, the rest closes."""

import hashlib
from collections.abc import Iterable

from central.service.workspace import Workspace
from gridworker.domain.identity import derived_id
from gridworker.domain.ticket import State
from gridworker.domain.world import Put

SYSTEM = "system"


def close_or_sample(
    world: Workspace, tickets: Iterable[str], *, percent: int, received: str
) -> None:
    """Close each ticket that is still `onspot_done`, or mark it for a recheck."""
    for id_ in tickets:
        draft = world.draft(id_)
        if draft is None or draft.body["state"] != State.ONSPOT_DONE:
            continue
        if is_sampled(id_, percent):
            world.put(Put("ticket", id_, {**draft.body, "sample_recheck": "due"}))
            continue
        number = draft.body["flow"] + 1
        changes = {"state": str(State.CLOSED), "flow": number, "closed_at": received}
        world.put(Put("ticket", id_, {**draft.body, **changes}))
        world.put(_flow(id_, number, received))


def is_sampled(ticket_id: str, percent: int) -> bool:
    """Say whether a ticket is drawn: by its id, so that nobody can choose and all agree."""
    drawn = int.from_bytes(hashlib.sha256(ticket_id.encode()).digest()[:8], "big")
    return drawn % 100 < percent


def _flow(ticket: str, number: int, at: str) -> Put:
    body = {
        "ticket": ticket,
        "seq": number,
        "action": "close",
        "from_state": str(State.ONSPOT_DONE),
        "to_state": str(State.CLOSED),
        "actor": SYSTEM,
        "actor_name": "",
        "role": SYSTEM,
        "opinion": "",
        "receiver": None,
        "at_device": at,
        "at": at,
        "at_estimated": at,
    }
    return Put(
        "flow_record", derived_id(ticket, "system-flow", number), body, parent=("ticket", ticket)
    )

"""What the centre adds to work finished on the spot: a sample is rechecked, the rest closes."""

from collections.abc import Iterable

import msgspec

from central.service.workspace import Workspace
from gridworker.domain.sampling import settle


def close_or_sample(
    world: Workspace, tickets: Iterable[str], *, percent: int, received: str
) -> None:
    """Close each ticket that is still `onspot_done`, or mark it for a recheck, once."""
    for id_ in tickets:
        for put in settle(id_, world, percent=percent, at=received).puts:
            # A step of the centre's own is as old as its receipt.
            timed = (
                {**put.body, "at_estimated": received} if put.kind == "flow_record" else put.body
            )
            world.put(msgspec.structs.replace(put, body=timed))

"""Numbers of tickets: the centre's own, and one for a ticket that came without (domain.md 6.2)."""

import hashlib
from collections.abc import Iterable

from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import meta
from central.store.transaction import Tx
from gridworker.domain import number
from gridworker.domain.scope import orgs_above
from gridworker.domain.times import local_day

DERIVED_FROM = 100_000
DERIVED_MANY = 900_000


def derived_local_no(
    given: str | None, entity_id: str, *, region: str, device_code: str, wall: str, received: int
) -> str:
    """Return the number that the device printed, or one in its name when it printed none.

    A derived number follows from the ticket's id and lies above those that devices count.
    """
    if given and number.is_local_no(given):
        return given
    seed = int.from_bytes(hashlib.sha256(entity_id.encode()).digest()[:8], "big")
    try:
        day = local_day(wall)
    except (ValueError, OverflowError):
        day = local_day(text_of(received))
    return number.local_no(
        region=region,
        device_code=device_code,
        day=day,
        sequence=DERIVED_FROM + seed % DERIVED_MANY,
    )


def give_official(tx: Tx, world: Workspace, tickets: Iterable[str], received: int) -> None:
    """Give each new ticket the next number of its district and day, once and for ever."""
    day = local_day(text_of(received))
    of_district: dict[str, list[str]] = {}
    for id_ in tickets:
        draft = world.draft(id_)
        if draft is not None and draft.body.get("official_no") is None:
            district = list(orgs_above(str(draft.body["org_id"]), world))[-1]
            of_district.setdefault(district, []).append(id_)
    for district, ids in sorted(of_district.items()):
        first = meta.next_number(tx, f"official:{district}", day, len(ids))
        for place, id_ in enumerate(ids):
            no = number.official_no(day=day, counter=first + place)
            world.amend(id_, {"official_no": no})

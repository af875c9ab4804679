"""A laptop that holds many tickets, taken in as pages of a pull, with its index filled."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import uuid_utils

from bench import words
from bench.district import District, Laptop
from gridworker.app.entry import settings_of
from gridworker.domain.times import utc_text
from gridworker.storage import confirmed, state
from gridworker.storage.statements import Statements
from gridworker.wire import Change, PullResponse, digest

PAGE = 1000
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
EACH = timedelta(minutes=5)
MINE = 50  # one in so many is the worker's own
STATES = ("reported", "registered", "dispatched", "closed", "closed", "closed")


def make(district: District, *, count: int) -> tuple[Path, str]:
    """Fill and index a new profile; return its folder and password, nobody owning it any more.

    Its sync is paused: the centre has never heard of these tickets and would have them removed.
    """
    laptop = district.laptop("filled")
    try:
        fill(laptop, count=count)
        laptop.profile.indexer.catch_up()
        kept = settings_of(laptop.home)
        kept.change(paused=True)
    finally:
        laptop.close()
    return laptop.home, laptop.password


def fill(laptop: Laptop, *, count: int) -> None:
    """Take in tickets page by page as a pull does; the list of the index is left to work off.

    The cursors stay where they are, so that what the centre has goes on to come.
    """
    profile, random = laptop.profile, Random(count)
    with profile.read() as session:
        known = state.get(session)
        cursors = confirmed.cursors(session)
        (item,) = Statements(session).one(
            "SELECT code FROM view_reference WHERE kind = 'catalogue_item' AND code NOT NULL"
        )
    scope = f"grid:{known.grids[0]}"
    bodies = tickets(random, count, user=known.user_id, grid=known.grids[0], item=item)
    seq = 0
    for start in range(0, count, PAGE):
        changes = []
        for body in (next(bodies) for _ in range(min(PAGE, count - start))):
            seq += 1
            id_ = str(uuid_utils.uuid7())
            changes.append(Change(scope, seq, "put", "ticket", id_, 1, 1, body, digest(body)))
        page = PullResponse(
            scopes=dict.fromkeys(cursors, "active"),
            changes=changes,
            cursors=cursors,
            more=start + PAGE < count,
            reset=[],
        )
        with profile.write.begin() as session:
            confirmed.apply_page(session, page, epoch=known.epoch)


def tickets(
    random: Random, count: int, *, user: str, grid: str, item: str
) -> Iterator[dict[str, Any]]:
    """Yield bodies of tickets, the oldest first."""
    for number in range(count):
        found = BEGAN + EACH * number
        by = user if number % MINE == 0 else f"wg{random.randint(2, 23):02d}0{random.randint(1, 5)}"
        at = utc_text(found)
        yield {
            "local_no": f"WG-990101-A7K2-{found:%Y%m%d}-{number % 10000:04d}",
            "official_no": f"{found:%Y%m%d}{number:06d}",
            "item": item,
            "title": random.choice(words.TITLES),
            "state": random.choice(STATES),
            "place": words.place(random, number),
            "note": words.remark(random, random.randint(1, 4)),
            "grid": grid,
            "org_id": "C01",
            "due": utc_text(found + timedelta(days=random.randint(1, 15))),
            "found_at": at,
            "created_at": at,
            "created_by": by,
            "created_by_name": f"示例网格员{by[2:]}",
            "device_code": "A7K2",
            "acted_by": [by],
            "photos": [],
            "class": "内部",
        }

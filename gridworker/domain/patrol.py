"""A patrol record: that a place was looked at, and what came of it."""

from typing import Any

import msgspec

from gridworker.domain.operations import Operation, Patrol
from gridworker.domain.organisation import Actor
from gridworker.domain.record import (
    check_photos,
    check_times,
    grid_to_record_in,
    merged,
    moment_of,
    photo_bodies,
    read,
)
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import NOOP, Outcome, Put, World


class PatrolRecord(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """What the rules know of a patrol record's body."""

    place: str
    result: str
    note: str = ""
    grid: str
    org_id: str
    at: str
    created_at: str
    created_by: str
    created_by_name: str
    device_code: str
    photos: tuple[dict[str, Any], ...] = ()
    ticket: str | None = None
    class_: str = "内部"
    retain_until: str | None = None


def create(op: Operation, actor: Actor, world: World) -> Outcome:
    """Record a patrol; raises RuleBroken(E_FORBIDDEN, E_INVALID, E_BLOB_TOO_LARGE)."""
    args = read(Patrol, op.args)
    grid = grid_to_record_in(op, actor, world, code=args.grid, place=args.place, note=args.note)
    check_times(at=args.at)
    check_photos(args.photos)
    if world.body("patrol_record", op.entity.id) is not None:
        return NOOP
    record = PatrolRecord(
        place=args.place.strip(),
        result=str(args.result),
        note=args.note,
        grid=grid.code,
        org_id=grid.community,
        at=to_utc_text(args.at),
        created_at=to_utc_text(op.at.wall),
        created_by=actor.user,
        created_by_name=actor.name,
        device_code=actor.device_code,
        photos=photo_bodies(args.photos, by=actor, at=moment_of(op, world)),
        ticket=args.ticket,
    )
    body = merged(None, record)
    if op.redo_of:
        body["redo_of"] = op.redo_of
    return Outcome((Put("patrol_record", op.entity.id, body),))

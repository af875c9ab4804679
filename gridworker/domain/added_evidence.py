"""Photos and remarks added to a record that is already there."""

from typing import Any

from gridworker.domain.operations import AddEvidence, Operation
from gridworker.domain.organisation import Actor, Grid
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import (
    check_note,
    check_photos,
    moment_of,
    photo_bodies,
    read,
    record_at,
)
from gridworker.domain.scope import works_in
from gridworker.domain.world import NOOP, Outcome, Put, World

TARGETS = frozenset({"ticket", "patrol_record"})


def add(op: Operation, actor: Actor, world: World) -> Outcome:
    """Attach photos or a remark; always appended, so two people never conflict (sync.md 4.6)."""
    args = read(AddEvidence, op.args)
    check_photos(args.photos)
    if args.to.kind not in TARGETS or not (args.photos or args.note.strip()):
        raise RuleBroken(Code.INVALID, detail="nothing to add")
    check_note(args.note)
    raw = record_at(world, args.to.kind, args.to.id)
    grid = world.grid(str(raw.get("grid")))
    if grid is None or not _may_add(actor, raw, grid, world):
        raise RuleBroken(Code.FORBIDDEN)
    if world.body("evidence", op.entity.id) is not None:
        return NOOP
    at = moment_of(op, world)
    photos = photo_bodies(args.photos, by=actor, at=at)
    body = {
        "to": {"kind": args.to.kind, "id": args.to.id},
        "photos": photos,
        "note": args.note,
        "created_at": at,
        "created_by": actor.user,
        "created_by_name": actor.name,
        "org_id": grid.community,
        "class": "内部",
        "retain_until": None,
    }
    if op.redo_of:
        body["redo_of"] = op.redo_of
    parent = (args.to.kind, args.to.id)
    own = Put("evidence", op.entity.id, body, parent=parent)
    target = {**raw, "photos": [*raw.get("photos", ()), *photos]}
    return Outcome((own, Put(args.to.kind, args.to.id, target)))


def _may_add(actor: Actor, raw: dict[str, Any], grid: Grid, world: World) -> bool:
    """Say whether the record lies where the actor works or was given to a unit of the actor."""
    units = {raw.get("unit"), *(raw.get("assist_units") or ())}
    return works_in(actor, grid, world) or not actor.units.isdisjoint(units)

"""Photos and remarks added to a record that is already there, and help asked for where none is."""

from typing import Any

from gridworker.domain.operations import AddEvidence, EntityRef, Operation
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
LATE = "late_evidence"


def add(op: Operation, actor: Actor, world: World) -> Outcome:
    """Attach photos or a remark; always appended, so two people never conflict (sync.md 4.6).

    What was said of a record that never came to be is there as late evidence; its author may ask
    for help with that.
    """
    args = read(AddEvidence, op.args)
    check_photos(args.photos)
    if args.to.kind not in TARGETS | {LATE} or not (args.photos or args.note.strip()):
        raise RuleBroken(Code.INVALID, detail="nothing to add")
    check_note(args.note)
    if args.to.kind == LATE:
        return _asked(op, args, actor, world)
    raw = record_at(world, args.to.kind, args.to.id)
    grid = world.grid(str(raw.get("grid")))
    if grid is None or not _may_add(actor, raw, grid, world):
        raise RuleBroken(Code.FORBIDDEN)
    if world.body("evidence", op.entity.id) is not None:
        return NOOP
    own = _evidence(op, args, actor, world, org=grid.community)
    target = {**raw, "photos": [*raw.get("photos", ()), *own.body["photos"]]}
    return Outcome((own, Put(args.to.kind, args.to.id, target)))


def _asked(op: Operation, args: AddEvidence, actor: Actor, world: World) -> Outcome:
    """Let an author ask for help with what was refused and has no record to ask with.

    Where what was said could be placed, those in charge there read it already. What could not be
    placed is read by those in charge of its author from now on; who reads is the centre's matter.
    """
    raw = record_at(world, LATE, args.to.id)
    if raw.get("created_by") != actor.user:
        raise RuleBroken(Code.FORBIDDEN)
    org = _in_charge(raw, actor, world)
    if args.photos or raw.get("to") is not None or org is None:
        raise RuleBroken(Code.INVALID, field="card", detail="not possible")
    if world.body("evidence", op.entity.id) is not None:
        return NOOP
    own = _evidence(op, args, actor, world, org=org)
    if not world.at_centre or raw.get("grid"):
        return Outcome((own,))
    return Outcome((own, Put(LATE, args.to.id, {**raw, "org_id": org})))


def _in_charge(raw: dict[str, Any], actor: Actor, world: World) -> str | None:
    """Return the organisation that looks after what was said, else after its author."""
    codes = [str(raw["grid"])] if raw.get("grid") else sorted(actor.grids)
    grid = next((found for code in codes if (found := world.grid(code)) is not None), None)
    return grid.community if grid is not None else min(actor.orgs, default=None)


def _evidence(op: Operation, args: AddEvidence, actor: Actor, world: World, *, org: str) -> Put:
    at = moment_of(op, world)
    body = {
        "to": _named(args.to),
        "photos": photo_bodies(args.photos, by=actor, at=at),
        "note": args.note,
        "created_at": at,
        "created_by": actor.user,
        "created_by_name": actor.name,
        "org_id": org,
        "class": "内部",
        "retain_until": None,
    }
    if op.redo_of:
        body["redo_of"] = op.redo_of
    return Put("evidence", op.entity.id, body, parent=(args.to.kind, args.to.id))


def _named(record: EntityRef) -> dict[str, str]:
    return {"kind": record.kind, "id": record.id}


def _may_add(actor: Actor, raw: dict[str, Any], grid: Grid, world: World) -> bool:
    """Say whether the record lies where the actor works or was given to a unit of the actor."""
    units = {raw.get("unit"), *(raw.get("assist_units") or ())}
    return works_in(actor, grid, world) or not actor.units.isdisjoint(units)

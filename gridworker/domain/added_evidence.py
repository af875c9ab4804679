"""Photos and remarks added to a record that is already there."""

from gridworker.domain.operations import AddEvidence, Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import check_photos, moment_of, photo_bodies, read
from gridworker.domain.scope import works_in
from gridworker.domain.world import NOOP, Outcome, Put, World

TARGETS = frozenset({"ticket", "patrol_record"})


def add(op: Operation, actor: Actor, world: World) -> Outcome:
    """Attach photos or a remark; always appended, so two people never conflict (sync.md 4.6)."""
    args = read(AddEvidence, op.args)
    check_photos(args.photos)
    if args.to.kind not in TARGETS or not (args.photos or args.note.strip()):
        raise RuleBroken(Code.INVALID, detail="nothing to add")
    raw = world.body(args.to.kind, args.to.id)
    if raw is None:
        raise RuleBroken(Code.INVALID, field="to", detail="no such record")
    grid = world.grid(str(raw.get("grid")))
    if grid is None or not works_in(actor, grid, world):
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
    }
    parent = (args.to.kind, args.to.id)
    own = Put("evidence", op.entity.id, body, parent=parent)
    target = {**raw, "photos": [*raw.get("photos", ()), *photos]}
    return Outcome((own, Put(args.to.kind, args.to.id, target)))

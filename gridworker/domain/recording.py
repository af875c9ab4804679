"""Recording a matter: handed up, or finished where it was found."""

import msgspec

from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.evidence import missing, same_picture
from gridworker.domain.flow import Entry, flow_record
from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Operation, Report, ReportedPerson, Resolve
from gridworker.domain.organisation import Actor, Grid
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import (
    check_photos,
    check_times,
    grid_to_record_in,
    merged,
    moment_of,
    photo_bodies,
    read,
)
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import NOOP, Outcome, Put, World


def report(op: Operation, actor: Actor, world: World) -> Outcome:
    """Hand a matter up (T1).

    Raises RuleBroken: E_FORBIDDEN, E_INVALID, E_UNKNOWN_ITEM; on a laptop also E_ITEM_OFF.
    """
    args = read(Report, op.args)
    grid = grid_to_record_in(op, actor, world, code=args.grid, place=args.place, note=args.note)
    check_times(found_at=args.found_at)
    check_photos(args.photos)
    if world.body("ticket", op.entity.id) is not None:
        return NOOP
    item = _item(world, args.item)
    at = moment_of(op, world)
    person = _person(op, args.person, actor, grid, at) if args.person else None
    ticket = msgspec.structs.replace(
        _new_ticket(op, actor, grid, item, args, at=at),
        state=State.REPORTED,
        reported_at=at,
        flow=1,
        person=person.id if person else None,
    )
    flow = flow_record(op, actor, ticket, Entry(action="report", before=State.DRAFT, at=at))
    own = (Put("ticket", op.entity.id, merged(None, ticket)), flow)
    return Outcome(own if person is None else (*own, person))


def resolve(op: Operation, actor: Actor, world: World) -> Outcome:
    """Record a matter that its finder finished where it was found (T23): found, then done.

    On a laptop raises RuleBroken when the item is unknown, off or not for the finder, or when a
    photo that it asks for is missing without a reason. The centre keeps such a record as a report
    (`converted`), because its catalogue may be newer than the one the finder saw. When before and
    after are the same picture both refuse.
    """
    args = read(Resolve, op.args)
    grid = grid_to_record_in(op, actor, world, code=args.grid, place=args.place, note=args.note)
    check_times(found_at=args.found_at, done_at=args.done_at)
    check_photos(args.photos)
    if same_picture(args.photos):
        raise RuleBroken(Code.PHOTO_SAME)
    if world.body("ticket", op.entity.id) is not None:
        return NOOP
    item = _item(world, args.item)
    at = moment_of(op, world)
    fits = _is_finished(item, args, world)
    ticket = msgspec.structs.replace(
        _new_ticket(op, actor, grid, item, args, at=at),
        state=State.ONSPOT_DONE if fits else State.REPORTED,
        reported_at=None if fits else at,
        flow=2,
        done_at=to_utc_text(args.done_at),
        no_photo_reason=(args.no_photo_reason or "").strip() or None,
        converted=not fits,
    )
    found = Entry(
        action="found",
        before=State.DRAFT,
        after=State.DRAFT,
        at=to_utc_text(args.found_at),
        seq=1,
    )
    done = Entry(
        action="resolve",
        before=State.DRAFT,
        at=to_utc_text(args.done_at),
        seq=2,
        opinion=args.note,
    )
    puts = (
        Put("ticket", op.entity.id, merged(None, ticket)),
        flow_record(op, actor, ticket, found),
        flow_record(op, actor, ticket, done),
    )
    return Outcome(puts, converted=not fits)


def _is_finished(item: CatalogueItem, args: Resolve, world: World) -> bool:
    """Say whether the record closes the matter; a laptop refuses what does not."""
    reason = (args.no_photo_reason or "").strip()
    lacking = () if reason else missing(item.evidence, args.photos)
    if world.at_centre:
        return item.active and item.on_the_spot and not lacking
    if not item.on_the_spot:
        raise RuleBroken(Code.NOT_ON_SPOT, item=item.name)
    if lacking:
        raise RuleBroken(Code.EVIDENCE_RULE, missing=[str(role) for role in lacking])
    return True


def _item(world: World, code: str) -> CatalogueItem:
    item = world.item(code)
    if item is None:
        raise RuleBroken(Code.UNKNOWN_ITEM, item=code)
    if not item.active and not world.at_centre:
        raise RuleBroken(
            Code.ITEM_OFF, item=item.name, since=item.off_since, instead=item.replaced_by
        )
    return item


def _new_ticket(
    op: Operation, actor: Actor, grid: Grid, item: CatalogueItem, args: Report | Resolve, *, at: str
) -> Ticket:
    return Ticket(
        local_no=op.entity.local_no or "",
        item=item.code,
        title=item.name,
        state=State.DRAFT,
        place=args.place.strip(),
        note=args.note,
        grid=grid.code,
        org_id=grid.community,
        found_at=to_utc_text(args.found_at),
        created_at=to_utc_text(op.at.wall),
        created_by=actor.user,
        created_by_name=actor.name,
        device_code=actor.device_code,
        photos=photo_bodies(args.photos, by=actor, at=at),
        acted_by=(actor.user,),
        last_by=actor.name,
        last_at=at,
    )


def _person(op: Operation, person: ReportedPerson, actor: Actor, grid: Grid, at: str) -> Put:
    body = {
        "name": person.name,
        "phone": person.phone,
        "consent": person.consent,
        "lawful_basis": "consent",
        "org_id": grid.community,
        "created_at": at,
        "created_by": actor.user,
        "class": "敏感",
        "retain_until": None,
    }
    return Put("person", derived_id(op.op_id, "person"), body, parent=("ticket", op.entity.id))

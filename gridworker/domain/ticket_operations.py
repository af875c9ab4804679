"""Recording, resolving, editing and taking back a ticket."""

from typing import Any

import msgspec

from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.evidence import missing, same_picture
from gridworker.domain.flow import flow_record
from gridworker.domain.identity import derived_id
from gridworker.domain.operations import Edit, Operation, Report, Resolve, Retract
from gridworker.domain.organisation import Actor, Grid, Role, may_create
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import (
    check_photos,
    check_times,
    check_words,
    merged,
    moment_of,
    photo_bodies,
    read,
)
from gridworker.domain.scope import works_in
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import NOOP, Outcome, Put, World

EDITABLE = frozenset({"place", "note"})
EDITORS = frozenset({Role.COMMUNITY_REVIEWER, Role.DISPATCHER})


def report(op: Operation, actor: Actor, world: World) -> Outcome:
    """Hand a matter up (T1).

    Raises RuleBroken: E_FORBIDDEN, E_INVALID, E_UNKNOWN_ITEM; on a laptop also E_ITEM_OFF.
    """
    args = read(Report, op.args)
    grid = _may_record(op, actor, world, args.grid, args.place, args.note)
    check_times(found_at=args.found_at)
    check_photos(args.photos)
    if world.body("ticket", op.entity.id) is not None:
        return NOOP
    item = _item(world, args.item)
    at = moment_of(op, world)
    person = _person(op, args, actor, grid, at)
    ticket = _new_ticket(op, actor, grid, item, args, state=State.REPORTED, at=at)
    ticket = msgspec.structs.replace(ticket, flow=1, person=person.id if person else None)
    flow = flow_record(op, actor, ticket, action="report", before=State.DRAFT, at=at)
    own = (Put("ticket", op.entity.id, merged(None, ticket)), flow)
    return Outcome(own if person is None else (*own, person))


def resolve(op: Operation, actor: Actor, world: World) -> Outcome:
    """Record a matter that its finder finished where it was found (T23).

    On a laptop raises RuleBroken when the item is unknown, off or not for the finder, or when a
    photo that it asks for is missing without a reason. The centre keeps such a record as a report
    (`converted`), because its catalogue may be newer than the one the finder saw. When before and
    after are the same picture both refuse.
    """
    args = read(Resolve, op.args)
    grid = _may_record(op, actor, world, args.grid, args.place, args.note)
    check_times(found_at=args.found_at, done_at=args.done_at)
    check_photos(args.photos)
    if same_picture(args.photos):
        raise RuleBroken(Code.PHOTO_SAME)
    if world.body("ticket", op.entity.id) is not None:
        return NOOP
    item = _item(world, args.item)
    at = moment_of(op, world)
    reason = (args.no_photo_reason or "").strip()
    lacking = () if reason else missing(item.evidence, args.photos)
    fits = item.active and item.on_the_spot and not lacking
    if not fits and not world.at_centre:
        if not item.on_the_spot:
            raise RuleBroken(Code.NOT_ON_SPOT, item=item.name)
        raise RuleBroken(Code.EVIDENCE_RULE, missing=[str(role) for role in lacking])
    state = State.ONSPOT_DONE if fits else State.REPORTED
    ticket = _new_ticket(op, actor, grid, item, args, state=state, at=at)
    ticket = msgspec.structs.replace(
        ticket,
        flow=2,
        done_at=to_utc_text(args.done_at),
        no_photo_reason=reason or None,
        converted=not fits,
    )
    found = flow_record(
        op, actor, ticket, action="report", before=State.DRAFT, after=State.REPORTED,
        at=to_utc_text(args.found_at), number=1,
    )  # fmt: skip
    done = flow_record(
        op, actor, ticket, action="resolve", before=State.REPORTED, after=state,
        at=to_utc_text(args.done_at), number=2, opinion=args.note,
    )  # fmt: skip
    return Outcome(
        (Put("ticket", op.entity.id, merged(None, ticket)), found, done), converted=not fits
    )


def retract(op: Operation, actor: Actor, world: World) -> Outcome:
    """Take back a record that nobody has acted on since; its state becomes voided (sync.md 4.6)."""
    read(Retract, op.args)
    raw = world.body("ticket", op.entity.id)
    if raw is None:
        raise RuleBroken(Code.INVALID, detail="no such ticket")
    ticket = read(Ticket, raw)
    if ticket.created_by != actor.user:
        raise RuleBroken(Code.FORBIDDEN)
    if ticket.state is State.VOIDED and ticket.void_reason == "retracted":
        return NOOP
    retractable = ticket.state in {State.ONSPOT_DONE, State.REPORTED}
    if not retractable or ticket.acted_by != (actor.user,):
        raise RuleBroken(Code.STALE_STATE, **standing(ticket))
    at = moment_of(op, world)
    after = msgspec.structs.replace(
        ticket, state=State.VOIDED, void_reason="retracted", flow=ticket.flow + 1
    )
    flow = flow_record(op, actor, after, action="retract", before=ticket.state, at=at)
    return Outcome((Put("ticket", op.entity.id, merged(raw, after)), flow))


def edit(op: Operation, actor: Actor, world: World) -> Outcome:
    """Change fields, each against the value its author saw; other fields never conflict."""
    args = read(Edit, op.args)
    raw = world.body("ticket", op.entity.id)
    if raw is None:
        raise RuleBroken(Code.INVALID, detail="no such ticket")
    ticket = read(Ticket, raw)
    if actor.user != ticket.created_by and EDITORS.isdisjoint(actor.roles):
        raise RuleBroken(Code.FORBIDDEN)
    if ticket.state in {State.VOIDED, State.ARCHIVED}:
        raise RuleBroken(Code.GONE, state=str(ticket.state))
    changed: dict[str, Any] = {}
    for field, wish in args.changes.items():
        if field not in EDITABLE or not isinstance(wish.to, str):
            raise RuleBroken(Code.INVALID, field=field, detail="cannot be edited")
        current = raw.get(field)
        if wish.to == current:
            continue
        if wish.from_ != current:
            raise RuleBroken(
                Code.FIELD_CONFLICT, field=field, base=wish.from_, mine=wish.to, theirs=current
            )
        changed[field] = wish.to
    if not changed:
        return NOOP
    check_words(changed.get("place", ticket.place), changed.get("note", ticket.note))
    after = msgspec.structs.replace(
        ticket, **changed, flow=ticket.flow + 1, acted_by=_acted(ticket, actor)
    )
    flow = flow_record(
        op, actor, after, action="edit", before=ticket.state, at=moment_of(op, world),
        opinion="、".join(sorted(changed)),
    )  # fmt: skip
    return Outcome((Put("ticket", op.entity.id, merged(raw, after)), flow))


def standing(ticket: Ticket) -> dict[str, object]:
    """Return what is true of a ticket now, as a refusal tells it."""
    return {
        "state": str(ticket.state),
        "assignee": ticket.assignee,
        "by": ticket.acted_by[-1] if ticket.acted_by else None,
    }


def _acted(ticket: Ticket, actor: Actor) -> tuple[str, ...]:
    return ticket.acted_by if actor.user in ticket.acted_by else (*ticket.acted_by, actor.user)


def _may_record(
    op: Operation, actor: Actor, world: World, grid_code: str, place: str, note: str
) -> Grid:
    if not may_create(actor, op.type.partition("@")[0]):
        raise RuleBroken(Code.FORBIDDEN)
    check_words(place, note)
    grid = world.grid(grid_code)
    if grid is None:
        raise RuleBroken(Code.INVALID, field="grid", detail="unknown grid")
    if not works_in(actor, grid, world):
        raise RuleBroken(Code.FORBIDDEN, grid=grid_code)
    return grid


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
    op: Operation,
    actor: Actor,
    grid: Grid,
    item: CatalogueItem,
    args: Report | Resolve,
    *,
    state: State,
    at: str,
) -> Ticket:
    return Ticket(
        local_no=op.entity.local_no or "",
        item=item.code,
        title=item.name,
        state=state,
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
    )


def _person(op: Operation, args: Report, actor: Actor, grid: Grid, at: str) -> Put | None:
    if args.person is None:
        return None
    body = {
        "name": args.person.name,
        "phone": args.person.phone,
        "consent": args.person.consent,
        "class": "敏感",
        "lawful_basis": "consent",
        "org_id": grid.community,
        "created_at": at,
        "created_by": actor.user,
    }
    return Put("person", derived_id(op.op_id, "person"), body, parent=("ticket", op.entity.id))

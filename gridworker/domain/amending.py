"""Changing words of a ticket, and taking back what one has just recorded."""

from typing import Any

import msgspec

from gridworker.domain.flow import Entry, flow_record
from gridworker.domain.operations import Edit, EditedField, Operation, Retract
from gridworker.domain.organisation import EDITORS, Actor
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import check_words, merged, moment_of, read, record_at
from gridworker.domain.scope import works_in
from gridworker.domain.ticket import RETRACTABLE, State, Ticket
from gridworker.domain.world import NOOP, Outcome, Put, World

EDITABLE = frozenset({"place", "note"})
RETRACTED = "retracted"


def retract(op: Operation, actor: Actor, world: World) -> Outcome:
    """Take back a record that nobody has acted on since; its state becomes voided (sync.md 4.6).

    Raises RuleBroken: E_FORBIDDEN when it is somebody else's, E_STALE_STATE when it has moved on.
    """
    read(Retract, op.args)
    raw = record_at(world, "ticket", op.entity.id)
    ticket = read(Ticket, raw)
    if ticket.created_by != actor.user:
        raise RuleBroken(Code.FORBIDDEN, by=ticket.created_by_name)
    if ticket.state is State.VOIDED and ticket.void_reason == RETRACTED:
        return NOOP
    if ticket.state not in RETRACTABLE or ticket.acted_by != (actor.user,):
        raise RuleBroken(Code.STALE_STATE, **ticket.standing())
    at = moment_of(op, world)
    after = msgspec.structs.replace(
        ticket.stepped(user=actor.user, name=actor.name, at=at),
        state=State.VOIDED,
        void_reason=RETRACTED,
    )
    entry = Entry(action="retract", before=ticket.state, at=at)
    own = Put("ticket", op.entity.id, merged(raw, after))
    return Outcome((own, flow_record(op, actor, after, entry)))


def edit(op: Operation, actor: Actor, world: World) -> Outcome:
    """Change fields, each against the value its author saw; other fields never conflict.

    Raises RuleBroken: E_FORBIDDEN, E_GONE after voiding or archiving, E_INVALID for a field that
    cannot be edited, E_FIELD_CONFLICT with both values; one conflict refuses the whole edit.
    """
    args = read(Edit, op.args)
    raw = record_at(world, "ticket", op.entity.id)
    ticket = read(Ticket, raw)
    if actor.user != ticket.created_by and not _corrects_others(actor, ticket, world):
        raise RuleBroken(Code.FORBIDDEN, by=ticket.created_by_name)
    if ticket.state in {State.VOIDED, State.ARCHIVED}:
        raise RuleBroken(Code.GONE, state=str(ticket.state), reason=ticket.void_reason)
    changed = {field: wish.to for field, wish in args.changes.items() if _changes(field, wish, raw)}
    if not changed:
        return NOOP
    check_words(changed.get("place", ticket.place), changed.get("note", ticket.note))
    at = moment_of(op, world)
    after = msgspec.structs.replace(
        ticket.stepped(user=actor.user, name=actor.name, at=at), **changed
    )
    entry = Entry(
        action="edit",
        before=ticket.state,
        at=at,
        opinion=" · ".join(changed[field] for field in sorted(changed)),
        changes={field: {"from": raw.get(field), "to": to} for field, to in changed.items()},
    )
    own = Put("ticket", op.entity.id, merged(raw, after))
    return Outcome((own, flow_record(op, actor, after, entry)))


def _corrects_others(actor: Actor, ticket: Ticket, world: World) -> bool:
    grid = world.grid(ticket.grid)
    return not EDITORS.isdisjoint(actor.roles) and grid is not None and works_in(actor, grid, world)


def _changes(field: str, wish: EditedField, raw: dict[str, Any]) -> bool:
    """Say whether one wish changes anything; raises RuleBroken when it may not."""
    if field not in EDITABLE or not isinstance(wish.to, str):
        raise RuleBroken(Code.INVALID, field=field, detail="cannot be edited")
    current = raw.get(field)
    if wish.to == current:
        return False
    if wish.from_ != current:
        raise RuleBroken(
            Code.FIELD_CONFLICT, field=field, base=wish.from_, mine=wish.to, theirs=current
        )
    return True

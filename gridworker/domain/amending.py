"""Changing words of a ticket, and taking back what one has just recorded."""

from collections.abc import Iterable, Mapping
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
ENDED = frozenset({State.VOIDED, State.ARCHIVED})


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
    cannot be edited, E_FIELD_CONFLICT with both values of every field that others changed, the
    first of them also by itself; one conflict refuses the whole edit.
    """
    args = read(Edit, op.args)
    raw = record_at(world, "ticket", op.entity.id)
    ticket = read(Ticket, raw)
    if actor.user != ticket.created_by and not _corrects_others(actor, ticket, world):
        raise RuleBroken(Code.FORBIDDEN, by=ticket.created_by_name)
    if ticket.state in ENDED:
        raise RuleBroken(Code.GONE, state=str(ticket.state), reason=ticket.void_reason)
    changed = {field: wish.to for field, wish in args.changes.items() if _changes(field, wish, raw)}
    if conflicts := _conflicts(args.changes, changed, raw):
        first = next(iter(conflicts))
        base, mine, theirs = conflicts[first].values()
        raise RuleBroken(
            Code.FIELD_CONFLICT,
            field=first,
            base=base,
            mine=mine,
            theirs=theirs,
            conflicts=conflicts,
        )
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


def may_edit(ticket: Ticket, actor: Actor, world: World) -> bool:
    """Say whether this person may change words of a ticket as it stands."""
    mine = actor.user == ticket.created_by
    return ticket.state not in ENDED and (mine or _corrects_others(actor, ticket, world))


def _corrects_others(actor: Actor, ticket: Ticket, world: World) -> bool:
    grid = world.grid(ticket.grid)
    return not EDITORS.isdisjoint(actor.roles) and grid is not None and works_in(actor, grid, world)


def _changes(field: str, wish: EditedField, raw: Mapping[str, Any]) -> bool:
    """Say whether one wish changes anything; raises RuleBroken for what nobody may change."""
    if field not in EDITABLE or not isinstance(wish.to, str):
        raise RuleBroken(Code.INVALID, field=field, detail="cannot be edited")
    return bool(wish.to != raw.get(field))


def _conflicts(
    wishes: Mapping[str, EditedField], changed: Iterable[str], raw: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return both values of each field that is not any more what its author saw."""
    return {
        field: {"base": wishes[field].from_, "mine": wishes[field].to, "theirs": raw.get(field)}
        for field in changed
        if wishes[field].from_ != raw.get(field)
    }

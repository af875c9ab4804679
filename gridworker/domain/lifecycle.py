"""What can be done to a ticket by acting on it, with the guards of each step (domain.md 7).

This version knows T3 `file`, T4 `void`, T5 `dispatch` and T25 `hand_up`; the others are added to
`ACTIONS` as rows, each with its own arguments and its own function.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from gridworker.domain.deadline import deadline
from gridworker.domain.flow import flow_record
from gridworker.domain.operations import Arguments, Operation
from gridworker.domain.organisation import Actor, Role
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import merged, moment_of, read
from gridworker.domain.scope import works_in
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.ticket_operations import standing
from gridworker.domain.world import NOOP, Outcome, Put, World

LOWER_TIERS = {"社区": ("片区",), "街道": ("社区", "片区"), "区": ("街道", "社区", "片区")}


class File(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which filing condition is met."""

    action: str
    standard: int | str


class Reasoned(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action that asks why."""

    action: str
    reason: str


class Dispatch(
    Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Which unit leads and which help."""

    action: str
    unit: str
    assist_units: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """What an action makes of a ticket and what its timeline says."""

    ticket: Ticket
    opinion: str = ""
    receiver: str | None = None


class Action(msgspec.Struct, frozen=True):
    """One row of the table of transitions; `offline` says whether it may wait in an outbox."""

    name: str
    sources: frozenset[State]
    roles: frozenset[Role]
    arguments: type[Arguments]
    step: Callable[[Ticket, Any, Actor, World, str], Step]
    offline: bool = False


def file(ticket: Ticket, args: File, actor: Actor, world: World, at: str) -> Step:
    """T3: a filing condition is chosen; the overall clock starts and is never reset."""
    item = world.item(ticket.item)
    _own_matter_only(ticket, actor, world)
    number = str(args.standard)
    standard = item.standard(int(number)) if item and number.isdigit() else None
    if standard is None:
        raise RuleBroken(Code.NO_STANDARD, item=ticket.title)
    due = deadline(at, standard.limit, world.calendar).due
    after = msgspec.structs.replace(
        ticket, state=State.REGISTERED, standard=standard.no, filed_at=at, due=due
    )
    return Step(after, opinion=standard.filing)


def void(ticket: Ticket, args: Reasoned, actor: Actor, world: World, _at: str) -> Step:
    """T4: end without a case; the reason is what the person is told."""
    _own_matter_only(ticket, actor, world)
    reason = _reason(args)
    return Step(
        msgspec.structs.replace(ticket, state=State.VOIDED, void_reason=reason), opinion=reason
    )


def dispatch(ticket: Ticket, args: Dispatch, _actor: Actor, world: World, at: str) -> Step:
    """T5: give it to a unit, never below the level that owns the matter; the unit clock starts."""
    unit = world.org(args.unit)
    if unit is None:
        raise RuleBroken(Code.INVALID, field="unit", detail="unknown unit")
    item = world.item(ticket.item)
    if item and unit.tier in LOWER_TIERS.get(item.owner_level, ()):
        raise RuleBroken(Code.NOT_IN_LIST, unit=unit.name, level=item.owner_level)
    standard = item.standard(ticket.standard) if item and ticket.standard is not None else None
    due = deadline(at, standard.limit, world.calendar).due if standard else ticket.due
    after = msgspec.structs.replace(
        ticket,
        state=State.DISPATCHED,
        unit=unit.code,
        assist_units=args.assist_units,
        dispatched_at=at,
        unit_due=due,
    )
    return Step(after, receiver=unit.name)


def hand_up(ticket: Ticket, args: Reasoned, _actor: Actor, _world: World, _at: str) -> Step:
    """T25: what could not be finished on the spot becomes a report."""
    return Step(msgspec.structs.replace(ticket, state=State.REPORTED), opinion=_reason(args))


CASE_ROLES = frozenset({Role.DISPATCHER, Role.COMMUNITY_REVIEWER})
ACTIONS: dict[str, Action] = {
    row.name: row
    for row in (
        Action("file", frozenset({State.REPORTED}), CASE_ROLES, File, file),
        Action("void", frozenset({State.REPORTED}), CASE_ROLES, Reasoned, void),
        Action("dispatch", frozenset({State.REGISTERED}), CASE_ROLES, Dispatch, dispatch),
        Action(
            "hand_up",
            frozenset({State.ONSPOT_DONE}),
            frozenset({Role.GRID_WORKER, Role.COMMUNITY_REVIEWER}),
            Reasoned,
            hand_up,
            offline=True,
        ),
    )
}


def act(op: Operation, actor: Actor, world: World) -> Outcome:
    """Apply one action.

    Raises RuleBroken: E_UNKNOWN_ACTION, E_FORBIDDEN, E_NOT_IN_SCOPE, E_STALE_STATE when `expect`
    no longer holds, E_STAGE_ORDER when the action does not start here, and the action's own codes.
    """
    action = ACTIONS.get(str(op.args.get("action")))
    if action is None:
        raise RuleBroken(Code.UNKNOWN_ACTION, action=str(op.args.get("action")))
    if action.roles.isdisjoint(actor.roles):
        raise RuleBroken(Code.FORBIDDEN, action=action.name)
    args = read(action.arguments, op.args)
    raw = world.body("ticket", op.entity.id)
    if raw is None:
        raise RuleBroken(Code.INVALID, detail="no such ticket")
    ticket = read(Ticket, raw)
    grid = world.grid(ticket.grid)
    if grid is None or not works_in(actor, grid, world):
        raise RuleBroken(Code.NOT_IN_SCOPE, grid=ticket.grid)
    if any(raw.get(field) != wanted for field, wanted in op.expect.items()):
        done_already = raw.get("last_act") == f"{action.name}/{actor.user}"
        if done_already:
            return NOOP
        raise RuleBroken(Code.STALE_STATE, **standing(ticket))
    if ticket.state not in action.sources:
        raise RuleBroken(Code.STAGE_ORDER, action=action.name, state=str(ticket.state))
    at = moment_of(op, world)
    step = action.step(ticket, args, actor, world, at)
    acted = ticket.acted_by if actor.user in ticket.acted_by else (*ticket.acted_by, actor.user)
    after = msgspec.structs.replace(step.ticket, flow=ticket.flow + 1, acted_by=acted)
    flow = flow_record(
        op, actor, after, action=action.name, before=ticket.state, at=at,
        opinion=step.opinion, receiver=step.receiver,
    )  # fmt: skip
    body = {**merged(raw, after), "last_act": f"{action.name}/{actor.user}"}
    return Outcome((Put("ticket", op.entity.id, body), flow))


def _own_matter_only(ticket: Ticket, actor: Actor, world: World) -> None:
    """Refuse a community reviewer who would file or void what the community does not own."""
    item = world.item(ticket.item)
    above = item is not None and item.owner_level != "社区"
    if above and Role.DISPATCHER not in actor.roles:
        raise RuleBroken(Code.FORBIDDEN, level=item.owner_level if item else "")


def _reason(args: Reasoned) -> str:
    reason = args.reason.strip()
    if not reason:
        raise RuleBroken(Code.INVALID, field="reason", detail="empty")
    return reason

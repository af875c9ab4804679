"""The table of actions on a ticket: where each may start, who may do it, what it needs.

This version knows T3 `file`, T4 `void`, T5 `dispatch` and T25 `hand_up` of domain.md 7; each other
action is one more row, with its arguments and its function in `steps`.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from gridworker.domain import steps
from gridworker.domain.flow import Entry, flow_record
from gridworker.domain.operations import Arguments, Operation
from gridworker.domain.organisation import CASE_ROLES, FIELD_ROLES, Actor, Role
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import merged, moment_of, read, record_at
from gridworker.domain.scope import works_in
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.world import NOOP, Outcome, Put, World


class Action(msgspec.Struct, frozen=True):
    """One row of the table of transitions.

    `offline` says whether it may wait in an outbox, `case` whether it is for whoever decides
    matters of the item's level.
    """

    name: str
    sources: frozenset[State]
    roles: frozenset[Role]
    arguments: type[Arguments]
    step: Callable[[Ticket, Any, Actor, World, str], steps.Step]
    offline: bool = False
    case: bool = True


REPORTED = frozenset({State.REPORTED})
REGISTERED = frozenset({State.REGISTERED})
ONSPOT_DONE = frozenset({State.ONSPOT_DONE})
ACTIONS: dict[str, Action] = {
    row.name: row
    for row in (
        Action("file", REPORTED, CASE_ROLES, steps.File, steps.file),
        Action("void", REPORTED, CASE_ROLES, steps.Reasoned, steps.void),
        Action("dispatch", REGISTERED, CASE_ROLES, steps.Dispatch, steps.dispatch),
        Action(
            "hand_up",
            ONSPOT_DONE,
            FIELD_ROLES,
            steps.Reasoned,
            steps.hand_up,
            offline=True,
            case=False,
        ),
    )
}

LATER = frozenset(
    (
        *("verify", "sign", "contact", "progress", "handled", "review", "check", "check_result"),
        *("close", "return_visit", "redo", "return", "return_decide", "rule", "extend", "hang_up"),
        *("merge", "supervise", "recheck", "archive", "appeal", "step_back"),
    )
)  # the other actions of domain.md 7: a newer program knows them


def act(op: Operation, actor: Actor, world: World) -> Outcome:
    """Apply one action; the same action by the same person once more changes nothing.

    Raises RuleBroken: E_UNKNOWN_ACTION, E_FORBIDDEN, E_NOT_IN_SCOPE, E_STALE_STATE when `expect`
    no longer holds, E_STAGE_ORDER when the action does not start here, and the action's own codes.
    """
    name = str(op.args.get("action"))
    action = ACTIONS.get(name)
    if action is None:
        later = {"detail": "a newer version"} if name in LATER else {}
        raise RuleBroken(Code.UNKNOWN_ACTION, action=name, **later)
    if action.roles.isdisjoint(actor.roles):
        raise RuleBroken(Code.FORBIDDEN, action=name)
    args = read(action.arguments, op.args)
    raw = record_at(world, "ticket", op.entity.id)
    ticket = read(Ticket, raw)
    if not _reaches(ticket, actor, world):
        raise RuleBroken(Code.NOT_IN_SCOPE, grid=ticket.grid)
    mark = _mark(op, actor)
    stale = any(raw.get(field) != wanted for field, wanted in op.expect.items())
    if stale or ticket.state not in action.sources:
        if ticket.last_act == mark:
            return NOOP
        if stale:
            raise RuleBroken(Code.STALE_STATE, **ticket.standing())
        raise RuleBroken(Code.STAGE_ORDER, action=name, state=str(ticket.state))
    at = moment_of(op, world)
    step = action.step(ticket, args, actor, world, at)
    stepped = step.ticket.stepped(user=actor.user, name=actor.name, at=at)
    after = msgspec.structs.replace(stepped, last_act=mark)
    entry = Entry(
        action=name, before=ticket.state, at=at, opinion=step.opinion, receiver=step.receiver
    )
    own = Put("ticket", op.entity.id, merged(raw, after))
    return Outcome((own, flow_record(op, actor, after, entry)))


def possible(ticket: Ticket, actor: Actor, world: World) -> tuple[str, ...]:
    """Return the actions this person may try on a ticket now; windows show no others."""
    if not _reaches(ticket, actor, world):
        return ()
    decides = steps.decides(world.item(ticket.item), actor)
    return tuple(
        action.name
        for action in ACTIONS.values()
        if ticket.state in action.sources
        and not action.roles.isdisjoint(actor.roles)
        and (decides or not action.case)
    )


def _reaches(ticket: Ticket, actor: Actor, world: World) -> bool:
    grid = world.grid(ticket.grid)
    return grid is not None and works_in(actor, grid, world)


def _mark(op: Operation, actor: Actor) -> str:
    """Return what is equal for a repeated act and different for any other."""
    wish = msgspec.json.encode(op.args, order="sorted")
    return f"{op.args['action']}/{actor.user}/{hashlib.sha256(wish).hexdigest()[:16]}"

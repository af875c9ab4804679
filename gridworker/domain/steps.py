"""What each action does to a ticket: its arguments, its guards, its step (domain.md 7)."""

import msgspec

from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.deadline import deadline
from gridworker.domain.operations import Arguments
from gridworker.domain.organisation import TIERS, Actor, Org, Role
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.world import World


class File(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which filing condition is met; a number, or its digits as a command line gives them."""

    action: str
    standard: int | str


class Reasoned(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action that asks why."""

    action: str
    reason: str


class Dispatch(
    Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Which unit leads and which help; a command line gives the helpers with commas between."""

    action: str
    unit: str
    assist_units: tuple[str, ...] | str = ()


class Step(msgspec.Struct, frozen=True):
    """What an action makes of a ticket and what its timeline says."""

    ticket: Ticket
    opinion: str = ""
    receiver: str | None = None


def file(ticket: Ticket, args: File, actor: Actor, world: World, at: str) -> Step:
    """T3: a filing condition is chosen; the overall clock starts and is never reset."""
    item = _own_matter(ticket, actor, world)
    number = str(args.standard)
    standard = item.standard(int(number)) if item and number.isdecimal() else None
    if standard is None:
        raise RuleBroken(Code.NO_STANDARD, item=ticket.title)
    due = deadline(at, standard.limit, world.calendar).due
    after = msgspec.structs.replace(
        ticket, state=State.REGISTERED, standard=standard.no, filed_at=at, due=due
    )
    return Step(after, opinion=standard.filing)


def void(ticket: Ticket, args: Reasoned, actor: Actor, world: World, _at: str) -> Step:
    """T4: end without a case; the reason is what the person is told."""
    _own_matter(ticket, actor, world)
    reason = _reason(args)
    after = msgspec.structs.replace(ticket, state=State.VOIDED, void_reason=reason)
    return Step(after, opinion=reason)


def dispatch(ticket: Ticket, args: Dispatch, actor: Actor, world: World, at: str) -> Step:
    """T5: give it to a unit, never below the level that owns the matter; the unit clock starts."""
    item = _own_matter(ticket, actor, world)
    unit = _unit(args.unit, "unit", world)
    helpers = args.assist_units
    codes = tuple(helpers.split(",")) if isinstance(helpers, str) else helpers
    assisting = tuple(_unit(code.strip(), "assist_units", world).code for code in codes)
    if item and _below(unit, item.owner_level):
        raise RuleBroken(Code.NOT_IN_LIST, unit=unit.name, level=item.owner_level)
    standard = item.standard(ticket.standard) if item and ticket.standard is not None else None
    due = deadline(at, standard.limit, world.calendar).due if standard else ticket.due
    after = msgspec.structs.replace(
        ticket,
        state=State.DISPATCHED,
        unit=unit.code,
        assist_units=assisting,
        dispatched_at=at,
        unit_due=due,
    )
    return Step(after, receiver=unit.name)


def hand_up(ticket: Ticket, args: Reasoned, _actor: Actor, _world: World, at: str) -> Step:
    """T25: what could not be finished on the spot becomes a report."""
    after = msgspec.structs.replace(ticket, state=State.REPORTED, reported_at=at)
    return Step(after, opinion=_reason(args))


def decides(item: CatalogueItem | None, actor: Actor) -> bool:
    """Say whether cases of this item are the actor's: a community reviewer has the community's."""
    return not item or item.owner_level == "社区" or Role.DISPATCHER in actor.roles


def _own_matter(ticket: Ticket, actor: Actor, world: World) -> CatalogueItem | None:
    """Return the item; refuse a community reviewer a case that the community does not own."""
    item = world.item(ticket.item)
    if item and not decides(item, actor):
        raise RuleBroken(Code.FORBIDDEN, level=item.owner_level)
    return item


def _unit(code: str, field: str, world: World) -> Org:
    unit = world.org(code)
    if unit is None:
        raise RuleBroken(Code.INVALID, field=field, detail="unknown unit")
    return unit


def _below(unit: Org, level: str) -> bool:
    """Say whether a unit stands below a level; departments and companies stand beside the tiers."""
    return unit.tier in TIERS and level in TIERS and TIERS.index(unit.tier) < TIERS.index(level)


def _reason(args: Reasoned) -> str:
    reason = args.reason.strip()
    if not reason:
        raise RuleBroken(Code.INVALID, field="reason", detail="empty")
    return reason

"""Who works where, and who may do what (domain.md 8)."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """The roles of interfaces.md 4."""

    GRID_WORKER = "grid_worker"
    COMMUNITY_REVIEWER = "community_reviewer"
    FRONT_DESK = "front_desk"
    ASSIST_WORKER = "assist_worker"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    CALLER = "caller"
    MEDIATOR = "mediator"
    SAFETY_GROUP = "safety_group"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


TIERS = ("片区", "社区", "街道", "区", "市")
UNITS = ("部门", "企业")
FIELD_ROLES = frozenset({Role.GRID_WORKER, Role.COMMUNITY_REVIEWER})
CASE_ROLES = frozenset({Role.DISPATCHER, Role.COMMUNITY_REVIEWER})
EDITORS = CASE_ROLES
IN_CHARGE = CASE_ROLES | {Role.SUPERVISOR}


class Org(msgspec.Struct, frozen=True, omit_defaults=True):
    """A district, street, community, department or company; `parent` is the next tier's code."""

    code: str
    tier: str
    name: str
    parent: str | None = None
    short_name: str = ""
    contact: str = ""


class Grid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A grid of one of three levels; `community` is the code of the org that holds it."""

    code: str
    name: str
    community: str
    level: int = 3
    kind: str = "综合"
    parent: str | None = None


class Worker(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person of the roster, as the centre publishes it; `user` is the login name."""

    user: str
    name: str
    roles: tuple[Role, ...]
    grids: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    status: str = "active"


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who acts, as the enrolment or the token says; never taken from the operation itself.

    `grids` and `orgs` are the codes this person works in; each stands for what is below it, too.
    """

    user: str
    name: str
    roles: tuple[Role, ...]
    grids: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    device_code: str = ""


CREATORS: dict[str, frozenset[Role]] = {
    "ticket.report": frozenset(
        {
            Role.GRID_WORKER,
            Role.COMMUNITY_REVIEWER,
            Role.FRONT_DESK,
            Role.ASSIST_WORKER,
            Role.DISPATCHER,
            Role.MEDIATOR,
        }
    ),
    "ticket.resolve": FIELD_ROLES,
    "patrol_record.create": FIELD_ROLES,
}


def may_create(actor: Actor, noun_verb: str) -> bool:
    """Say whether one of the actor's roles may make this kind of record."""
    return not CREATORS[noun_verb].isdisjoint(actor.roles)


def own_places(actor: Actor, grids: Mapping[str, Grid], orgs: Mapping[str, Org]) -> tuple[str, ...]:
    """Return the names of where somebody works: their grids, without one their organisations.

    The smallest code comes first, as for a record that names no grid.
    """
    named = []
    for code in sorted(actor.grids & grids.keys()):
        around = orgs.get(grids[code].community)
        named.append(f"{around.name} {grids[code].name}" if around else grids[code].name)
    return tuple(named or (orgs[code].name for code in sorted(actor.orgs & orgs.keys())))

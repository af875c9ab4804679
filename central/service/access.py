"""Who receives what, beyond the rules that laptop and centre share.

A person is a record of its own and is read by fewer than the ticket it belongs to: by the grid, by
the unit that has the ticket, by whoever wrote it down, and by those whose work in the organisations
above needs it (`people:` scopes), so that the safety group reads tickets without people.

What was refused and belongs to no record is read by its author, in the grid it was meant for, and,
once its author has asked for help with it, by those in charge of that person.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from central.store.accounts import ACTIVE, Account
from gridworker.domain.added_evidence import LATE
from gridworker.domain.organisation import Role
from gridworker.domain.scope import Town, feeds, orgs_above, scopes_of

ORDER = ("user", "ref", "grid", "unit", "org", "people")
READS_PEOPLE = frozenset({Role.COMMUNITY_REVIEWER, Role.DISPATCHER})
GRACE_MS = 30 * 24 * 3600 * 1000


def scopes_for(account: Account) -> list[str]:
    """Return what a person's devices receive, in the order in which it is sent."""
    scopes = set(scopes_of(account.worker()))
    if account.status == ACTIVE and not READS_PEOPLE.isdisjoint(account.rights.roles):
        scopes |= {f"people:{code}" for code in account.rights.orgs}
    return sorted(scopes, key=_rank)


def just_left(account: Account, now: int) -> frozenset[str]:
    """Return the scopes whose readers still take a person's late content (sync.md 4.8)."""
    return frozenset(s for s, at in account.rights.left.items() if now - at < GRACE_MS)


def readers_of(
    kind: str, body: Mapping[str, Any], parent: tuple[str, str] | None, world: Town
) -> frozenset[str]:
    """Return the scopes that receive a record."""
    if kind == "evidence" and parent is not None and parent[0] == LATE:
        above = world.body(*parent)
        return frozenset() if above is None else readers_of(LATE, above, None, world)
    scopes = feeds(kind, body, world, parent=parent)
    if kind == LATE:
        asked = body.get("org_id") if parent is None else None
        above_it = orgs_above(asked, world) if asked else ()
        return scopes | {f"user:{body['created_by']}"} | {f"org:{code}" for code in above_it}
    if kind == "person":
        return frozenset(_without_orgs(scopes)) | {f"user:{body['created_by']}"}
    return scopes


def _without_orgs(scopes: Iterable[str]) -> Iterable[str]:
    for scope in scopes:
        family, _, code = scope.partition(":")
        yield f"people:{code}" if family == "org" else scope


def _rank(scope: str) -> tuple[int, str]:
    family = scope.partition(":")[0]
    return (ORDER.index(family) if family in ORDER else len(ORDER), scope)

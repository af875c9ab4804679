"""Who receives which record: scopes of a person and feeds of a record (sync.md 4.1, domain.md 8).

Bodies are the same in every scope; what only some may read is a record of its own, never a field.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from gridworker.domain.organisation import Actor, Grid, Role, Worker
from gridworker.domain.world import World

REF = "ref"
REFERENCE_KINDS = frozenset(
    {"grid", "org", "worker", "catalogue_item", "case_standard", "calendar_day"}
)
ORG_ROLES = frozenset(
    {
        Role.COMMUNITY_REVIEWER,
        Role.FRONT_DESK,
        Role.ASSIST_WORKER,
        Role.MEDIATOR,
        Role.DISPATCHER,
        Role.SUPERVISOR,
        Role.CALLER,
        Role.SAFETY_GROUP,
    }
)


def scopes_of(worker: Worker) -> frozenset[str]:
    """Return what a person's devices receive; someone who is not active receives nothing."""
    if worker.status != "active":
        return frozenset()
    scopes = {REF, f"user:{worker.user}"}
    if Role.GRID_WORKER in worker.roles:
        scopes |= {f"grid:{code}" for code in worker.grids}
    if not ORG_ROLES.isdisjoint(worker.roles):
        scopes |= {f"org:{code}" for code in worker.orgs}
    if Role.HANDLER in worker.roles:
        scopes |= {f"unit:{code}" for code in worker.units}
    return frozenset(scopes)


class Town(World, Protocol):
    """A world in which it is known what lies around each grid."""

    def around(self, grid: str) -> frozenset[str]:
        """Return the `surroundings` of a grid by its code, nothing for one that is not known."""
        ...


def feeds(
    kind: str, body: Mapping[str, Any], world: Town, *, parent: tuple[str, str] | None = None
) -> frozenset[str]:
    """Return the scopes that may see a record.

    A ticket is seen in its grid and the grids around it, in every organisation above them, by the
    units it is given to and by whoever it is assigned to. A record with a `parent` is seen by the
    parent's readers, so it has to be fed again whenever the parent's feeds change. A record that
    nothing places is seen by nobody.
    """
    if kind in REFERENCE_KINDS:
        return frozenset({REF})
    if kind == "op_result":
        return frozenset({f"user:{body['user']}"})
    if parent is not None:
        above = world.body(*parent)
        return feeds(parent[0], above, world) if above is not None else frozenset()
    scopes = {f"unit:{code}" for code in body.get("assist_units") or ()}
    if body.get("unit"):
        scopes.add(f"unit:{body['unit']}")
    if body.get("assignee"):
        scopes.add(f"user:{body['assignee']}")
    around = world.around(str(body.get("grid")))
    return around | scopes if scopes else around


def surroundings(grid: Grid, world: World) -> frozenset[str]:
    """Return the scopes of a grid, of the grids around it and of the organisations above them."""
    grids = frozenset(f"grid:{code}" for code in grids_around(grid, world))
    return grids | frozenset(f"org:{code}" for code in orgs_above(grid.community, world))


def grids_around(grid: Grid, world: World) -> Iterator[str]:
    """Yield the code of a grid and of every grid it lies in; a ring in the data ends the walk."""
    seen: set[str] = set()
    here: Grid | None = grid
    while here is not None and here.code not in seen:
        seen.add(here.code)
        yield here.code
        here = world.grid(here.parent) if here.parent else None


def orgs_above(code: str, world: World) -> Iterator[str]:
    """Yield an organisation's code and those above it; a ring in the data ends the walk."""
    seen: set[str] = set()
    here: str | None = code
    while here is not None and here not in seen:
        seen.add(here)
        yield here
        org = world.org(here)
        here = org.parent if org else None


def works_in(actor: Actor, grid: Grid, world: World) -> bool:
    """Say whether a grid, one around it, or an organisation it lies in is the actor's."""
    if grid.code in actor.grids:  # as nearly always: the walk costs ten times as much
        return True
    return not (
        actor.grids.isdisjoint(grids_around(grid, world))
        and actor.orgs.isdisjoint(orgs_above(grid.community, world))
    )

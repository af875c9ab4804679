"""A record that is not on the laptop, as far as what waits here says what it is.

Its grid was taken away, its base was spoilt, or a copy asks again about what had left: the rules
that judge as the centre will cannot make it any more. Its author still sees what was written down,
until the verdict comes.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor, Grid, Org, Role
from gridworker.domain.world import World


class Alone:
    """A world in which an operation finds what its author had: item and grid, if only by code."""

    received: str | None = None
    at_centre = True

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def calendar(self) -> Calendar:
        """Return the calendar that is known here."""
        return self._world.calendar

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return what the base and the operations before this one made of a record."""
        return self._world.body(kind, id_)

    def item(self, code: str) -> CatalogueItem | None:
        """Return the item; one that is not known is what it was recorded as, by its code."""
        return self._world.item(code) or CatalogueItem(
            code=code, kind="", name=code, path=(code,), scheme="", version="", on_the_spot=True
        )

    def grid(self, code: str) -> Grid | None:
        """Return the grid; one that is not known has its code only."""
        return self._world.grid(code) or Grid(code=code, name=code, community="")

    def org(self, code: str) -> Org | None:
        """Return the organisation, if it is known."""
        return self._world.org(code)


def author(actor: Actor, ops: Iterable[Operation]) -> Actor:
    """Return who recorded something, with the right to do so that they had then."""
    roles = (*actor.roles, Role.GRID_WORKER)
    grids = actor.grids | {str(op.args["grid"]) for op in ops if "grid" in op.args}
    return msgspec.structs.replace(actor, roles=roles, grids=grids)

"""The records that one transaction has locked, with the operations decided so far folded in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from central.service.reference import Reference
from central.store.entities import Entity
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.organisation import Grid, Org
from gridworker.domain.scope import surroundings
from gridworker.domain.world import Put


class Draft(msgspec.Struct):
    """A record as it stands now; `before` is its row, None for a new one."""

    id: str
    kind: str
    rev: int
    body: dict[str, Any]
    parent: str | None
    before: Entity | None

    @property
    def changed(self) -> bool:
        """Say whether it has to be written."""
        return self.before is None or self.before.rev != self.rev


class Workspace:
    """What the rules may look at in the centre (`domain.scope.Town`)."""

    at_centre = True

    def __init__(
        self, reference: Reference, *, received: str, loaded: Iterable[Entity] = ()
    ) -> None:
        self.received: str | None = received
        self.calendar = reference.calendar
        self._reference = reference
        self._drafts: dict[str, Draft] = {}
        self._around: dict[str, frozenset[str]] = {}
        self.load(loaded)

    def load(self, entities: Iterable[Entity]) -> None:
        """Take in rows; what is here already stays as it is."""
        for row in entities:
            if row.id not in self._drafts:
                self._drafts[row.id] = Draft(
                    row.id, row.kind, row.rev, row.decoded(), row.parent, row
                )

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return the body of a record as it stands after the operations before this one."""
        draft = self._drafts.get(id_)
        return draft.body if draft is not None and draft.kind == kind else None

    def item(self, code: str) -> CatalogueItem | None:
        """Return the catalogue item, switched off or not."""
        return self._reference.items.get(code)

    def grid(self, code: str) -> Grid | None:
        """Return the grid."""
        return self._reference.grids.get(code)

    def org(self, code: str) -> Org | None:
        """Return the organisation."""
        return self._reference.orgs.get(code)

    def around(self, grid: str) -> frozenset[str]:
        """Return the scopes that see what happens in a grid."""
        known = self._around.get(grid)
        if known is None:
            found = self.grid(grid)
            known = frozenset() if found is None else surroundings(found, self)
            self._around[grid] = known
        return known

    def draft(self, id_: str) -> Draft | None:
        """Return a record whatever its kind, or None."""
        return self._drafts.get(id_)

    def fits(self, put: Put) -> bool:
        """Say whether the id is free or belongs to a record of this kind."""
        draft = self._drafts.get(put.id)
        return draft is None or draft.kind == put.kind

    def put(self, put: Put) -> int:
        """Make a record what an operation makes of it; return its new revision."""
        draft = self._drafts.get(put.id)
        if draft is None:
            parent = put.parent[1] if put.parent else None
            self._drafts[put.id] = Draft(put.id, put.kind, 1, put.body, parent, None)
            return 1
        draft.body = put.body
        draft.rev += 1
        return draft.rev

    def amend(self, id_: str, fields: Mapping[str, Any]) -> None:
        """Add to a record that this transaction changes anyway; its revision stays."""
        draft = self._drafts[id_]
        draft.body = {**draft.body, **fields}

    def parent_of(self, draft: Draft) -> tuple[str, str] | None:
        """Return kind and id of the record whose readers may read this one."""
        above = self._drafts.get(draft.parent) if draft.parent else None
        return (above.kind, above.id) if above is not None else None

    def changed(self) -> Iterator[Draft]:
        """Yield what has to be written, in the order in which it came."""
        return (draft for draft in self._drafts.values() if draft.changed)

"""Catalogue, places and calendar as the rules read them, in memory while they do not change."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from central.store import entities, feed
from central.store.transaction import Tx
from gridworker.domain.calendar import Calendar, calendar_of
from gridworker.domain.catalogue import CaseStandard, CatalogueItem
from gridworker.domain.organisation import Grid, Org
from gridworker.domain.scope import REF

KINDS = ("calendar_day", "case_standard", "catalogue_item", "grid", "org")


class Reference(msgspec.Struct, frozen=True):
    """The reference data as of number `seq` of the scope `ref`."""

    seq: int
    items: Mapping[str, CatalogueItem]
    grids: Mapping[str, Grid]
    orgs: Mapping[str, Org]
    calendar: Calendar


class ReferenceShelf:
    """Holds the last reference data read; a transaction asks whether it is still the newest."""

    def __init__(self) -> None:
        self._held: Reference | None = None

    def current(self, tx: Tx) -> Reference:
        """Return the reference data that this transaction sees."""
        head = feed.heads(tx, [REF]).get(REF)
        seq = head.seq if head else 0
        held = self._held
        if held is None or held.seq != seq:
            held = self._held = read(tx, seq)
        return held


def read(tx: Tx, seq: int) -> Reference:
    """Read all reference data."""
    bodies: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for entity in entities.of_kinds(tx, KINDS):
        bodies[entity.kind].append(entity.decoded())
    return Reference(
        seq=seq,
        items=_items(bodies["catalogue_item"], bodies["case_standard"]),
        grids={grid.code: grid for grid in msgspec.convert(bodies["grid"], list[Grid])},
        orgs={org.code: org for org in msgspec.convert(bodies["org"], list[Org])},
        calendar=calendar_of(bodies["calendar_day"]),
    )


def _items(
    bodies: Iterable[dict[str, Any]], standards: Iterable[dict[str, Any]]
) -> dict[str, CatalogueItem]:
    of_item: dict[str, list[CaseStandard]] = {}
    for body in standards:
        of_item.setdefault(body["item"], []).append(msgspec.convert(body, CaseStandard))
    items = [msgspec.convert(body, CatalogueItem) for body in bodies]
    return {
        item.code: msgspec.structs.replace(
            item, standards=tuple(sorted(of_item.get(item.code, ()), key=lambda s: s.no))
        )
        for item in items
    }

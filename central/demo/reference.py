"""The demo's reference data as records: catalogue, conditions, calendar, places."""

from central.demo.places import REGION, Places
from central.service.reference_intake import built_in, full, put_of
from gridworker.domain.world import Put

SMALL_ITEMS = frozenset({"OTS01", "OTS05", "OTS06", "B0101", "S0101", "X0001"})


def puts(places: Places, *, small: bool) -> list[Put]:
    """Return the records of a demo's reference data."""
    found = [
        *(put_of("org", full(org)) for org in places.orgs),
        *(put_of("grid", full(grid)) for grid in places.grids),
        *built_in(REGION),
    ]
    return [put for put in found if _is_small(put)] if small else found


def _is_small(put: Put) -> bool:
    item = {"catalogue_item": "code", "case_standard": "item"}.get(put.kind)
    return item is None or put.body[item] in SMALL_ITEMS

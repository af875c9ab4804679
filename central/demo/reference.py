"""The demo's reference data as records: catalogue, conditions, calendar, places."""

from typing import Any

import msgspec

from central.demo.places import REGION, Places
from central.service.identity import reference_id
from gridworker.domain.world import Put
from resources import catalogue_data

SMALL_ITEMS = frozenset({"OTS01", "OTS05", "OTS06", "B0101", "S0101", "X0001"})


def puts(places: Places, *, small: bool) -> list[Put]:
    """Return the records of a demo's reference data."""
    items = [i for i in catalogue_data.item_bodies() if not small or i["code"] in SMALL_ITEMS]
    codes = {item["code"] for item in items}
    standards = [s for s in catalogue_data.standard_bodies() if s["item"] in codes]
    days = catalogue_data.calendar_bodies(REGION)
    return [
        *(_put("org", org.code, _full(org)) for org in places.orgs),
        *(_put("grid", grid.code, _full(grid)) for grid in places.grids),
        *(_put("catalogue_item", item["code"], item) for item in items),
        *(_put("case_standard", f"{s['item']}/{s['no']}", s) for s in standards),
        *(_put("calendar_day", f"{d['date']}/{d['type']}", d) for d in days),
    ]


def _put(kind: str, code: str, body: dict[str, Any]) -> Put:
    return Put(kind, reference_id(kind, code), body)


def _full(place: msgspec.Struct) -> dict[str, Any]:
    """Return every field, so that a reader need not know what is left out by default."""
    return {field: getattr(place, field) for field in place.__struct_fields__}

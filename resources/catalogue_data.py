"""The demo duty list and the working calendar as plain data, for whoever publishes them."""

import json
from typing import Any

from resources import text

ITEM_FILES = ("on_the_spot.json", "parts.json", "events.json", "requests.json")
CALENDAR_YEARS = (2026, 2027)
OF_A_STANDARD = ("no", "filing", "closing", "limit", "raw_limit")


def items() -> list[dict[str, Any]]:
    """Return every leaf of the demo duty list with its standards, matters on the spot first.

    Keys are those of the domain's catalogue item; the scheme and version are in each.
    """
    scheme = json.loads(text("catalogue/scheme.json"))
    edition = {"scheme": scheme["scheme"], "version": scheme["version"]}
    return [
        {**item, **edition} for name in ITEM_FILES for item in json.loads(text(f"catalogue/{name}"))
    ]


def item_bodies() -> list[dict[str, Any]]:
    """Return the bodies of kind `catalogue_item`: the items without their standards."""
    return [{k: v for k, v in item.items() if k != "standards"} for item in items()]


def standard_bodies() -> list[dict[str, Any]]:
    """Return the bodies of kind `case_standard`, each with the code of its `item`."""
    return [
        {"item": item["code"], **{key: standard[key] for key in OF_A_STANDARD}}
        for item in items()
        for standard in item["standards"]
    ]


def calendar_bodies(region: str) -> list[dict[str, Any]]:
    """Return the bodies of kind `calendar_day` of a region.

    One for each day off or made up for, and one for each year whose holidays are published; a year
    that is `provisional` is not published, so the deadlines say that they know weekends alone.
    """
    bodies: list[dict[str, Any]] = []
    for year in CALENDAR_YEARS:
        data = json.loads(text(f"calendar/{year}.json"))
        if not data["provisional"]:
            bodies.append({"date": str(year), "type": "year", "region": region})
        for kind in ("holiday", "workday"):
            bodies += [{"date": day, "type": kind, "region": region} for day in data[kind]]
    return bodies

"""Hints that never block: records that look alike, and how a matter is best handled."""

import math
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec

from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.times import parse_time

NEAR_METRES = 50
NEAR_TIME = timedelta(hours=24)
DEGREE = 10**7
METRES_A_DEGREE = 111_320
PLACE_SIGNS = str.maketrans("〇零一二三四五六七八九两", "001234567892")


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What of a record decides whether another is like it.

    `lon` and `lat` are degrees x 10^7 (WGS-84), both or neither; `found_at` is RFC 3339.
    """

    id: str
    item: str
    place: str
    by: str
    found_at: str
    lon: int | None = None
    lat: int | None = None


def similar(new: Sighting, others: Iterable[Sighting]) -> tuple[str, ...]:
    """Return the ids of records of the same matter, place and person within 24 hours.

    A remark, never a question (domain.md 10): honest work repeats itself, too.
    """
    return tuple(other.id for other in others if other.id != new.id and _alike(new, other))


def _alike(new: Sighting, other: Sighting) -> bool:
    return (
        new.item == other.item
        and new.by == other.by
        and same_place(new, other)  # rarely so, hence asked before the time
        and abs(parse_time(new.found_at) - parse_time(other.found_at)) <= NEAR_TIME
    )


def same_place(one: Sighting, other: Sighting) -> bool:
    """Say whether two places are within 50 m, or called the same where a coordinate is missing."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return place_key(one.place) == place_key(other.place)
    north = (one.lat - other.lat) / DEGREE * METRES_A_DEGREE
    shrink = math.cos(math.radians(one.lat / DEGREE))
    east = (one.lon - other.lon) / DEGREE * METRES_A_DEGREE * shrink
    return math.hypot(north, east) <= NEAR_METRES


@lru_cache(maxsize=1024)
def place_key(place: str) -> str:
    """Return what is equal for two spellings of a place: width, case, spaces, signs, numerals."""
    flat = unicodedata.normalize("NFKC", place).casefold().translate(PLACE_SIGNS)
    return "".join(sign for sign in flat if sign.isalnum())


class Handling(StrEnum):
    """The three ways to deal with a find (requirement 063)."""

    ON_THE_SPOT = "on_the_spot"
    REPORT = "report"
    RECTIFY = "rectify"


def propose(item: CatalogueItem) -> Handling:
    """Return how a matter of this kind is best handled; the finder decides.

    What the finder may finish is finished; what its owner has to put right within days is left with
    a dated order; anything else is handed up.
    """
    if item.on_the_spot and item.active:
        return Handling.ON_THE_SPOT
    return Handling.RECTIFY if item.rectify else Handling.REPORT

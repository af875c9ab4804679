"""Hints: what looks alike, and how a matter is best handled."""

import msgspec
import pytest

from gridworker.domain.hints import Handling, Sighting, place_key, propose, similar

HERE = Sighting(
    id="new", item="OTS06", place="3栋 2单元", by="wg0101", found_at="2026-03-02T09:00:00+08:00"
)
LON, LAT = 1_140_000_000, 225_000_000


def other(**changes):
    return msgspec.structs.replace(HERE, **{"id": "old", **changes})


@pytest.mark.parametrize(
    ("changes", "alike"),
    [
        ({}, True),
        ({"place": "3 栋２单元。"}, True),
        ({"place": "三栋二单元"}, True),
        ({"place": "4栋2单元"}, False),
        ({"item": "OTS01"}, False),
        ({"by": "wg0102"}, False),
        ({"found_at": "2026-03-01T01:00:00Z"}, True),
        ({"found_at": "2026-03-01T00:59:59Z"}, False),
        ({"found_at": "2026-03-03T01:00:01Z"}, False),
        ({"id": "new"}, False),
        ({"lon": LON, "lat": LAT}, True),
    ],
)
def test_same_matter_same_place_same_person_within_a_day(changes, alike):
    assert similar(HERE, [other(**changes)]) == (("old",) if alike else ())


@pytest.mark.parametrize(
    ("east", "north", "alike"),
    [(0, 4400, True), (0, 4600, False), (4800, 0, True), (5000, 0, False)],
)
def test_with_coordinates_fifty_metres_count_and_names_do_not(east, north, alike):
    here = msgspec.structs.replace(HERE, lon=LON, lat=LAT)
    there = other(place="别处", lon=LON + east, lat=LAT + north)
    assert similar(here, [there]) == (("old",) if alike else ())


def test_the_key_of_a_place():
    assert place_key(" Ａ座-101 室") == place_key("a座101室")


def test_req_063_each_item_proposes_its_handling(town, kit):
    ways = {code: propose(item) for code, item in town.items.items()}
    assert ways["OTS06"] is Handling.ON_THE_SPOT
    assert ways["B0101"] is Handling.REPORT
    assert ways["OLD"] is Handling.REPORT
    assert propose(kit.item("S0405", "店外经营", rectify=True)) is Handling.RECTIFY

"""The demo duty list and calendar that ship with the program."""

import importlib.resources
from collections import Counter

import msgspec
import pytest

from gridworker.domain.calendar import calendar_of
from gridworker.domain.catalogue import OWNER_LEVELS, CaseStandard, CatalogueItem
from gridworker.domain.hints import Handling, propose
from gridworker.domain.limit import parse_limit
from resources.catalogue_data import calendar_bodies, item_bodies, items, standard_bodies


@pytest.fixture(scope="module")
def leaves():
    return [msgspec.convert(item, CatalogueItem) for item in items()]


def test_req_055_four_levels_and_nineteen_classes(leaves):
    assert {len(leaf.path) for leaf in leaves} == {4}
    classes = {leaf.path[1] for leaf in leaves}
    assert len(classes) == 19
    assert {"市容环境", "环保水务"} <= classes
    assert {(leaf.scheme, leaf.version) for leaf in leaves} == {("demo", "2026.1")}


def test_req_056_at_least_1285_leaves_with_codes_of_their_own(leaves):
    assert len(leaves) >= 1285
    assert len({leaf.code for leaf in leaves}) == len(leaves)
    shapes = Counter(leaf.code.rstrip("0123456789") for leaf in leaves)
    assert set(shapes) == {"B", "S", "OTS", "X"}
    assert all(leaf.sample for leaf in leaves if leaf.code.startswith("X"))
    assert not any(leaf.sample for leaf in leaves if leaf.code[0] in "BS")


def test_req_061_twenty_one_on_the_spot_as_data(leaves):
    on_spot = [leaf for leaf in leaves if leaf.on_the_spot]
    assert [leaf.code for leaf in on_spot] == [f"OTS{n:02d}" for n in range(1, 22)]
    assert [leaf.code for leaf in on_spot if leaf.sample] == [f"OTS{n:02d}" for n in range(14, 22)]
    for leaf in on_spot:
        assert leaf.note_template.endswith("。")
        assert len(leaf.short_name) <= 5
        assert propose(leaf) is Handling.ON_THE_SPOT


def test_every_icon_of_a_tile_is_there(leaves):
    icons = importlib.resources.files("resources").joinpath("icons")
    there = {entry.name.removesuffix(".svg") for entry in icons.iterdir()}
    assert {leaf.icon for leaf in leaves} <= there


def test_every_leaf_can_be_filed_and_closed(leaves):
    for leaf in leaves:
        assert [s.no for s in leaf.standards] == list(range(1, len(leaf.standards) + 1))
        assert leaf.standards
        assert leaf.owner_level in OWNER_LEVELS
        assert len({s.filing for s in leaf.standards}) == len(leaf.standards)
        for standard in leaf.standards:
            assert standard.filing
            assert standard.closing
            assert parse_limit(standard.raw_limit) == standard.limit


def test_a_blocked_stairwell_is_found_and_a_missing_cover_is_reported(leaves):
    stairs = [leaf for leaf in leaves if "楼道堆物" in leaf.name]
    assert [leaf.code for leaf in stairs] == ["OTS06"]
    assert (stairs[0].evidence.before, stairs[0].evidence.after) == (1, 1)
    covers = {leaf.name: leaf for leaf in leaves if "井盖" in leaf.name}
    assert covers["上水井盖"].code == "B0101"
    assert propose(covers["上水井盖"]) is Handling.REPORT
    assert any("井盖缺失" in name for name in covers)


def test_bodies_carry_items_and_conditions_apart():
    assert not any("standards" in body for body in item_bodies())
    known = {body["code"] for body in item_bodies()}
    for body in standard_bodies():
        assert body["item"] in known
        msgspec.convert(body, CaseStandard)


def test_the_calendar_of_2026_is_published_and_2027_is_not():
    bodies = calendar_bodies("440310")
    assert {body["region"] for body in bodies} == {"440310"}
    calendar = calendar_of(bodies)
    assert calendar.years == {2026}
    days = Counter(day[:4] for day in calendar.holidays)
    assert days["2026"] == 33
    assert len(calendar.workdays) == 6
    assert {"2026-02-15", "2026-02-23", "2026-10-07"} <= calendar.holidays
    assert "2027-01-01" in calendar.holidays

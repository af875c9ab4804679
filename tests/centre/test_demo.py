"""The demo district (rows 55, 57, 61, 225 of the requirements)."""

import json
import string
from collections import Counter
from datetime import datetime, timedelta

import pytest

from central.build import Centre
from central.demo import fill
from central.demo.district import NotEmpty
from gridworker.domain.organisation import Role
from gridworker.domain.times import CHINA, parse_time, utc_text


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """The full demo: its people, and its records by kind, with when it was made."""
    folder = tmp_path_factory.mktemp("district")
    centre = Centre.open(f"sqlite:///{folder / 'c.db'}", folder / "blobs", demo=True)
    made = utc_text(datetime.now(CHINA))
    people = fill(centre)
    records = {"made": made}
    for line in map(json.loads, centre.state()):
        if "kind" in line:
            records.setdefault(line["kind"], []).append(line["body"])
    with pytest.raises(NotEmpty):
        fill(centre)
    centre.close()
    return people, records


def test_req_057_one_district_six_streets_23_communities_and_units(district):
    _, records = district
    tiers = Counter(org["tier"] for org in records["org"])
    assert (tiers["区"], tiers["街道"], tiers["社区"]) == (1, 6, 23)
    assert tiers["部门"] >= 10
    by_code = {org["code"]: org for org in records["org"]}
    for org in records["org"]:
        assert org["parent"] is None or org["parent"] in by_code
    parents = {by_code[o["parent"]]["tier"] for o in records["org"] if o["tier"] == "社区"}
    assert parents == {"街道"}


def test_req_225_grids_of_three_levels_that_lie_in_each_other(district):
    _, records = district
    grids = {grid["code"]: grid for grid in records["grid"]}
    of_community = {}
    for grid in grids.values():
        of_community.setdefault(grid["community"], []).append(grid["level"])
        if grid["level"] == 1:
            assert grid["parent"] is None
        else:
            assert grids[grid["parent"]]["level"] == grid["level"] - 1
    assert len(of_community) == 23
    assert all(len(levels) >= 3 and set(levels) == {1, 2, 3} for levels in of_community.values())
    assert Counter(of_community["C01"])[1] == 1
    assert Counter(of_community["C01"])[2] == 6


def test_req_055_the_duty_list_has_its_leaves_and_conditions(district):
    _, records = district
    items = {item["code"]: item for item in records["catalogue_item"]}
    assert len(items) == len(records["catalogue_item"]) >= 1285
    assert sum(item.get("on_the_spot", False) for item in items.values()) >= 21
    assert all(len(item["path"]) == 4 for item in items.values())
    assert {standard["item"] for standard in records["case_standard"]} <= set(items)
    days = Counter(day["type"] for day in records["calendar_day"])
    assert days["holiday"] > 20
    assert days["year"] >= 1


def test_there_are_people_of_every_role_whose_names_are_nobodys(district):
    people, records = district
    assert {person.role for person in people} == {str(role) for role in Role}
    first = [p for p in people if p.role == "grid_worker" and p.scope == people[0].scope]
    assert len(first) >= 2
    assert people[0].role == "grid_worker"
    assert all(worker["name"].startswith("示例") for worker in records["worker"])
    assert all(
        org["name"].startswith("示例") or "（示例）" in org["name"] for org in records["org"]
    )
    assert len({person.code for person in people}) == len(people)


def test_passwords_are_long_and_of_three_classes(district):
    people, _ = district
    for person in people:
        classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        assert len(person.password) >= 16
        assert all(set(person.password) & set(class_) for class_ in classes)
    assert len({person.password for person in people}) == len(people)


def test_lists_are_not_empty(district):
    _, records = district
    states = {ticket["state"] for ticket in records["ticket"]}
    assert states >= {"reported", "registered", "dispatched", "voided"}
    assert states & {"closed", "onspot_done"}
    assert all("示例" in ticket["place"] for ticket in records["ticket"])
    assert records["patrol_record"]


def test_the_first_workers_day_has_something_of_everything(district):
    people, records = district
    now = parse_time(records["made"])
    local = now.astimezone(CHINA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    mine = [t for t in records["ticket"] if t["created_by"] == people[0].user]
    due = [parse_time(t["due"]) for t in mine if t.get("due") and t["state"] != "closed"]
    assert sum(at < now for at in due) == 1
    assert sum(now < at < midnight for at in due) == 2
    assert {"reported", "registered", "dispatched", "closed", "onspot_done"} == {
        t["state"] for t in mine
    }
    assert sum(p["created_by"] == people[0].user for p in records["patrol_record"]) >= 3
    assert {t["created_by"] for t in records["ticket"]} - {people[0].user}

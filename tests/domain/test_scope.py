"""Who receives what: scopes of people, feeds of records."""

import pytest

from gridworker.domain.organisation import Grid, Org, Role, Worker
from gridworker.domain.scope import feeds, scopes_of, works_in

PLACES = {
    "grids": frozenset({"G1"}),
    "orgs": frozenset({"C1"}),
    "units": frozenset({"WATER"}),
}
BY_ROLE = {
    Role.GRID_WORKER: {"grid:G1"},
    Role.COMMUNITY_REVIEWER: {"org:C1"},
    Role.FRONT_DESK: {"org:C1"},
    Role.ASSIST_WORKER: {"org:C1"},
    Role.MEDIATOR: {"org:C1"},
    Role.DISPATCHER: {"org:C1"},
    Role.SUPERVISOR: {"org:C1"},
    Role.CALLER: {"org:C1"},
    Role.SAFETY_GROUP: {"org:C1"},
    Role.HANDLER: {"unit:WATER"},
    Role.SYSTEM_ADMIN: set(),
    Role.SECURITY_ADMIN: set(),
    Role.AUDIT_ADMIN: set(),
}


def test_every_role_has_its_scopes():
    assert set(BY_ROLE) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_scopes_follow_the_role_and_not_the_places_alone(role):
    worker = Worker("u1", "某人", (role,), **PLACES)
    assert scopes_of(worker) == BY_ROLE[role] | {"ref", "user:u1"}


def test_several_roles_see_the_sum():
    worker = Worker("u1", "某人", (Role.GRID_WORKER, Role.HANDLER), **PLACES)
    assert scopes_of(worker) == {"ref", "user:u1", "grid:G1", "unit:WATER"}


def test_who_has_left_receives_nothing():
    worker = Worker("u1", "某人", (Role.GRID_WORKER,), **PLACES, status="left")
    assert scopes_of(worker) == frozenset()


def test_req_225_a_record_is_seen_on_three_levels_of_grids(town, people):
    body = town.ticket(town.reported(people.worker))
    assert feeds("ticket", body, town) == {
        "grid:G1",
        "grid:GX",
        "grid:GT",
        "org:C1",
        "org:J",
        "org:D",
    }


def test_the_unit_its_helpers_and_the_assignee_see_a_ticket(town, people):
    body = {
        **town.ticket(town.reported(people.worker)),
        "unit": "WATER",
        "assist_units": ["J"],
        "assignee": "bl01",
    }
    assert {"unit:WATER", "unit:J", "user:bl01"} <= feeds("ticket", body, town)


def test_parts_are_seen_by_the_readers_of_the_whole(town, people):
    ticket = town.reported(people.worker, person={"name": "李"})
    whole = feeds("ticket", town.ticket(ticket), town)
    for kind in ("flow_record", "person"):
        body = next(b for (k, _), b in town.bodies.items() if k == kind)
        assert feeds(kind, body, town, parent=("ticket", ticket)) == whole
    assert feeds("flow_record", {}, town, parent=("ticket", "none")) == frozenset()


def test_reference_is_for_everybody_and_results_for_one(town):
    for kind in ("grid", "org", "worker", "catalogue_item", "case_standard", "calendar_day"):
        assert feeds(kind, {}, town) == {"ref"}
    assert feeds("op_result", {"user": "u1"}, town) == {"user:u1"}


def test_what_lies_nowhere_is_seen_by_nobody(town):
    assert feeds("ticket", {"grid": "G9"}, town) == frozenset()
    assert feeds("ticket", {}, town) == frozenset()


def test_a_ring_in_the_data_ends_the_walk(town, people, kit):
    town.grids["GT"] = Grid("GT", "一级网格", "C1", level=1, parent="G1")
    town.orgs["D"] = Org("D", "区", "示例区", parent="C1")
    body = town.ticket(town.reported(people.worker))
    assert {"grid:GT", "org:D"} <= feeds("ticket", body, town)
    stranger = kit.person("x", Role.DISPATCHER, orgs=["C2"])
    assert not works_in(stranger, town.grids["G1"], town)


def test_an_unknown_organisation_ends_the_walk(town):
    town.grids["G3"] = Grid("G3", "第三网格", "NEW", parent="G9")
    assert feeds("ticket", {"grid": "G3"}, town) == {"grid:G3", "org:NEW"}


def test_whoever_holds_the_grid_around_works_in_it(town, kit):
    leader = kit.person("x", Role.GRID_WORKER, grids=["GT"])
    assert works_in(leader, town.grids["G1"], town)
    assert not works_in(leader, town.grids["G2"], town)


def test_req_057_one_district_six_streets_23_communities_and_their_units(town, kit):
    """Every tier sees what is below it and nothing beside it."""
    streets = [f"S{n}" for n in range(6)]
    communities = {f"K{n:02d}": streets[n % 6] for n in range(23)}
    tiers = {"DIST": ("区", None)}
    tiers |= dict.fromkeys(streets, ("街道", "DIST"))
    tiers |= {code: ("社区", street) for code, street in communities.items()}
    tiers |= {f"N{n:02d}": ("部门", "DIST") for n in range(40)}
    for code, (tier, parent) in tiers.items():
        town.orgs[code] = Org(code, tier, code, parent=parent)
    for code, street in communities.items():
        grid = Grid(f"{code}G", "网格", code)
        town.grids[grid.code] = grid
        readers = feeds("ticket", {"grid": grid.code}, town)
        assert readers == {f"grid:{code}G", f"org:{code}", f"org:{street}", "org:DIST"}
        for other in streets:
            there = kit.person("x", Role.DISPATCHER, orgs=[other])
            assert works_in(there, grid, town) == (other == street)

"""Acting on a ticket: filing, voiding, dispatching, handing up."""

import pytest

from gridworker.domain.lifecycle import ACTIONS, possible
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import read
from gridworker.domain.ticket import State, Ticket


def refusal(town, *args, **more):
    before = dict(town.bodies)
    with pytest.raises(RuleBroken) as caught:
        town.act(*args, **more)
    assert town.bodies == before
    return caught.value


@pytest.fixture
def ticket(town, people):
    return town.reported(people.worker)


@pytest.mark.parametrize("standard", [1, "1"])
def test_filing_starts_the_overall_clock(town, people, ticket, standard):
    town.act(ticket, people.dispatcher, "file", standard=standard, expect={"state": "reported"})
    body = town.ticket(ticket)
    assert (body["state"], body["standard"]) == ("registered", 1)
    assert (body["filed_at"], body["due"]) == (
        "2026-03-02T01:00:00.000Z",
        "2026-03-03T01:00:00.000Z",
    )
    step = town.timeline(ticket)[-1]
    assert (step["opinion"], step["due"]) == ("堵住去路", body["due"])


@pytest.mark.parametrize("standard", [3, "no", "²", "-1"])
def test_filing_needs_a_condition_of_the_item(town, people, ticket, standard):
    broken = refusal(town, ticket, people.dispatcher, "file", standard=standard)
    assert (broken.code, broken.facts) == (Code.NO_STANDARD, {"item": "上水井盖"})


def test_an_item_that_is_gone_has_no_condition(town, people, ticket):
    del town.items["B0101"]
    assert refusal(town, ticket, people.dispatcher, "file", standard=1).code is Code.NO_STANDARD


def test_voiding_keeps_the_reason(town, people, ticket):
    town.act(ticket, people.dispatcher, "void", reason=" 不属实 ")
    body = town.ticket(ticket)
    assert (body["state"], body["void_reason"]) == ("voided", "不属实")


def test_a_reason_is_more_than_blanks(town, people, ticket):
    broken = refusal(town, ticket, people.dispatcher, "void", reason="  ")
    assert (broken.code, broken.facts["field"]) == (Code.INVALID, "reason")


def test_dispatch_starts_the_units_clock(town, people, ticket):
    town.act(ticket, people.dispatcher, "file", standard=2)
    wall = "2026-03-02T15:00:00+08:00"
    town.act(ticket, people.dispatcher, "dispatch", unit="WATER", assist_units=["J"], wall=wall)
    body = town.ticket(ticket)
    assert (body["state"], body["unit"], body["assist_units"]) == ("dispatched", "WATER", ["J"])
    assert (body["dispatched_at"], body["unit_due"]) == (
        "2026-03-02T07:00:00.000Z",
        "2026-03-03T07:00:00.000Z",
    )
    assert body["due"] == "2026-03-03T01:00:00.000Z"
    assert town.timeline(ticket)[-1]["receiver"] == "水务公司"


def test_dispatch_without_a_known_condition_keeps_the_overall_time(town, people, ticket):
    town.act(ticket, people.dispatcher, "file", standard=1)
    del town.items["B0101"]
    town.act(ticket, people.dispatcher, "dispatch", unit="WATER")
    assert town.ticket(ticket)["unit_due"] == town.ticket(ticket)["due"]


@pytest.mark.parametrize("unit", ["C1", "P1"])
def test_nothing_is_given_below_the_level_that_owns_it(town, people, ticket, unit):
    town.act(ticket, people.dispatcher, "file", standard=1)
    broken = refusal(town, ticket, people.dispatcher, "dispatch", unit=unit)
    assert broken.code is Code.NOT_IN_LIST
    assert broken.facts == {"unit": town.orgs[unit].name, "level": "街道"}


@pytest.mark.parametrize("args", [{"unit": "nix"}, {"unit": "WATER", "assist_units": "J,nix"}])
def test_units_must_exist(town, people, ticket, args):
    town.act(ticket, people.dispatcher, "file", standard=1)
    assert refusal(town, ticket, people.dispatcher, "dispatch", **args).code is Code.INVALID


def test_helpers_may_be_written_with_commas(town, people, ticket):
    town.act(ticket, people.dispatcher, "file", standard=1)
    town.act(ticket, people.dispatcher, "dispatch", unit="WATER", assist_units="J, D")
    assert town.ticket(ticket)["assist_units"] == ["J", "D"]


def test_handing_up_makes_a_report(town, people):
    ticket = town.resolved(people.worker)
    wall = "2026-03-02T10:00:00+08:00"
    town.act(ticket, people.mate, "hand_up", reason="又堆上了", wall=wall)
    body = town.ticket(ticket)
    assert (body["state"], body["reported_at"]) == ("reported", "2026-03-02T02:00:00.000Z")
    assert ACTIONS["hand_up"].offline
    assert not any(ACTIONS[name].offline for name in ("file", "void", "dispatch"))


@pytest.mark.parametrize("action", ["file", "void", "dispatch"])
def test_a_community_decides_only_what_it_owns(town, people, action):
    args = {"file": {"standard": 1}, "void": {"reason": "x"}, "dispatch": {"unit": "WATER"}}[action]
    ours = town.reported(people.worker, item="S0410")
    theirs = town.reported(people.worker, item="S0500")
    if action == "dispatch":
        town.act(ours, people.dispatcher, "file", standard=1)
        town.act(theirs, people.dispatcher, "file", standard=1)
    town.act(ours, people.reviewer, action, **args)
    broken = refusal(town, theirs, people.reviewer, action, **args)
    assert (broken.code, broken.facts) == (Code.FORBIDDEN, {"level": "区"})


def test_the_same_act_twice_by_one_person_is_one_act(town, people, ticket):
    wish = {"standard": 1, "expect": {"state": "reported"}}
    town.act(ticket, people.dispatcher, "file", **wish)
    before = dict(town.bodies)
    assert town.act(ticket, people.dispatcher, "file", **wish).noop
    assert town.act(ticket, people.dispatcher, "file", standard=1).noop
    assert town.bodies == before


def test_another_wish_is_not_the_same_act(town, people, ticket):
    town.act(ticket, people.dispatcher, "file", standard=1)
    expect = {"state": "reported"}
    broken = refusal(town, ticket, people.dispatcher, "file", standard=2, expect=expect)
    assert broken.code is Code.STALE_STATE


def test_the_first_received_wins_and_the_second_learns_of_whom(town, people, kit, ticket):
    rival = kit.person("pq02", *people.dispatcher.roles, orgs=["D"])
    expect = {"state": "reported"}
    town.act(ticket, people.dispatcher, "file", standard=1, expect=expect)
    broken = refusal(town, ticket, rival, "file", standard=1, expect=expect)
    assert broken.code is Code.STALE_STATE
    assert broken.facts["state"] == "registered"
    assert broken.facts["by"] == people.dispatcher.name


def test_req_029_who_may_not_is_refused_and_not_offered(town, people, ticket):
    seen = read(Ticket, town.ticket(ticket))
    assert possible(seen, people.dispatcher, town) == ("file", "void")
    for person in (people.worker, people.desk, people.handler):
        assert possible(seen, person, town) == ()
        assert refusal(town, ticket, person, "file", standard=1).code is Code.FORBIDDEN


def test_req_029_a_reviewer_is_offered_only_what_the_community_owns(town, people):
    streets = town.reported(people.worker, item="B0101")
    own = town.reported(people.worker, item="OTS06")
    assert possible(read(Ticket, town.ticket(own)), people.reviewer, town) == ("file", "void")
    assert possible(read(Ticket, town.ticket(streets)), people.reviewer, town) == ()
    assert refusal(town, streets, people.reviewer, "void", reason="x").code is Code.FORBIDDEN
    town.act(own, people.reviewer, "void", reason="x")


def test_a_key_that_is_missing_or_unknown_is_named(town, people, ticket):
    for args in ({}, {"reason": "r", "x": 1}, {"reason": 1}):
        broken = refusal(town, ticket, people.dispatcher, "void", **args)
        assert (broken.code, broken.facts["key"]) == (
            Code.INVALID,
            "x" if "x" in args else "reason",
        )


def test_an_action_out_of_its_stage(town, people, ticket):
    broken = refusal(town, ticket, people.dispatcher, "dispatch", unit="WATER")
    assert broken.code is Code.STAGE_ORDER
    assert broken.facts == {"action": "dispatch", "state": "reported"}


def test_what_is_not_done_there(town, people, kit, ticket):
    assert refusal(town, ticket, people.dispatcher, "fly").code is Code.UNKNOWN_ACTION
    assert refusal(town, ticket, people.dispatcher, "file", standard=1, x=1).code is Code.INVALID
    assert refusal(town, "none", people.dispatcher, "file", standard=1).code is Code.INVALID
    elsewhere = kit.person("pq09", *people.dispatcher.roles, orgs=["C2"])
    broken = refusal(town, ticket, elsewhere, "file", standard=1)
    assert (broken.code, broken.facts) == (Code.NOT_IN_SCOPE, {"grid": "G1"})
    assert possible(read(Ticket, town.ticket(ticket)), elsewhere, town) == ()
    del town.grids["G1"]
    broken = refusal(town, ticket, people.dispatcher, "file", standard=1)
    assert broken.code is Code.NOT_IN_SCOPE


def test_a_body_that_is_no_ticket_is_refused(town, people, ticket):
    town.bodies["ticket", ticket]["state"] = "dreaming"
    assert refusal(town, ticket, people.dispatcher, "file", standard=1).code is Code.INVALID


def test_open_states_are_those_with_work_left(town, people, ticket):
    assert read(Ticket, town.ticket(ticket)).is_open
    town.act(ticket, people.dispatcher, "void", reason="x")
    assert not read(Ticket, town.ticket(ticket)).is_open
    ended = {"draft", "closed", "evaluated", "archived", "onspot_done", "voided"}
    assert {str(s) for s in State if s not in OPEN} == ended


OPEN = {
    State.REPORTED,
    State.VERIFYING,
    State.REGISTERED,
    State.DISPATCHED,
    State.SIGNED,
    State.HANDLING,
    State.HANDLED,
    State.FEEDBACK,
    State.CHECKING,
    State.REOPENED,
}

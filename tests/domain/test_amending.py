"""Editing, taking back, adding evidence: what one changes and what one may not."""

import pytest

from gridworker.domain.problem import Code, RuleBroken


def edit(town, ticket, actor, **changes):
    wishes = {field: {"from": a, "to": b} for field, (a, b) in changes.items()}
    return town.do(town.op("ticket.edit", ticket, {"changes": wishes}), actor)


def retract(town, ticket, actor):
    return town.do(town.op("ticket.retract", ticket, {}), actor)


def test_an_edit_changes_a_field_and_says_so(town, people):
    ticket = town.reported(people.worker)
    edit(town, ticket, people.worker, place=("东门路口", "西门路口"))
    assert town.ticket(ticket)["place"] == "西门路口"
    step = town.timeline(ticket)[-1]
    assert step["changes"] == {"place": {"from": "东门路口", "to": "西门路口"}}
    assert (step["action"], step["opinion"]) == ("edit", "西门路口")


def test_different_fields_never_conflict(town, people):
    ticket = town.reported(people.worker)
    edit(town, ticket, people.worker, place=("东门路口", "西门路口"))
    edit(town, ticket, people.dispatcher, note=("井盖不见了", "井盖丢失"))
    body = town.ticket(ticket)
    assert (body["place"], body["note"]) == ("西门路口", "井盖丢失")
    assert body["acted_by"] == ["wg0101", "pq01"]


def test_the_same_wish_twice_changes_nothing(town, people):
    ticket = town.reported(people.worker)
    edit(town, ticket, people.worker, place=("东门路口", "西门路口"))
    assert edit(town, ticket, people.worker, place=("东门路口", "西门路口")).noop
    assert edit(town, ticket, people.worker).noop


def test_one_conflict_refuses_the_whole_edit_and_shows_both_sides(town, people):
    ticket = town.reported(people.worker)
    edit(town, ticket, people.dispatcher, place=("东门路口", "西门路口"))
    before = dict(town.bodies)
    with pytest.raises(RuleBroken) as caught:
        edit(town, ticket, people.worker, note=("井盖不见了", "新"), place=("东门路口", "南门"))
    assert caught.value.code is Code.FIELD_CONFLICT
    assert caught.value.facts == {
        "field": "place",
        "base": "东门路口",
        "mine": "南门",
        "theirs": "西门路口",
        "conflicts": {"place": {"base": "东门路口", "mine": "南门", "theirs": "西门路口"}},
    }
    assert town.bodies == before


def test_every_field_that_others_changed_is_shown(town, people):
    ticket = town.reported(people.worker)
    edit(
        town,
        ticket,
        people.dispatcher,
        place=("东门路口", "西门路口"),
        note=("井盖不见了", "井盖丢失"),
    )
    with pytest.raises(RuleBroken) as caught:
        edit(town, ticket, people.worker, place=("东门路口", "南门"), note=("井盖不见了", "缺一角"))
    assert caught.value.facts["field"] == "place"
    assert caught.value.facts["conflicts"] == {
        "place": {"base": "东门路口", "mine": "南门", "theirs": "西门路口"},
        "note": {"base": "井盖不见了", "mine": "缺一角", "theirs": "井盖丢失"},
    }


@pytest.mark.parametrize(
    ("field", "to"), [("state", "closed"), ("local_no", "L1"), ("place", 7), ("place", " ")]
)
def test_what_cannot_be_edited(town, people, field, to):
    ticket = town.reported(people.worker)
    with pytest.raises(RuleBroken) as caught:
        edit(town, ticket, people.worker, **{field: (town.ticket(ticket)[field], to)})
    assert (caught.value.code, caught.value.facts["field"]) == (Code.INVALID, field)


def test_only_the_author_and_those_in_charge_there_edit(town, people, kit):
    ticket = town.reported(people.worker)
    elsewhere = kit.person("pq09", *people.dispatcher.roles, orgs=["C2"])
    for stranger in (people.mate, elsewhere):
        with pytest.raises(RuleBroken) as caught:
            edit(town, ticket, stranger, place=("东门路口", "西门路口"))
        assert caught.value.code is Code.FORBIDDEN


def test_an_author_edits_even_after_moving_to_another_grid(town, people, kit):
    ticket = town.reported(people.worker)
    moved = kit.person("wg0101", *people.worker.roles, grids=["G2"])
    edit(town, ticket, moved, place=("东门路口", "西门路口"))
    assert town.ticket(ticket)["place"] == "西门路口"


def test_in_a_grid_that_is_gone_only_the_author_edits(town, people):
    ticket = town.reported(people.worker)
    del town.grids["G1"]
    with pytest.raises(RuleBroken) as caught:
        edit(town, ticket, people.dispatcher, place=("东门路口", "西门路口"))
    assert caught.value.code is Code.FORBIDDEN


def test_what_has_ended_is_not_edited(town, people):
    ticket = town.reported(people.worker)
    town.act(ticket, people.dispatcher, "void", reason="重复")
    with pytest.raises(RuleBroken) as caught:
        edit(town, ticket, people.worker, place=("东门路口", "西门路口"))
    assert caught.value.code is Code.GONE
    assert caught.value.facts == {"state": "voided", "reason": "重复"}


@pytest.mark.parametrize("verb", ["ticket.edit", "ticket.retract"])
def test_there_must_be_a_record(town, people, verb):
    args = {"changes": {}} if verb == "ticket.edit" else {}
    with pytest.raises(RuleBroken) as caught:
        town.do(town.op(verb, "none", args), people.worker)
    assert (caught.value.code, caught.value.facts["field"]) == (Code.INVALID, "entity")


def test_taking_back_ends_the_ticket_once(town, people):
    for ticket in (town.reported(people.worker), town.resolved(people.worker)):
        retract(town, ticket, people.worker)
        body = town.ticket(ticket)
        assert (body["state"], body["void_reason"]) == ("voided", "retracted")
        assert town.timeline(ticket)[-1]["action"] == "retract"
        assert retract(town, ticket, people.worker).noop


def test_only_the_author_takes_back(town, people):
    ticket = town.reported(people.worker)
    with pytest.raises(RuleBroken) as caught:
        retract(town, ticket, people.mate)
    assert caught.value.code is Code.FORBIDDEN


def test_nothing_is_taken_back_once_somebody_acted(town, people):
    ticket = town.reported(people.worker)
    edit(town, ticket, people.dispatcher, place=("东门路口", "西门路口"))
    with pytest.raises(RuleBroken) as caught:
        retract(town, ticket, people.worker)
    assert caught.value.code is Code.STALE_STATE
    assert caught.value.facts == {
        "state": "reported",
        "assignee": None,
        "by": people.dispatcher.name,
        "at": "2026-03-02T01:00:00.000Z",
    }


def test_what_was_voided_for_another_reason_is_not_taken_back(town, people):
    ticket = town.reported(people.worker)
    town.act(ticket, people.dispatcher, "void", reason="重复")
    with pytest.raises(RuleBroken) as caught:
        retract(town, ticket, people.worker)
    assert caught.value.code is Code.STALE_STATE


def add(town, actor, kind, id_, **args):
    op = town.op("evidence.add", town.new_id(), {"to": {"kind": kind, "id": id_}, **args})
    return op, town.do(op, actor)


def test_evidence_is_appended_whatever_the_state(town, people, kit):
    ticket = town.reported(people.worker)
    town.act(ticket, people.dispatcher, "void", reason="重复")
    op, _ = add(town, people.mate, "ticket", ticket, photos=[kit.photo("far", "c")], note="又看到")
    assert [p["role"] for p in town.ticket(ticket)["photos"]] == ["near", "far"]
    assert town.bodies["evidence", op.entity.id]["note"] == "又看到"
    assert town.do(op, people.mate).noop
    assert len(town.ticket(ticket)["photos"]) == 2


def test_a_unit_adds_evidence_to_what_it_was_given(town, people):
    ticket = town.reported(people.worker)
    with pytest.raises(RuleBroken):
        add(town, people.handler, "ticket", ticket, note="到场")
    town.act(ticket, people.dispatcher, "file", standard=1)
    town.act(ticket, people.dispatcher, "dispatch", unit="D", assist_units="WATER")
    add(town, people.handler, "ticket", ticket, note="到场")


def test_evidence_for_a_patrol(town, people):
    args = {"place": "天台", "result": "normal", "grid": "G1", "at": "2026-03-02T09:00:00+08:00"}
    town.do(town.op("patrol_record.create", "p", args), people.worker)
    add(town, people.worker, "patrol_record", "p", note="补一句")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("ticket", {}),
        ("ticket", {"note": "  "}),
        ("person", {"note": "x"}),
        ("ticket", {"note": "长" * 2001}),
    ],
)
def test_evidence_that_is_none(town, people, kind, more):
    ticket = town.reported(people.worker)
    with pytest.raises(RuleBroken) as caught:
        add(town, people.worker, kind, ticket, **more)
    assert caught.value.code is Code.INVALID


def test_evidence_needs_a_record_in_reach(town, people):
    with pytest.raises(RuleBroken) as caught:
        add(town, people.worker, "ticket", "none", note="x")
    assert caught.value.code is Code.INVALID
    ticket = town.reported(people.worker)
    with pytest.raises(RuleBroken) as caught:
        add(town, people.other, "ticket", ticket, note="x")
    assert caught.value.code is Code.FORBIDDEN
    del town.grids["G1"]
    with pytest.raises(RuleBroken) as caught:
        add(town, people.worker, "ticket", ticket, note="x")
    assert caught.value.code is Code.FORBIDDEN


def test_what_others_know_of_a_body_survives_every_change(town, people):
    ticket = town.reported(people.worker)
    town.bodies["ticket", ticket]["of_tomorrow"] = {"a": [1]}
    edit(town, ticket, people.worker, place=("东门路口", "西门路口"))
    add(town, people.worker, "ticket", ticket, note="x")
    town.act(ticket, people.dispatcher, "file", standard=1)
    town.act(ticket, people.dispatcher, "dispatch", unit="WATER")
    assert town.ticket(ticket)["of_tomorrow"] == {"a": [1]}

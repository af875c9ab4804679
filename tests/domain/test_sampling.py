"""The second half of T23: the centre closes, or looks again."""

import uuid

import pytest

from gridworker.domain.sampling import DEMO_PERCENT, is_sampled, settle


@pytest.fixture
def centre(kit):
    return kit.town(received=kit.now)


def finish(town, people, kit):
    op = town.op("ticket.resolve", town.new_id(), kit.resolve_args())
    town.do(op, people.worker)
    return op


def settled(op, town, percent):
    return settle(op.entity.id, town, percent=percent, at=town.received)


def keep(town, outcome):
    for put in outcome.puts:
        town.bodies[put.kind, put.id] = put.body


def test_what_is_not_sampled_is_closed_with_a_step_of_the_system(centre, people, kit):
    op = finish(centre, people, kit)
    keep(centre, settled(op, centre, 0))
    body = centre.ticket(op.entity.id)
    assert (body["state"], body["sample_recheck"]) == ("closed", None)
    assert body["closed_at"] == kit.now
    steps = centre.timeline(op.entity.id)
    assert [s["action"] for s in steps] == ["found", "resolve", "close"]
    assert (steps[-1]["actor"], steps[-1]["from_state"]) == ("system", "onspot_done")
    ids = [id_ for kind, id_ in centre.bodies if kind == "flow_record"]
    assert len(set(ids)) == 3


def test_what_is_sampled_stays_done_and_waits_for_somebody(centre, people, kit):
    op = finish(centre, people, kit)
    keep(centre, settled(op, centre, 100))
    body = centre.ticket(op.entity.id)
    assert (body["state"], body["sample_recheck"]) == ("onspot_done", "due")
    assert settled(op, centre, 0).noop


def test_it_is_decided_once(centre, people, kit):
    op = finish(centre, people, kit)
    keep(centre, settled(op, centre, 0))
    assert settled(op, centre, 0).noop


def test_what_was_taken_back_in_the_same_push_stays_taken_back(centre, people, kit):
    op = finish(centre, people, kit)
    centre.do(centre.op("ticket.retract", op.entity.id, {}), people.worker)
    assert settled(op, centre, 0).noop


def test_what_became_a_report_is_not_closed(centre, people, kit):
    op = centre.op("ticket.resolve", "t", kit.resolve_args(photos=[]))
    centre.do(op, people.worker)
    assert settled(op, centre, 0).noop


def test_the_rate_is_kept_and_rates_include_each_other():
    ids = [str(uuid.UUID(int=n)) for n in range(5000)]
    drawn = {id_ for id_ in ids if is_sampled(id_, DEMO_PERCENT)}
    assert 400 < len(drawn) < 600
    assert drawn <= {id_ for id_ in ids if is_sampled(id_, 20)}
    assert not any(is_sampled(id_, 0) for id_ in ids)
    assert all(is_sampled(id_, 100) for id_ in ids)


def test_what_is_not_there_is_left_alone(centre):
    assert settle("none", centre, percent=0, at=centre.received).noop

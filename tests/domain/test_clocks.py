"""The clocks of a ticket, through its life."""

import msgspec
import pytest

from gridworker.domain.calendar import Calendar
from gridworker.domain.clocks import Clock, TimeLimitProfile, clocks, recalculated
from gridworker.domain.record import read
from gridworker.domain.ticket import Ticket

PROFILE = TimeLimitProfile()
NOW = "2026-03-02T02:00:00.000Z"


@pytest.fixture
def dispatched(town, people):
    ticket = town.reported(people.worker)
    town.act(ticket, people.dispatcher, "file", standard=1, wall="2026-03-02T09:10:00+08:00")
    town.act(ticket, people.dispatcher, "dispatch", unit="WATER", wall="2026-03-02T09:30:00+08:00")
    return read(Ticket, town.ticket(ticket))


def readings(town, ticket, now=NOW, calendar=None, **profile):
    settings = TimeLimitProfile(**profile)
    found = clocks(ticket, town.item(ticket.item), settings, calendar or town.calendar, now)
    return {reading.what: reading for reading in found}


def test_four_clocks_and_those_of_the_stages(town, dispatched):
    signed = msgspec.structs.replace(
        dispatched,
        signed_at="2026-03-02T01:40:00.000Z",
        check_at="2026-03-02T01:50:00.000Z",
    )
    found = readings(town, signed)
    assert {what: (r.due, r.left, r.stopped, r.overdue) for what, r in found.items()} == {
        Clock.OVERALL: ("2026-03-03T01:10:00.000Z", 1390, None, False),
        Clock.UNIT: ("2026-03-03T01:30:00.000Z", 1410, None, False),
        Clock.FIRST_CONTACT: ("2026-03-02T02:40:00.000Z", 40, None, False),
        Clock.ACCEPTANCE: ("2026-03-02T01:15:00.000Z", 5, "2026-03-02T01:10:00.000Z", False),
        Clock.DISPATCH: ("2026-03-02T01:25:00.000Z", -5, "2026-03-02T01:30:00.000Z", True),
        Clock.CHECK: ("2026-03-02T02:20:00.000Z", 20, None, False),
    }
    assert found[Clock.OVERALL].due == signed.due
    assert found[Clock.UNIT].due == signed.unit_due


def test_every_due_time_has_an_explanation_of_at_most_six_lines(town, dispatched):
    for reading in readings(town, dispatched).values():
        assert 2 <= len(reading.why) <= 6


def test_a_reported_matter_waits_to_be_accepted(town, people):
    ticket = read(Ticket, town.ticket(town.reported(people.worker)))
    found = readings(town, ticket)
    assert set(found) == {Clock.ACCEPTANCE}
    assert found[Clock.ACCEPTANCE].overdue


def test_nothing_runs_on_what_was_finished_on_the_spot_or_ended(town, people):
    done = read(Ticket, town.ticket(town.resolved(people.worker)))
    assert readings(town, done) == {}
    void = town.reported(people.worker)
    town.act(void, people.dispatcher, "void", reason="x")
    assert readings(town, read(Ticket, town.ticket(void))) == {}


def test_a_pause_holds_the_clocks_of_the_matter_and_not_those_of_stages(town, dispatched):
    held = msgspec.structs.replace(dispatched, pauses=(("2026-03-02T01:45:00.000Z", None),))
    found = readings(town, held)
    assert (found[Clock.OVERALL].due, found[Clock.OVERALL].paused) == (None, True)
    assert (found[Clock.UNIT].left, found[Clock.UNIT].overdue) == (None, False)
    assert not found[Clock.DISPATCH].paused


def test_a_clock_that_stopped_keeps_what_was_left(town, dispatched):
    handled = msgspec.structs.replace(dispatched, handled_at="2026-03-02T03:10:00.000Z")
    found = readings(town, handled, now="2026-04-01T00:00:00.000Z")
    assert found[Clock.OVERALL].left == 1320
    assert found[Clock.OVERALL].stopped == "2026-03-02T03:10:00.000Z"


def test_a_profile_chooses_the_rule_of_its_district(town, dispatched):
    found = readings(town, dispatched, working_days="day_end")
    assert found[Clock.OVERALL].due == "2026-03-03T10:00:00.000Z"


def test_without_the_item_only_stages_are_timed(town, dispatched):
    del town.items["B0101"]
    assert set(readings(town, dispatched)) == {Clock.ACCEPTANCE, Clock.DISPATCH}


def test_a_calendar_changed_after_the_start_counts_once_it_is_published(town, people, dispatched):
    """What was promised stays in the timeline."""
    new = Calendar(holidays=frozenset({"2026-03-03"}), years=frozenset({2026}))
    item = town.item("B0101")
    after = recalculated(dispatched, item, new, PROFILE)
    assert dispatched.due == "2026-03-03T01:10:00.000Z"
    assert (after.due, after.unit_due) == ("2026-03-04T01:10:00.000Z", "2026-03-04T01:30:00.000Z")
    assert readings(town, after, calendar=new)[Clock.OVERALL].due == after.due
    ((_, id_),) = [key for key in town.bodies if key[0] == "ticket"]
    assert town.timeline(id_)[-1]["due"] == dispatched.due


def test_recalculating_touches_only_what_runs(town, people, dispatched):
    item = town.item("B0101")
    closed = msgspec.structs.replace(dispatched, state="closed")
    assert recalculated(read(Ticket, msgspec.to_builtins(closed)), item, Calendar(), PROFILE).due
    fresh = read(Ticket, town.ticket(town.reported(people.worker)))
    assert recalculated(fresh, item, Calendar(), PROFILE) is fresh
    undispatched = msgspec.structs.replace(dispatched, dispatched_at=None)
    assert recalculated(undispatched, item, town.calendar, PROFILE).unit_due is None

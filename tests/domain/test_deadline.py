"""The vectors of domain.md 9, the edges of a day, pauses, and a slow oracle minute by minute."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridworker.domain.calendar import Calendar, Slot, calendar_of
from gridworker.domain.deadline import deadline, minutes_left
from gridworker.domain.limit import Limit, LimitType
from gridworker.domain.why import Why

CHINA = timezone(timedelta(hours=8))
SYNTHETIC = Calendar(
    holidays=frozenset({"2026-03-06"}),
    workdays=frozenset({"2026-03-07"}),
    years=frozenset({2026}),
)
W_HOUR, W_DAY = LimitType.WORK_HOUR, LimitType.WORK_DAY
U_HOUR, NATURAL = LimitType.URGENT_HOUR, LimitType.NATURAL_DAY
VECTORS = {
    "A": ("2026-03-02 09:00", 4, W_HOUR, "2026-03-02 15:00"),
    "B": ("2026-03-02 11:30", 4, W_HOUR, "2026-03-02 17:30"),
    "C": ("2026-03-02 17:30", 2, W_HOUR, "2026-03-03 09:30"),
    "D": ("2026-03-02 20:00", 1, W_HOUR, "2026-03-03 09:00"),
    "E": ("2026-03-05 17:00", 4, W_HOUR, "2026-03-07 11:00"),
    "F": ("2026-03-07 16:00", 4, W_HOUR, "2026-03-09 10:00"),
    "G": ("2026-03-02 10:00", 1, W_DAY, "2026-03-03 10:00"),
    "H": ("2026-03-05 10:00", 3, W_DAY, "2026-03-10 10:00"),
    "I": ("2026-03-06 23:30", 2, U_HOUR, "2026-03-07 01:30"),
    "J": ("2026-03-02 10:00", 1, NATURAL, "2026-03-03 10:00"),
    "at 12:00 the break begins": ("2026-03-02 12:00", 1, W_HOUR, "2026-03-02 15:00"),
    "at 18:00 the day is over": ("2026-03-02 18:00", 1, W_HOUR, "2026-03-03 09:00"),
    "up to the break": ("2026-03-02 08:00", 4, W_HOUR, "2026-03-02 12:00"),
    "up to the evening": ("2026-03-02 08:00", 1, W_DAY, "2026-03-02 18:00"),
    "from a weekend": ("2026-03-01 03:00", 1, W_HOUR, "2026-03-02 09:00"),
    "minutes": ("2026-03-02 23:50", 15, LimitType.URGENT_MINUTE, "2026-03-03 00:05"),
}
DAY_END = {
    "G": ("2026-03-02 10:00", 1, W_DAY, "2026-03-03 18:00"),
    "H": ("2026-03-05 10:00", 3, W_DAY, "2026-03-10 18:00"),
    "hours know no day end": ("2026-03-02 09:00", 4, W_HOUR, "2026-03-02 15:00"),
    "from a day off": ("2026-03-06 10:00", 1, W_DAY, "2026-03-07 18:00"),
}


def at(local: str) -> str:
    return local.replace(" ", "T") + ":00+08:00"


def local(utc: str | None) -> str:
    assert utc is not None
    return datetime.fromisoformat(utc).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_vectors_of_the_minutes_rule(vector):
    start, value, kind, due = vector
    assert local(deadline(at(start), Limit(value, kind), SYNTHETIC).due) == due


@pytest.mark.parametrize("vector", DAY_END.values(), ids=DAY_END)
def test_vectors_of_the_day_end_rule(vector):
    start, value, kind, due = vector
    result = deadline(at(start), Limit(value, kind), SYNTHETIC, rule="day_end")
    assert local(result.due) == due


def test_the_zone_of_the_device_never_matters():
    here = deadline("2026-03-02T09:00:00+08:00", Limit(4, W_HOUR), SYNTHETIC)
    there = deadline("2026-03-02T06:45:00+05:45", Limit(4, W_HOUR), SYNTHETIC)
    assert here == there


def test_a_started_minute_counts_for_the_worker():
    start = "2026-03-02T09:00:30.500+08:00"
    assert local(deadline(start, Limit(1, U_HOUR), SYNTHETIC).due) == "2026-03-02 10:01"


def test_a_pause_over_a_weekend_leaves_only_its_working_time_out():
    pause = (at("2026-03-12 17:00"), at("2026-03-16 09:00"))
    result = deadline(at("2026-03-12 16:00"), Limit(4, W_HOUR), SYNTHETIC, pauses=[pause])
    assert local(result.due) == "2026-03-16 12:00"
    assert [line.facts["minutes"] for line in result.why if line.code is Why.PAUSED] == [5280]


def test_pauses_that_touch_count_once():
    pauses = [
        (at("2026-03-02 11:00"), at("2026-03-02 11:30")),
        (at("2026-03-02 10:00"), at("2026-03-02 11:00")),
        (at("2026-03-02 10:15"), at("2026-03-02 10:30")),
    ]
    result = deadline(at("2026-03-02 09:00"), Limit(2, U_HOUR), SYNTHETIC, pauses=pauses)
    assert local(result.due) == "2026-03-02 12:30"
    assert [line.facts["times"] for line in result.why if line.code is Why.PAUSED] == [1]


def test_an_open_pause_leaves_no_due_time_but_what_is_left():
    pauses = [(at("2026-03-02 15:00"), None), (at("2026-03-03 09:00"), at("2026-03-03 10:00"))]
    result = deadline(at("2026-03-02 09:00"), Limit(1, W_DAY), SYNTHETIC, pauses=pauses)
    assert result.due is None
    assert result.paused
    assert result.why[-1].facts == {"since": "2026-03-02 15:00", "counted": 240, "left": 240}


def test_an_open_pause_before_the_start_counts_nothing():
    pauses = [(at("2026-03-01 15:00"), None)]
    result = deadline(at("2026-03-02 09:00"), Limit(1, W_DAY), SYNTHETIC, pauses=pauses)
    assert result.why[-1].facts == {"since": "2026-03-02 09:00", "counted": 0, "left": 480}


def test_an_open_pause_after_the_end_changes_nothing():
    pauses = [(at("2026-03-04 09:00"), None)]
    result = deadline(at("2026-03-02 09:00"), Limit(1, W_DAY), SYNTHETIC, pauses=pauses)
    assert not result.paused
    assert local(result.due) == "2026-03-03 09:00"


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        (("2026-03-03 15:00", "2026-03-03 17:00"), "2026-03-03 18:00"),
        (("2026-03-03 15:00", "2026-03-04 09:00"), "2026-03-04 18:00"),
        (("2026-03-03 18:00", "2026-03-04 09:00"), "2026-03-03 18:00"),
        (("2026-03-03 15:00", "2026-03-03 18:00"), "2026-03-04 18:00"),
    ],
)
def test_a_paused_closing_time_counts_no_day(pause, due):
    pauses = [(at(pause[0]), at(pause[1]))]
    result = deadline(
        at("2026-03-02 10:00"), Limit(1, W_DAY), SYNTHETIC, rule="day_end", pauses=pauses
    )
    assert local(result.due) == due


def test_an_open_pause_under_the_day_end_rule():
    result = deadline(
        at("2026-03-02 10:00"),
        Limit(3, W_DAY),
        SYNTHETIC,
        rule="day_end",
        pauses=[(at("2026-03-04 09:00"), None)],
    )
    assert result.due is None
    assert result.paused
    assert result.why[-1].facts == {"since": "2026-03-04 09:00", "counted": 1, "left": 2}


def test_a_missing_year_falls_back_to_weekends_and_says_so():
    result = deadline(at("2026-12-31 10:00"), Limit(2, W_DAY), SYNTHETIC)
    assert local(result.due) == "2027-01-04 10:00"
    said = [line.facts for line in result.why if line.code is Why.CALENDAR_MISSING]
    assert said == [{"years": [2027]}]


def test_continuous_limits_do_not_care_for_calendars():
    result = deadline(at("2026-12-31 10:00"), Limit(2, NATURAL), SYNTHETIC)
    assert {line.code for line in result.why} == {Why.START, Why.DUE}


def test_a_calendar_without_working_time_is_refused():
    with pytest.raises(ValueError, match="Slot"):
        deadline(at("2026-03-02 09:00"), Limit(1, W_HOUR), Calendar(slots=(Slot(60, 60),)))


def test_minutes_left_and_overdue():
    assert minutes_left("2026-03-02T07:00:00Z", "2026-03-02T06:30:30Z") == 30
    assert minutes_left("2026-03-02T07:00:00Z", "2026-03-02T07:00:30Z") == 0
    assert minutes_left("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z") == -60


def test_a_calendar_out_of_its_bodies():
    bodies = [
        {"date": "2026", "type": "year"},
        {"date": "2026-03-06", "type": "holiday"},
        {"date": "2026-03-07", "type": "workday"},
        {"date": "2026-03-08", "type": "something new"},
    ]
    assert calendar_of(bodies) == SYNTHETIC


# The oracle: one minute after the other, with datetimes, nothing shared with the code under test.


def oracle(start, minutes, *, working, calendar, pauses):
    """Return the due time or None, and the minutes counted on each day."""
    now, counted, days = start, 0, {}
    while counted < minutes:
        if any(end is None and begin <= now for begin, end in pauses):
            return None, days
        paused = any(end is not None and begin <= now < end for begin, end in pauses)
        if not paused and (not working or at_work(now, calendar)):
            counted += 1
            days[now.date()] = days.get(now.date(), 0) + 1
        now += timedelta(minutes=1)
    return now, days


def at_work(moment, calendar):
    day = moment.strftime("%Y-%m-%d")
    if day not in calendar.workdays and (day in calendar.holidays or moment.isoweekday() > 5):
        return False
    clock = moment.hour * 60 + moment.minute
    return any(slot.start <= clock < slot.end for slot in calendar.slots)


MONDAY = datetime(2026, 3, 2, tzinfo=CHINA)
minute_in_march = st.integers(0, 20 * 1440).map(lambda n: MONDAY + timedelta(minutes=n))
march = st.integers(1, 31).map(lambda day: f"2026-03-{day:02d}")


@st.composite
def calendars(draw):
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=4, max_size=4)))
    slots = (Slot(edges[0] * 15, edges[1] * 15), Slot(edges[2] * 15, edges[3] * 15))
    ordinary = draw(st.booleans())
    return Calendar(
        holidays=draw(st.frozensets(march, max_size=4)),
        workdays=draw(st.frozensets(march, max_size=4)),
        years=frozenset({2026}),
        **({} if ordinary else {"slots": slots}),
    )


@st.composite
def pause_lists(draw):
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(minute_in_march)
        length = draw(st.one_of(st.none(), st.integers(0, 3000)))
        pauses.append((begin, None if length is None else begin + timedelta(minutes=length)))
    return pauses


def text(moment):
    return None if moment is None else moment.isoformat()


@settings(max_examples=1200)
@given(
    start=minute_in_march,
    value=st.integers(1, 12),
    kind=st.sampled_from([W_HOUR, U_HOUR, LimitType.URGENT_MINUTE]),
    calendar=calendars(),
    pauses=pause_lists(),
)
def test_every_due_time_is_the_oracles_and_every_explanation_adds_up(
    start, value, kind, calendar, pauses
):
    limit = Limit(value, kind)
    given_pauses = [(text(a), text(b)) for a, b in pauses]
    result = deadline(start.isoformat(), limit, calendar, pauses=given_pauses)
    due, days = oracle(
        start, limit.minutes, working=kind is W_HOUR, calendar=calendar, pauses=pauses
    )
    assert (None if result.due is None else datetime.fromisoformat(result.due)) == due
    assert result.paused == (due is None)
    assert len(result.why) <= 6
    check_explanation(result, limit, days)


def check_explanation(result, limit, days):
    facts = {line.code: line.facts for line in result.why}
    assert facts[Why.START]["minutes"] == limit.minutes
    if Why.WAITING in facts:
        waiting = facts[Why.WAITING]
        assert waiting["counted"] == sum(days.values())
        assert waiting["counted"] + waiting["left"] == limit.minutes
    elif Why.LAST in facts:
        last = facts[Why.LAST]
        before = facts.get(Why.COUNTED, {"minutes": 0, "days": 0})
        assert before["minutes"] + last["minutes"] == limit.minutes
        assert before["days"] == len(days) - 1
        begin, end = (datetime.fromisoformat(last[key]) for key in ("from", "to"))
        assert (end - begin) == timedelta(minutes=last["minutes"] + last["off"])
        assert days[max(days)] == last["minutes"]
        assert last["to"] == local(result.due)
    else:
        begin = datetime.fromisoformat(facts[Why.START]["at"])
        paused = facts.get(Why.PAUSED, {"minutes": 0})["minutes"]
        assert facts[Why.DUE]["at"] == local(result.due)
        assert datetime.fromisoformat(local(result.due)) - begin == timedelta(
            minutes=limit.minutes + paused
        )


@settings(max_examples=800)
@given(start=minute_in_march, days=st.integers(1, 8), calendar=calendars(), pauses=pause_lists())
def test_the_day_end_rule_is_the_oracles(start, days, calendar, pauses):
    given_pauses = [(text(a), text(b)) for a, b in pauses]
    result = deadline(
        start.isoformat(), Limit(days, W_DAY), calendar, rule="day_end", pauses=given_pauses
    )
    left, day = days, start.replace(hour=0, minute=0)
    closing = timedelta(minutes=max(slot.end for slot in calendar.slots))
    due = None
    while left:
        day += timedelta(days=1)
        close = day + closing
        just_before = close - timedelta(minutes=1)
        if any(end is None and begin <= just_before for begin, end in pauses):
            break
        held = any(end is not None and begin <= just_before < end for begin, end in pauses)
        works = day.strftime("%Y-%m-%d") in calendar.workdays or (
            day.strftime("%Y-%m-%d") not in calendar.holidays and day.isoweekday() < 6
        )
        if works and not held:
            left -= 1
            due = close
    due = None if left else due
    assert (None if result.due is None else datetime.fromisoformat(result.due)) == due
    assert len(result.why) <= 6


@settings(max_examples=200)
@given(start=minute_in_march, value=st.integers(1, 10), more=st.integers(1, 10))
def test_more_time_is_never_earlier(start, value, more):
    short, long = (
        deadline(start.isoformat(), Limit(n, W_DAY), SYNTHETIC).due for n in (value, value + more)
    )
    assert short is not None
    assert long is not None
    assert short < long


def test_the_due_time_is_written_in_utc():
    due = deadline(at("2026-03-02 09:00"), Limit(1, U_HOUR), SYNTHETIC).due
    assert due == "2026-03-02T02:00:00.000Z"
    assert datetime.fromisoformat(due).tzinfo == UTC

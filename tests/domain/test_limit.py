"""Limits as cities write them (domain.md 2.3)."""

from datetime import UTC

import msgspec
import pytest

from gridworker.domain.identity import derived_id
from gridworker.domain.limit import Limit, LimitType, parse_limit
from gridworker.domain.times import local_day, parse_time, to_utc_text


@pytest.mark.parametrize(
    ("raw", "value", "kind"),
    [
        ("2紧急工作时", 2, LimitType.URGENT_HOUR),
        ("1紧急工作日", 1, LimitType.NATURAL_DAY),
        ("4小时", 4, LimitType.WORK_HOUR),
        ("4 工作时", 4, LimitType.WORK_HOUR),
        ("2天", 2, LimitType.WORK_DAY),
        (" 2工作日 ", 2, LimitType.WORK_DAY),
        ("30紧急分钟", 30, LimitType.URGENT_MINUTE),
        ("1紧急工作时制止", 1, LimitType.URGENT_HOUR),
        ("尽快", 1, LimitType.NATURAL_DAY),
        ("0天", 1, LimitType.NATURAL_DAY),
        ("", 1, LimitType.NATURAL_DAY),
    ],
)
def test_reading_a_limit(raw, value, kind):
    assert parse_limit(raw) == Limit(value, kind)


@pytest.mark.parametrize("value", [0, -1, 10_000])
def test_a_limit_has_a_sensible_length(value):
    with pytest.raises(ValueError, match=str(value)):
        Limit(value, LimitType.WORK_DAY)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"value": value, "type": "work_day"}, Limit)


def test_how_long_a_limit_is():
    lengths = {kind: Limit(2, kind).minutes for kind in LimitType}
    assert lengths == {
        LimitType.URGENT_MINUTE: 2,
        LimitType.URGENT_HOUR: 120,
        LimitType.WORK_HOUR: 120,
        LimitType.WORK_DAY: 960,
        LimitType.NATURAL_DAY: 2880,
    }


def test_the_local_day_is_chinas_wherever_the_device_thinks_it_is():
    assert local_day("2026-03-01T16:30:00Z") == "20260302"
    assert local_day("2026-03-02T00:30:00+08:00") == "20260302"
    assert to_utc_text("2026-03-02T09:00:00+08:00") == "2026-03-02T01:00:00.000Z"


def test_the_same_moment_is_the_same_in_whatever_zone_it_was_written():
    here, there = parse_time("2026-03-02T09:00:00.120+08:00"), parse_time("2026-03-02T01:00:00.12Z")
    assert here == there
    assert here.tzinfo is there.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-03-02T09:00:00", "1800-01-01T00:00:00Z", "9999-12-31T23:59:59-08:00", "now"]
)
def test_what_is_no_time_to_calculate_with(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_time(text)


def test_ids_that_follow_from_ids():
    origin = "0199c82c-1234-7abc-8def-0123456789ab"
    made = {derived_id(origin, purpose, n) for purpose in ("flow", "person") for n in range(9)}
    assert len(made) == 18
    assert all(id_[:13] == origin[:13] and id_[14] == "7" and len(id_) == 36 for id_ in made)
    assert derived_id(origin, "flow") == derived_id(origin, "flow", 0)

"""Explanations are sentences, and whoever reads them can add them up again."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridworker.app.explain import clock_line, explain
from gridworker.domain.calendar import Calendar
from gridworker.domain.clocks import Clock, Reading
from gridworker.domain.deadline import deadline
from gridworker.domain.limit import Limit, LimitType

CHINA = timezone(timedelta(hours=8))
CALENDAR = Calendar(
    holidays=frozenset({"2026-03-06"}),
    workdays=frozenset({"2026-03-07"}),
    years=frozenset({2026}),
)
SPAN = {
    "zh_CN": r"(?: (\d+) 小时)?(?: (\d+) 分钟)?",
    "en": r"(?:(\d+) h)? ?(?:(\d+) min)?",
}


def sentences(start, limit, language, **more):
    return explain(deadline(start, limit, CALENDAR, **more).why, language)


def test_an_explanation_as_people_read_it():
    lines = sentences("2026-03-05T10:00:00+08:00", Limit(3, LimitType.WORK_DAY), "zh_CN")
    assert lines == (
        "2026年3月5日（周四）10:00起算，时限 3 工作日，每天按 8 小时，即 24 小时工作时间",
        "跳过周末 1 天，跳过节假日 3月6日（周五），3月7日（周六）调休上班",
        "3月5日（周四）到3月9日（周一）有 3 个工作日，计 22 小时",
        "3月10日（周二）08:00到 10:00 计 2 小时，到期",
    )


def test_the_same_in_english():
    pause = ("2026-03-12T17:00:00+08:00", "2026-03-16T09:00:00+08:00")
    lines = sentences(
        "2026-03-12T16:00:00+08:00", Limit(5, LimitType.WORK_HOUR), "en", pauses=[pause]
    )
    assert lines == (
        "Counted from Thu 12 Mar 2026 16:00: 5 working hour(s), that is 5 h of working time",
        "2 weekend day(s) left out",
        "Paused 1 time(s) between Thu 12 Mar 17:00 and Mon 16 Mar 09:00: 88 h not counted",
        "Thu 12 Mar: 1 h counted",
        "Mon 16 Mar 09:00 to 15:00: 4 h counted (2 h between not counted), due",
    )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", LimitType)
@pytest.mark.parametrize("rule", ["minutes", "day_end"])
@pytest.mark.parametrize("pauses", [(), (("2026-12-31T09:00:00+08:00", None),)])
def test_every_sentence_is_whole(language, kind, rule, pauses):
    lines = sentences(
        "2026-12-30T17:00:00+08:00", Limit(2, kind), language, rule=rule, pauses=pauses
    )
    assert 2 <= len(lines) <= 6
    assert all(line and not re.search(r"[{}\[\]_]|None", line) for line in lines)


def test_a_year_that_is_not_published_is_told():
    lines = sentences("2026-12-31T10:00:00+08:00", Limit(2, LimitType.WORK_DAY), "zh_CN")
    assert "2027 年放假安排还没有发布" in lines[1]


def minutes(hours, rest):
    return int(hours or 0) * 60 + int(rest or 0)


def add_up_chinese(lines):
    """Return the limit in minutes and what is counted, out of the sentences alone."""
    (whole,) = re.findall(r"即" + SPAN["zh_CN"] + r"工作时间$", lines[0])
    parts = [
        re.findall(r"计" + SPAN["zh_CN"] + r"(?:（中间[^）]*不计）)?(?:，到期)?$", line)
        for line in lines[1:]
    ]
    return minutes(*whole), sum(minutes(*found[0]) for found in parts if found)


def add_up_english(lines):
    (whole,) = re.findall(r"that is " + SPAN["en"] + r" of working time$", lines[0])
    parts = [re.findall(SPAN["en"] + r" counted(?: \(|, due|$)", line) for line in lines[1:]]
    parts = [found for found, line in zip(parts, lines[1:], strict=True) if "Paused" not in line]
    return minutes(*whole), sum(minutes(*found[0]) for found in parts if found)


@settings(max_examples=300)
@given(
    minute=st.integers(0, 20 * 1440),
    value=st.integers(1, 30),
    kind=st.sampled_from([LimitType.WORK_HOUR, LimitType.WORK_DAY]),
    length=st.integers(0, 5000),
)
def test_every_explanation_reads_back_to_its_due_time(minute, value, kind, length):
    start = datetime(2026, 3, 2, tzinfo=CHINA) + timedelta(minutes=minute)
    pause = (start.isoformat(), (start + timedelta(minutes=length)).isoformat())
    limit = Limit(value, kind)
    result = deadline(start.isoformat(), limit, CALENDAR, pauses=[pause])
    assert result.due is not None
    due = datetime.fromisoformat(result.due).astimezone(CHINA)
    chinese, english = (explain(result.why, language) for language in ("zh_CN", "en"))
    assert add_up_chinese(chinese) == (limit.minutes, limit.minutes)
    assert add_up_english(english) == (limit.minutes, limit.minutes)
    found = re.search(r"^(\d+)月(\d+)日（..）\d\d:\d\d到 (\d\d):(\d\d) 计", chinese[-1])
    assert found is not None
    assert tuple(map(int, found.groups())) == (due.month, due.day, due.hour, due.minute)


def test_a_clock_as_windows_and_command_line_show_it():
    result = deadline("2026-03-02T09:00:00+08:00", Limit(4, LimitType.WORK_HOUR), CALENDAR)
    reading = Reading(
        what=Clock.OVERALL, due=result.due, paused=False, why=result.why, left=10, stopped=None
    )
    line = clock_line(reading)
    assert (line.what, line.due, line.paused) == ("overall", "2026-03-02T07:00:00.000Z", False)
    assert line.why == explain(result.why)

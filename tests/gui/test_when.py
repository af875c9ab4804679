"""Times in words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ui.widgets import when

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 20, 14, 5, tzinfo=CHINA)


def at(**ago) -> str:
    return (NOW + timedelta(**ago)).astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("due", "words", "state"),
    [
        (at(minutes=55), "剩 55 分", "soon"),
        (at(hours=4), "剩 4 小时", "soon"),
        (at(hours=5, minutes=20), "剩 5 小时 20 分", "ok"),
        (at(hours=13, minutes=20), "剩 13 小时", "ok"),
        (at(days=3, hours=5), "剩 3 天", "ok"),
        (at(minutes=-40), "已超期 40 分", "overdue"),
        (at(days=-2), "已超期 2 天", "overdue"),
        (at(seconds=5), "剩 1 分", "soon"),
    ],
)
def test_what_is_left(due, words, state):
    left = when.left(due, at(hours=-1), NOW)
    assert (left.words, left.state) == (words, state)


def test_the_ring_empties_with_time():
    shares = [when.left(at(hours=h), at(hours=h - 8), NOW).share for h in (8, 4, 2)]
    assert shares == [1.0, 0.5, 0.25]
    assert when.left(at(hours=-1), at(hours=-8), NOW).share == 0


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(), "今天 14:05"),
        (at(hours=10), "明天 00:05"),
        (at(hours=-15), "昨天 23:05"),
        (at(days=9), "5 月 29 日 14:05"),
        (at(days=-365), "2025 年 5 月 20 日 14:05"),
    ],
)
def test_moments(moment, words):
    assert when.moment(moment, NOW) == words


def test_a_ring_shows_hours_or_days():
    assert when.clock(at(hours=5, minutes=20), NOW) == "5:20"
    assert when.clock(at(days=4), NOW) == "4 天"
    assert when.clock(at(hours=-3), NOW) == "0:00"

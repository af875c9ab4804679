"""The lines that explain a deadline: figures only, the sentences are in `resources/words`.

At most six lines, and they add up: the minutes of the start line are those of the counted lines
together, or, where every minute counts, start plus limit plus pauses is the due time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from gridworker.domain.calendar import DAY, Calendar, Stretch, day_of, is_weekend, local_of
from gridworker.domain.limit import Limit


class Why(StrEnum):
    """The sentences of an explanation, in the order in which they are told."""

    START = "W_START"
    CALENDAR_MISSING = "W_CALENDAR_MISSING"
    SKIPPED = "W_SKIPPED"
    PAUSED = "W_PAUSED"
    COUNTED = "W_COUNTED"
    DAYS = "W_DAYS"
    LAST = "W_LAST"
    DUE = "W_DUE"
    WAITING = "W_WAITING"
    WAITING_DAYS = "W_WAITING_DAYS"


class WhyLine(msgspec.Struct, frozen=True):
    """One line of an explanation: which sentence, and the figures in it.

    Days are `yyyy-mm-dd`, times `yyyy-mm-dd HH:MM`, both UTC+08:00; minutes are whole numbers.
    """

    code: Why
    facts: dict[str, Any]


def start_line(first: int, limit: Limit, rule: str) -> WhyLine:
    """Say when the count begins and what it has to come to."""
    facts = {
        "at": local_of(first),
        "value": limit.value,
        "type": str(limit.type),
        "minutes": limit.minutes,
        "rule": rule,
    }
    return WhyLine(Why.START, facts)


def calendar_lines(calendar: Calendar, first: int, end: int) -> list[WhyLine]:
    """Say which days were no working days, and for which years only weekends are known."""
    day, last = day_of(first), day_of(max(first, end - 1))
    weekends, holidays, workdays = 0, [], []
    years: set[int] = set()
    while day <= last:
        years.add(day.year)
        weekend = is_weekend(day)
        if calendar.works_on(day):
            workdays += [day.isoformat()] if weekend else []
        elif weekend and day.isoformat() not in calendar.holidays:
            weekends += 1
        else:
            holidays.append(day.isoformat())
        day += timedelta(days=1)
    lines = []
    if unknown := sorted(years - calendar.years):
        lines.append(WhyLine(Why.CALENDAR_MISSING, {"years": unknown}))
    if weekends or holidays or workdays:
        facts = {"weekends": weekends, "holidays": holidays, "workdays": workdays}
        lines.append(WhyLine(Why.SKIPPED, facts))
    return lines


def pause_lines(pauses: Sequence[Stretch], first: int, end: int) -> list[WhyLine]:
    """Say what was paused between two minutes; nothing when nothing was."""
    inside = [Stretch(max(p.start, first), min(p.end, end)) for p in pauses]
    inside = [pause for pause in inside if pause.minutes > 0]
    if not inside:
        return []
    facts = {
        "times": len(inside),
        "from": local_of(inside[0].start),
        "to": local_of(inside[-1].end),
        "minutes": sum(pause.minutes for pause in inside),
    }
    return [WhyLine(Why.PAUSED, facts)]


def counted_lines(counted: Sequence[Stretch]) -> list[WhyLine]:
    """Say how many minutes fell on the days before the last one, and how many on the last."""
    last_day = counted[-1].start // DAY
    before = [s for s in counted if s.start // DAY < last_day]
    on_last = counted[len(before) :]
    lines = []
    if before:
        facts: dict[str, Any] = {
            "first": day_of(before[0].start).isoformat(),
            "last": day_of(before[-1].start).isoformat(),
            "days": len({s.start // DAY for s in before}),
            "minutes": sum(s.minutes for s in before),
        }
        lines.append(WhyLine(Why.COUNTED, facts))
    minutes = sum(s.minutes for s in on_last)
    facts = {
        "from": local_of(on_last[0].start),
        "to": local_of(on_last[-1].end),
        "minutes": minutes,
        "off": on_last[-1].end - on_last[0].start - minutes,
    }
    return [*lines, WhyLine(Why.LAST, facts)]


def days_line(first: date, last: date, days: int) -> WhyLine:
    """Say which working days were counted as whole days."""
    return WhyLine(Why.DAYS, {"first": first.isoformat(), "last": last.isoformat(), "days": days})

"""When a limit ends, and the few lines that add up to it.

The source of the rules is domain.md 2.4 and the vectors of domain.md 9. Which of the two rules for
working days a district uses is for its profile to say, so both are here.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from gridworker.domain.calendar import (
    DAY,
    Calendar,
    Stretch,
    day_of,
    local_of,
    minute_after,
    minute_before,
    utc_of,
)
from gridworker.domain.limit import WORKING_TYPES, Limit, LimitType
from gridworker.domain.why import (
    Why,
    WhyLine,
    calendar_lines,
    counted_lines,
    days_line,
    pause_lines,
    start_line,
)

__all__ = ["Deadline", "Limit", "LimitType", "Pauses", "Rule", "deadline", "minutes_left"]

Rule = Literal["minutes", "day_end"]
Pauses = Iterable[tuple[str, str | None]]


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """When a limit ends (RFC 3339 UTC) and at most six lines that add up to it.

    While a pause has no end yet, `paused` is true and `due` is None: nobody can know it.
    """

    due: str | None
    why: tuple[WhyLine, ...] = ()
    paused: bool = False


class Stops(msgspec.Struct, frozen=True):
    """Pauses in order, joined where they touch; `held` is the start of the one without an end."""

    closed: tuple[Stretch, ...] = ()
    held: int | None = None

    def over(self, minute: int) -> bool:
        """Say whether the time just before `minute` lies in a pause that has ended."""
        return any(stop.start < minute <= stop.end for stop in self.closed)


def deadline(
    start: str, limit: Limit, calendar: Calendar, *, rule: Rule = "minutes", pauses: Pauses = ()
) -> Deadline:
    """Return when a limit that starts at `start` ends.

    Parts of a minute count for the worker: the count begins with the next whole minute, a pause
    takes in the minutes it touches. `rule` concerns working days only: "minutes" makes one day
    eight working hours, "day_end" ends at closing time of the n-th following working day.
    Raises ValueError when a time has no offset or the calendar knows no working time.
    """
    first = minute_after(start)
    stops = _stops(pauses)
    if rule == "day_end" and limit.type is LimitType.WORK_DAY:
        return _day_end(first, limit, calendar, stops)
    return _minutes(first, limit, calendar, stops)


def minutes_left(due: str, now: str) -> int:
    """Return the whole minutes until `due`, rounded up; negative once it has passed by a minute."""
    return minute_after(due) - minute_before(now)


def _minutes(first: int, limit: Limit, calendar: Calendar, stops: Stops) -> Deadline:
    working = limit.type in WORKING_TYPES
    time = calendar.working_time(first) if working else _every_minute(first)
    counted, left = _take(_without(time, stops), limit.minutes)
    end = counted[-1].end if not left else first if stops.held is None else max(first, stops.held)
    lines = [start_line(first, limit, "minutes")]
    if working:
        lines += calendar_lines(calendar, first, end)
    lines += pause_lines(stops.closed, first, end)
    if left:
        facts = {"since": local_of(end), "counted": limit.minutes - left, "left": left}
        return Deadline(due=None, why=(*lines, WhyLine(Why.WAITING, facts)), paused=True)
    if working:
        lines += counted_lines(counted)
    else:
        lines.append(WhyLine(Why.DUE, {"at": local_of(end)}))
    return Deadline(due=utc_of(end), why=tuple(lines))


def _day_end(first: int, limit: Limit, calendar: Calendar, stops: Stops) -> Deadline:
    """Count the days whose closing time comes while nothing is paused; the first day is not one."""
    lines = [start_line(first, limit, "day_end")]
    counted: list[int] = []
    day = first
    while len(counted) < limit.value:
        day += DAY
        close = calendar.closing(day)
        if stops.held is not None and stops.held < close:
            lines += calendar_lines(calendar, first, close)
            held = WhyLine(
                Why.WAITING_DAYS,
                {
                    "since": local_of(max(first, stops.held)),
                    "counted": len(counted),
                    "left": limit.value - len(counted),
                },
            )
            return Deadline(due=None, why=(*lines, held), paused=True)
        if calendar.works_on(day_of(day)) and not stops.over(close):
            counted.append(close)
    end = counted[-1]
    lines += calendar_lines(calendar, first, end)
    lines += pause_lines(stops.closed, first, end)
    lines.append(days_line(day_of(counted[0]), day_of(end), limit.value))
    lines.append(WhyLine(Why.DUE, {"at": local_of(end)}))
    return Deadline(due=utc_of(end), why=tuple(lines))


def _every_minute(first: int) -> Iterator[Stretch]:
    while True:
        yield Stretch(first, first + DAY)
        first += DAY


def _without(time: Iterable[Stretch], stops: Stops) -> Iterator[Stretch]:
    """Yield what of `time` is not paused, up to a pause that has no end."""
    for stretch in time:
        start, end = stretch.start, stretch.end
        for stop in stops.closed:
            if stop.end <= start or end <= stop.start:
                continue
            if start < stop.start:
                yield Stretch(start, stop.start)
            start = min(stop.end, end)
        if stops.held is not None and stops.held < end:
            if start < stops.held:
                yield Stretch(start, stops.held)
            return
        if start < end:
            yield Stretch(start, end)


def _take(time: Iterable[Stretch], minutes: int) -> tuple[Sequence[Stretch], int]:
    """Return the first `minutes` minutes of `time`, and how many it did not have."""
    taken: list[Stretch] = []
    for stretch in time:
        part = Stretch(stretch.start, min(stretch.end, stretch.start + minutes))
        taken.append(part)
        minutes -= part.minutes
        if not minutes:
            break
    return taken, minutes


def _stops(pauses: Pauses) -> Stops:
    held: int | None = None
    closed: list[Stretch] = []
    for start, end in sorted(pauses, key=lambda pause: minute_before(pause[0])):
        first = minute_before(start)
        if end is None:
            held = first
            break
        last = minute_after(end)
        if closed and first <= closed[-1].end:
            closed[-1] = Stretch(closed[-1].start, max(closed[-1].end, last))
        else:
            closed.append(Stretch(first, last))
    return Stops(tuple(closed), held)

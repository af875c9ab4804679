"""Working days and hours of a region, as published by the centre.

Everything here counts in whole minutes of UTC+08:00 since 1970-01-01 00:00 there: the zone that a
device believes to be in never matters (sync.md 4.9), and there is no daylight saving to think of.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from gridworker.domain.times import CHINA, parse_time, utc_text

DAY = 24 * 60
FIRST_DAY = date(1970, 1, 1)
FIRST_MINUTE = datetime(1970, 1, 1, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)
SATURDAY = 5


class Slot(msgspec.Struct, frozen=True):
    """A stretch of working time, minutes after local midnight."""

    start: int
    end: int


DEFAULT_SLOTS = (Slot(8 * 60, 12 * 60), Slot(14 * 60, 18 * 60))


class Stretch(msgspec.Struct, frozen=True):
    """The minutes from `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How many they are."""
        return self.end - self.start


class Calendar(msgspec.Struct, frozen=True):
    """Days (`yyyy-mm-dd`, UTC+08:00) that are not what their weekday says, and the working slots.

    `years` are the years whose holidays are published; outside them weekends alone are known.
    The slots are in order and do not overlap.
    """

    holidays: frozenset[str] = frozenset()
    workdays: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    slots: tuple[Slot, ...] = DEFAULT_SLOTS

    def works_on(self, day: date) -> bool:
        """Say whether people work on this day: the published list first, then the weekday."""
        text = day.isoformat()
        if text in self.workdays:
            return True
        return text not in self.holidays and not is_weekend(day)

    def working_time(self, first: int) -> Iterator[Stretch]:
        """Yield stretches of working minutes from minute `first` on, for ever.

        Raises ValueError when the calendar has no working minutes at all.
        """
        if all(slot.end <= slot.start for slot in self.slots):
            raise ValueError(self.slots)
        day = first // DAY
        while True:
            if self.works_on(day_of(day * DAY)):
                for slot in self.slots:
                    start, end = max(first, day * DAY + slot.start), day * DAY + slot.end
                    if start < end:
                        yield Stretch(start, end)
            day += 1

    def closing(self, day: int) -> int:
        """Return the minute at which work ends on the day that minute `day` lies in."""
        return day // DAY * DAY + max(slot.end for slot in self.slots)


def is_weekend(day: date) -> bool:
    """Say whether the weekday alone makes it a day off."""
    return day.weekday() >= SATURDAY


def calendar_of(bodies: Iterable[dict[str, Any]]) -> Calendar:
    """Make a calendar out of `calendar_day` bodies; a kind of day it does not know is left out.

    A body is `{"date": "2026-10-01", "type": "holiday" | "workday"}`, or, once for every published
    year, `{"date": "2026", "type": "year"}`.
    """
    days: dict[str, set[str]] = {"holiday": set(), "workday": set(), "year": set()}
    for body in bodies:
        if body["type"] in days:
            days[body["type"]].add(body["date"])
    return Calendar(
        holidays=frozenset(days["holiday"]),
        workdays=frozenset(days["workday"]),
        years=frozenset(map(int, days["year"])),
    )


def minute_after(text: str) -> int:
    """Return the first whole minute not before a time: a started minute counts for the worker."""
    return -((FIRST_MINUTE - parse_time(text)) // MINUTE)


def minute_before(text: str) -> int:
    """Return the last whole minute not after a time."""
    return (parse_time(text) - FIRST_MINUTE) // MINUTE


def utc_of(minute: int) -> str:
    """Return a minute as bodies carry it."""
    return utc_text(FIRST_MINUTE + minute * MINUTE)


def local_of(minute: int) -> str:
    """Return a minute as people read it, `yyyy-mm-dd HH:MM` in UTC+08:00."""
    return (FIRST_MINUTE + minute * MINUTE).strftime("%Y-%m-%d %H:%M")


def day_of(minute: int) -> date:
    """Return the local day that a minute lies in."""
    return FIRST_DAY + timedelta(days=minute // DAY)

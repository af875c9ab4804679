"""Four clocks, the working calendar, and the explanation of every result."""

from enum import StrEnum

import msgspec

from gridworker.domain.calendar import Calendar


class LimitType(StrEnum):
    """How a limit is counted (domain.md 2.4)."""

    URGENT_MINUTE = "urgent_minute"
    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"


class Limit(msgspec.Struct, frozen=True):
    """So many units of one type; `value` is a whole number."""

    value: int
    type: LimitType


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A due time and the lines that add up to it; `due` is RFC 3339 UTC."""

    due: str
    why: tuple[str, ...] = ()
    paused: bool = False


def deadline(start: str, limit: Limit, calendar: Calendar) -> Deadline:
    """Return when a limit that starts at `start` ends."""
    raise NotImplementedError

"""How long something may take, and the texts that cities write for it."""

import re
from enum import StrEnum

import msgspec

MOST = 9999
HOUR = 60
WORKING_DAY = 8 * HOUR
NATURAL_DAY = 24 * HOUR


class LimitType(StrEnum):
    """How a limit is counted (domain.md 2.4)."""

    URGENT_MINUTE = "urgent_minute"
    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"


WORKING_TYPES = frozenset({LimitType.WORK_HOUR, LimitType.WORK_DAY})
MINUTES: dict[LimitType, int] = {
    LimitType.URGENT_MINUTE: 1,
    LimitType.URGENT_HOUR: HOUR,
    LimitType.WORK_HOUR: HOUR,
    LimitType.WORK_DAY: WORKING_DAY,
    LimitType.NATURAL_DAY: NATURAL_DAY,
}


class Limit(msgspec.Struct, frozen=True):
    """So many units of one type; `value` is a whole number from 1 to 9999.

    Raises ValueError for any other value; where a body is read, that is E_INVALID.
    """

    value: int
    type: LimitType

    def __post_init__(self) -> None:
        if not 1 <= self.value <= MOST:
            raise ValueError(self.value)

    @property
    def minutes(self) -> int:
        """The length in minutes; of working time when the type is one of WORKING_TYPES."""
        return self.value * MINUTES[self.type]


UNREADABLE = Limit(1, LimitType.NATURAL_DAY)
WRITTEN = re.compile(r"\s*(\d{1,4})\s*(紧急工作时|紧急工作日|紧急分钟|工作时|工作日|小时|天)")
UNITS: dict[str, LimitType] = {
    "紧急工作时": LimitType.URGENT_HOUR,
    "紧急工作日": LimitType.NATURAL_DAY,
    "紧急分钟": LimitType.URGENT_MINUTE,
    "工作时": LimitType.WORK_HOUR,
    "小时": LimitType.WORK_HOUR,
    "工作日": LimitType.WORK_DAY,
    "天": LimitType.WORK_DAY,
}


def parse_limit(raw: str) -> Limit:
    """Read a limit as city tables write it (domain.md 2.3).

    Words after the unit are left out (`1紧急工作时制止`). What cannot be read becomes one natural
    day, so the caller keeps `raw` beside the result (`CaseStandard.raw_limit`).
    """
    found = WRITTEN.match(raw)
    if found is None or int(found[1]) == 0:
        return UNREADABLE
    return Limit(int(found[1]), UNITS[found[2]])

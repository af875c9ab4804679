"""Working days and hours of a region, as published by the centre."""

import msgspec


class Slot(msgspec.Struct, frozen=True):
    """A stretch of working time, minutes after local midnight."""

    start: int
    end: int


DEFAULT_SLOTS = (Slot(8 * 60, 12 * 60), Slot(14 * 60, 18 * 60))


class Calendar(msgspec.Struct, frozen=True):
    """Days (`yyyy-mm-dd`, UTC+08:00) that are not what their weekday says, and the working slots.

    `years` are the years whose holidays are published; outside them weekends alone are known.
    """

    holidays: frozenset[str] = frozenset()
    workdays: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    slots: tuple[Slot, ...] = DEFAULT_SLOTS

"""How facts look inside a sentence: times, days, spans, sizes, and names that have a word."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from gridworker.domain.times import CHINA, parse_time

Word = Callable[[str, str, str], str]
Shape = Callable[[Any, str], str]
HOUR = 60
MINUTE = 60
STEP = 1024
UNITS = ("B", "KB", "MB", "GB", "TB")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def shaped(fact: Any, shape: str, language: str, word: Word) -> str:
    """Return a fact as it stands in a sentence.

    A shape that is not one of SHAPES is a kind of word (`state`, `action`, ...). A fact that does
    not have the form its shape needs is written as it is: a sentence never fails.
    """
    try:
        if shape in SHAPES:
            return SHAPES[shape](fact, language)
        if shape == "sides":
            return _join((word("side", str(side), language) for side in fact), language)
    except (ValueError, TypeError, AttributeError):
        return str(fact)
    return word(shape, str(fact), language) if shape else str(fact)


def day(fact: str, language: str) -> str:
    """Write `yyyy-mm-dd`, or the day of a time, with its weekday and without its year."""
    moment = date.fromisoformat(fact[:10])
    if language == "en":
        return f"{DAY_NAMES[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}"
    return f"{moment.month}月{moment.day}日（{WEEKDAYS[moment.weekday()]}）"


def date_of(fact: str, language: str) -> str:
    """Write a day with its year."""
    year = date.fromisoformat(fact[:10]).year
    return f"{day(fact, language)} {year}" if language == "en" else f"{year}年{day(fact, language)}"


def clock(fact: str, _language: str) -> str:
    """Write the hour and minute in UTC+08:00 of a local `yyyy-mm-dd HH:MM` or an RFC 3339 time."""
    return _local(fact)[11:16]


def time(fact: str, language: str) -> str:
    """Write a time without its year."""
    return f"{day(_local(fact), language)} {clock(fact, language)}".replace("） ", "）")


def full(fact: str, language: str) -> str:
    """Write a time with its year."""
    return f"{date_of(_local(fact), language)} {clock(fact, language)}".replace("） ", "）")


def _local(fact: str) -> str:
    if datetime.fromisoformat(fact).tzinfo is None:
        return fact
    return parse_time(fact).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def span(fact: int, language: str) -> str:
    """Write a number of minutes in hours and minutes."""
    hours, minutes = divmod(int(fact), HOUR)
    unit, small = (" h", " min") if language == "en" else (" 小时", " 分钟")
    parts = [f"{hours}{unit}"] if hours else []
    parts += [f"{minutes}{small}"] if minutes or not hours else []
    return " ".join(parts) if language == "en" else " " + " ".join(parts)


def seconds(fact: float, language: str) -> str:
    """Write a number of seconds, in whole minutes from two minutes on."""
    number = int(fact)
    if number >= 2 * MINUTE:
        return span(-(-number // MINUTE), language).strip()
    return f"{number} s" if language == "en" else f"{number} 秒"


def size(fact: float, _language: str) -> str:
    """Write a number of bytes with at most one decimal."""
    number = float(fact)
    unit = 0
    while number >= STEP and unit < len(UNITS) - 1:
        number /= STEP
        unit += 1
    return f"{number:.1f}".removesuffix(".0") + f" {UNITS[unit]}"


def days(fact: Iterable[str], language: str) -> str:
    """Write days one after the other."""
    return _join((day(text, language) for text in fact), language)


def listed(fact: Iterable[Any], language: str) -> str:
    """Write things one after the other."""
    return _join(map(str, fact), language)


def _join(parts: Iterable[str], language: str) -> str:
    return (", " if language == "en" else "、").join(parts)


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "day": day,
        "date": date_of,
        "clock": clock,
        "time": time,
        "full": full,
        "span": span,
        "seconds": seconds,
        "size": size,
        "days": days,
        "list": listed,
    }
)

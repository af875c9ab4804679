"""Times in words: what is left of a deadline, and when something was, as people say it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from ui.widgets.ring import Due

SOON = timedelta(hours=4)
_DAY_MINUTES = 24 * 60


class Left(NamedTuple):
    """What is left of a deadline: words, the shape that stands for it, the share of the ring."""

    words: str
    state: Due
    share: float


def local(moment: str, now: datetime) -> datetime:
    """Return an RFC 3339 time in the zone of `now`."""
    return datetime.fromisoformat(moment).astimezone(now.tzinfo)


def span(minutes: int) -> str:
    """Return a length of time in the two largest units that matter."""
    translate = QCoreApplication.translate
    if minutes >= 2 * _DAY_MINUTES:
        return translate("when", "{days} d").format(days=minutes // _DAY_MINUTES)
    if minutes >= 60:  # noqa: PLR2004  (minutes of an hour)
        hours, rest = divmod(minutes, 60)
        if not rest or hours >= 10:  # noqa: PLR2004  (minutes no longer matter)
            return translate("when", "{hours} h").format(hours=hours)
        return translate("when", "{hours} h {minutes} min").format(hours=hours, minutes=rest)
    return translate("when", "{minutes} min").format(minutes=max(1, minutes))


def left(due: str, since: str | None, now: datetime) -> Left:
    """Return what is left until `due`, of the time since `since`."""
    translate = QCoreApplication.translate
    end = local(due, now)
    minutes = round((end - now).total_seconds() / 60)
    if end <= now:
        return Left(translate("when", "Overdue {span}").format(span=span(-minutes)), "overdue", 0)
    start = local(since, now) if since else now - timedelta(days=1)
    whole = max((end - start).total_seconds(), 1)
    share = min(1.0, max(0.03, (end - now).total_seconds() / whole))
    words = translate("when", "{span} left").format(span=span(minutes))
    return Left(words, "soon" if end - now <= SOON else "ok", share)


def clock(due: str, now: datetime) -> str:
    """Return what is left as it stands in a ring: hours and minutes, or days."""
    minutes = max(0, round((local(due, now) - now).total_seconds() / 60))
    if minutes >= 2 * _DAY_MINUTES:
        return span(minutes)
    return f"{minutes // 60}:{minutes % 60:02d}"


def day(moment: str, now: datetime) -> str:
    """Return the day as people say it: today, tomorrow, yesterday, else month and day."""
    translate = QCoreApplication.translate
    then = local(moment, now)
    near = {
        -1: translate("when", "yesterday"),
        0: translate("when", "today"),
        1: translate("when", "tomorrow"),
    }
    away = (then.date() - now.date()).days
    if away in near:
        return near[away]
    if then.year == now.year:
        return translate("when", "{month}/{day}").format(month=then.month, day=then.day)
    return translate("when", "{year}-{month}-{day}").format(
        year=then.year, month=then.month, day=then.day
    )


def time(moment: str, now: datetime) -> str:
    """Return hours and minutes."""
    return f"{local(moment, now):%H:%M}"


def moment(at: str, now: datetime) -> str:
    """Return day and time."""
    return f"{day(at, now)} {time(at, now)}"

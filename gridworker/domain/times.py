"""Points in time as the program writes them, and the local day they fall on (sync.md 4.9)."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

import msgspec

REMEMBERED = 512  # an operation speaks of the same moment several times
CHINA = timezone(timedelta(hours=8))
EARLIEST, LATEST = 1900, 9000
MILLISECONDS = len("1900-01-01T00:00:00.000")


@lru_cache(REMEMBERED)
def parse_time(text: str) -> datetime:
    """Read an RFC 3339 time with its offset; return that moment in UTC.

    Raises ValueError when the offset is missing or the year leaves no room to calculate with
    (1900 to 9000); a clock that is wrong by years is still read.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not EARLIEST <= moment.year <= LATEST:
        raise ValueError(text)
    return moment.astimezone(UTC)  # once: what is asked of it is then a third of the work


def utc_text(moment: datetime) -> str:
    """Write a time as bodies and command lines carry it: UTC, `Z`, milliseconds."""
    text: str = msgspec.to_builtins(moment.astimezone(UTC))  # a third of what isoformat() takes
    return f"{text[:MILLISECONDS]}Z" if len(text) > MILLISECONDS else f"{text[:-1]}.000Z"


@lru_cache(REMEMBERED)
def to_utc_text(text: str) -> str:
    """Rewrite any RFC 3339 time as `utc_text` does."""
    return utc_text(parse_time(text))


def local_day(text: str) -> str:
    """Return the day in UTC+08:00 as `yyyymmdd`; the device's own zone never matters."""
    return parse_time(text).astimezone(CHINA).strftime("%Y%m%d")

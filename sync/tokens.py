"""Changing the device's token without ever being left with none (sync.md 4.3)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gridworker.wire import TokenResponse
from sync.exchange import Exchange

MONTH = timedelta(days=30)


def is_due(last: str, now: datetime, *, every: timedelta = MONTH) -> bool:
    """Say whether it is time again for what was done then (RFC 3339); tokens change once a month.

    A clock that was put back makes it due as well: since when is not known then.
    """
    since = datetime.fromisoformat(last)
    return not since <= now < since + every


def rotate(exchange: Exchange, keep: Callable[[str], None]) -> None:
    """Ask for a new token and `keep` it durably before it is used.

    The old one stays good until the new one is shown (ADR 0010): when the answer is lost it simply
    asks again. Raises what the exchange raises; the old token then goes on being used.
    """
    fresh = exchange.ask("/v1/devices/self/token", b"{}", TokenResponse).token
    keep(fresh)
    exchange.token = fresh

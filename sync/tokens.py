"""Changing the device's token without ever being left with none (sync.md 4.3)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from gridworker.storage.state import DeviceState
from gridworker.wire import TokenResponse
from sync.exchange import Exchange
from sync.problem import CentreSaid, Kind, Remedy

MONTH = timedelta(days=30)
MOST_FORMER = 12


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


def former_with(known: DeviceState, fresh: str) -> tuple[str, ...]:
    """Return the tokens that a device had before a `fresh` one, newest first: those of a year."""
    had = dict.fromkeys((known.token, *known.former_tokens))
    had.pop(fresh, None)
    return tuple(had)[:MOST_FORMER]


def show_all(exchange: Exchange, tokens: Iterable[str], keep: Callable[[str], None]) -> bool:
    """Show these tokens, once each, and go on with the first that the centre knows.

    A centre that was set back knows the one of then; where none was, the former ones are over and
    prove nothing. The one that is known is changed at once, as `rotate` does it, but for a device
    that may not: then the next request hears why. False when all are unknown. Raises NoConnection,
    and CentreSaid when the centre cannot tell now; then nothing is changed.
    """
    before, epoch = exchange.token, exchange.epoch
    # Of no epoch: the answer holds no verdict, and the next request learns of the new one.
    exchange.epoch = ""
    try:
        for token in tokens:
            exchange.token = token
            try:
                rotate(exchange, keep)
            except CentreSaid as said:
                if said.remedy is Remedy.NEW_TOKEN:
                    continue
                if said.kind is not Kind.AUTH:
                    raise
                keep(token)
            before = exchange.token
            return True
    finally:
        exchange.token, exchange.epoch = before, epoch
    return False

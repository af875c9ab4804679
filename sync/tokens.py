"""Changing the device's token without ever being left with none (sync.md 4.3)."""

from collections.abc import Callable

from gridworker.wire import TokenResponse
from sync.exchange import Exchange


def rotate(exchange: Exchange, keep: Callable[[str], None]) -> None:
    """Ask for a new token and `keep` it durably before it is used.

    The old one stays good for ten minutes at the centre: when the answer is lost it simply asks
    again. Raises what the exchange raises; the old token then goes on being used.
    """
    fresh = exchange.ask("/v1/devices/self/token", b"{}", TokenResponse).token
    keep(fresh)
    exchange.token = fresh

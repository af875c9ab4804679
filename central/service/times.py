"""What the centre makes of a device's clock: an estimate and a flag, never an order."""

from datetime import UTC, datetime

import msgspec

from gridworker.domain.operations import Moment
from gridworker.domain.times import parse_time, utc_text

SUSPECT_MS = 2 * 60 * 1000


class Judged(msgspec.Struct, frozen=True):
    """When an operation was probably made (unix ms, never after its receipt)."""

    estimated: int
    suspect: bool


def text_of(ms: int) -> str:
    """Write unix milliseconds as bodies carry times."""
    return utc_text(datetime.fromtimestamp(ms / 1000, UTC))


def judge(at: Moment, received: int) -> Judged:
    """Estimate the time of an operation from the device's clock and its measured error."""
    try:
        wall = round(parse_time(at.wall).timestamp() * 1000)
    except (ValueError, OverflowError):
        return Judged(received, suspect=True)
    skew = at.skew_ms or 0
    estimated = wall + skew
    off = not -SUSPECT_MS <= skew <= SUSPECT_MS or estimated > received + SUSPECT_MS
    if not 0 <= estimated <= received:
        estimated = max(0, min(estimated, received))
    return Judged(estimated, off)

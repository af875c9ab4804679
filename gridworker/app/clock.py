"""The real clock: wall time for people, uptime for waiting, and how far the two can be trusted."""

import threading
from datetime import UTC, datetime

from gridworker.domain.operations import Moment
from gridworker.storage.uptime import Uptime, system_uptime


class SystemClock:
    """Fills the Clock port; `heard` tells it the centre's time, any thread may.

    Nothing here moves the computer's clock, and no order is ever taken from it (sync.md 4.9).
    """

    def __init__(
        self,
        *,
        skew_ms: int | None = None,
        last_server_ms: int | None = None,
        uptime: Uptime | None = None,
    ) -> None:
        self._uptime = uptime or system_uptime()
        self._lock = threading.Lock()
        self._skew_ms = skew_ms
        self._last_server_ms = last_server_ms

    def now(self) -> datetime:
        """Return the wall time with the offset of this computer."""
        return datetime.now(UTC).astimezone()

    def monotonic(self) -> float:
        """Return seconds that no one can set, sleep included; for waiting only."""
        return self._uptime.seconds()

    def stamp(self) -> Moment:
        """Return what an operation says of its time."""
        with self._lock:
            skew, heard = self._skew_ms, self._last_server_ms
        return Moment(
            wall=self.now().isoformat(timespec="milliseconds"),
            boot=self._uptime.boot,
            mono_ms=int(self._uptime.seconds() * 1000),
            skew_ms=skew,
            srv_last=heard,
        )

    def heard(self, server_ms: int, *, round_trip_s: float = 0.0) -> int:
        """Take note of the centre's time (unix ms); returns the skew (centre minus here)."""
        wall_ms = int(datetime.now(UTC).timestamp() * 1000)
        with self._lock:
            self._last_server_ms = max(server_ms, self._last_server_ms or 0)
            self._skew_ms = server_ms + int(round_trip_s * 500) - wall_ms
            return self._skew_ms

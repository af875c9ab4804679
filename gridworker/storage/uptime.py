"""Time that nobody can set: seconds since the computer was started, sleep included."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Uptime(Protocol):
    """Which run of the computer it is, and how long that has lasted."""

    @property
    def boot(self) -> str:
        """Return the name of this run of the computer, empty when it has none."""
        ...

    def seconds(self) -> float:
        """Return seconds since the start; only differences and lower bounds mean anything."""
        ...


@dataclass(frozen=True, slots=True)
class SystemUptime:
    """The real one."""

    boot: str

    def seconds(self) -> float:
        """Return seconds since the start, sleep included where the system can tell."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()


def system_uptime() -> SystemUptime:
    """Return the uptime of this computer."""
    try:
        boot = BOOT_ID.read_text("ascii").strip()
    except OSError:
        boot = ""
    return SystemUptime(boot)

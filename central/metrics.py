"""Figures for operators, in the text form that Prometheus reads (docs/operator-guide.md).

Labels are routes, statuses, verdicts and lanes: never a device, a person or a place.
"""

import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from pathlib import Path

REQUEST_SECONDS = "gridworker_request_seconds"
HELP = {
    "gridworker_requests_total": "Requests answered, by route and status.",
    REQUEST_SECONDS: "How long answers took, by route.",
    "gridworker_received_bytes_total": "Bytes that requests announced to bring, by route.",
    "gridworker_sent_bytes_total": "Bytes of answers as they went, by route.",
    "gridworker_operations_total": "Operations decided, by verdict.",
    "gridworker_replays_total": "Operations answered again from the log.",
    "gridworker_reused_op_ids_total": "Alarm: a known operation id with another payload.",
    "gridworker_epochs_total": "New epochs begun since the start.",
    "gridworker_epoch_claims_refused_total": "Alarm: a device claims lost verdicts too often.",
    "gridworker_photos_total": "Photos verified and stored.",
    "gridworker_waiting": "Requests in a lane or waiting for it; from 400 on they are sent away.",
    "gridworker_listeners": "Devices that listen for pokes.",
    "gridworker_photo_room": "1 while photos may come, 0 when the disk is nearly full.",
    "gridworker_info": "1, with the version of the program.",
    "process_cpu_seconds_total": "CPU time of this process.",
    "process_resident_memory_bytes": "Memory of this process.",
    "process_open_fds": "Open files and connections of this process.",
    "process_start_time_seconds": "When this process began (unix seconds).",
}
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
Labels = tuple[tuple[str, str], ...]


class Spread:
    """How often a value fell below each of STEPS; the last place counts what was above all."""

    def __init__(self) -> None:
        self.counts = [0] * (len(STEPS) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(STEPS, value)] += 1
        self.total += value


class Metrics:
    """Counts since the start of the process; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Labels]] = Counter()
        self._spreads: dict[tuple[str, Labels], Spread] = {}
        self._gauges: dict[tuple[str, Labels], Callable[[], float]] = {}
        started = time.time()
        self.show("process_start_time_seconds", lambda: started)
        self.show("process_cpu_seconds_total", time.process_time)
        self.show("process_resident_memory_bytes", _memory)
        self.show("process_open_fds", lambda: len([*Path("/proc/self/fd").iterdir()]))

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[name, _key(labels)] += amount  # type: ignore[assignment]  # typeshed: Counter holds ints only

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Count a value among those like it."""
        with self._lock:
            self._spreads.setdefault((name, _key(labels)), Spread()).add(value)

    def show(self, name: str, now: Callable[[], float], **labels: str) -> None:
        """Ask for a value whenever somebody looks; what raises OSError is left out."""
        self._gauges[name, _key(labels)] = now

    def value(self, name: str, **labels: str) -> float:
        """Return a counter."""
        with self._lock:
            return self._counts[name, _key(labels)]

    def text(self) -> str:
        """Return everything as Prometheus reads it."""
        values = self._seen()
        with self._lock:
            values |= self._counts
            spreads = sorted(self._spreads.items(), key=lambda pair: pair[0])
        lines: list[str] = []
        for name, about in HELP.items():
            own = [(labels, spread) for (called, labels), spread in spreads if called == name]
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {_type(name)}"]
            lines += [line for labels, spread in own for line in _spread(name, labels, spread)]
            lines += [
                f"{name}{_labels(labels)} {_number(value)}"
                for (called, labels), value in sorted(values.items())
                if called == name
            ]
        return "\n".join(lines) + "\n"

    def _seen(self) -> dict[tuple[str, Labels], float]:
        found: dict[tuple[str, Labels], float] = {}
        for key, now in self._gauges.items():
            try:
                found[key] = now()
            except OSError:  # not on this system, or the disk does not answer
                continue
        return found


def _key(labels: dict[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


def _type(name: str) -> str:
    if name == REQUEST_SECONDS:
        return "histogram"
    return "counter" if name.endswith("_total") else "gauge"


def _spread(name: str, labels: Labels, spread: Spread) -> list[str]:
    lines, below = [], 0
    for step, count in zip((*map(str, STEPS), "+Inf"), spread.counts, strict=True):
        below += count
        lines.append(f"{name}_bucket{_labels((*labels, ('le', step)))} {below}")
    lines.append(f"{name}_sum{_labels(labels)} {_number(spread.total)}")
    lines.append(f"{name}_count{_labels(labels)} {below}")
    return lines


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

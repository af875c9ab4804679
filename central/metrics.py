"""Counters for operators, in the text form that Prometheus reads."""

import threading
from collections import Counter

HELP = {
    "gridworker_requests_total": "Requests answered, by route and status.",
    "gridworker_request_seconds_total": "Time spent on answers, by route.",
    "gridworker_operations_total": "Operations decided, by verdict.",
    "gridworker_replays_total": "Operations answered again from the log.",
    "gridworker_reused_op_ids_total": "Alarm: a known operation id with another payload.",
    "gridworker_epochs_total": "New epochs begun since the start.",
    "gridworker_epoch_claims_refused_total": "Alarm: a device claims lost verdicts too often.",
    "gridworker_photos_total": "Photos verified and stored.",
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts since the start of the process; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Labels]] = Counter()

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += amount  # type: ignore[assignment]  # typeshed: Counter holds ints only

    def value(self, name: str, **labels: str) -> float:
        """Return a counter."""
        with self._lock:
            return self._counts[name, tuple(sorted(labels.items()))]

    def text(self) -> str:
        """Return all counters as Prometheus reads them."""
        with self._lock:
            counts = sorted(self._counts.items())
        lines: list[str] = []
        for name, about in HELP.items():
            lines += [f"# HELP {name} {about}", f"# TYPE {name} counter"]
            own = [(labels, count) for (called, labels), count in counts if called == name]
            lines += [f"{name}{_labels(labels)} {count}" for labels, count in own]
        return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}"

"""P7 and P8: the real windows on a filled profile against bare ones, each in a new process."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.figure import Figure

LIST_GOAL, START_GOAL, MOST_MB = 2.0, 3.0, 250.0
SECONDS = 300
Timings = dict[str, float]
BUILT_BEFORE = (
    "the list is opened three seconds after the day was to be seen, when its place is built; its"
    " first page comes out of the encrypted store, all ids follow"
)
ROWS_TRAVEL = (
    "rows come out of the encrypted store through another thread, each with a photo, three lines"
    " and two marks; the bare table paints ids that it holds"
)
IMPORTS = (
    "the product is imported while a person types the password, here it is typed at once: three"
    " quarters of the time go into importing Qt and our own modules, the rest into two screens"
)


def measure(home: Path, password: str, *, count: int, rounds: int) -> list[Figure]:
    """Return the list's figures and the start's; the first round warms the caches."""
    ours: list[Timings] = []
    bare: list[Timings] = []
    for turn in range(rounds + 1):
        theirs = _child("bench.bare_child", str(count))
        own = _child("bench.window_child", str(home), GRIDWORKER_PASSWORD=password)
        if turn:
            ours.append(own)
            bare.append(theirs)
    for own in ours:
        own["start_ms"] = own["usable_ms"] - own["kdf_ms"]

    def one(
        name: str, what: str, own: str, other: str, against: str, goal: float, reason: str
    ) -> Figure:
        mine, theirs = _median(ours, own), _median(bare, other)
        return Figure(
            name=name,
            what=what,
            ours=mine,
            theirs=theirs,
            against=against,
            goal=goal,
            note=reason if mine > goal * theirs else "",
        )

    table = "bare QTableView"
    return [
        one(
            "P7",
            f"first rows of {count:,} tickets",
            "first_ms",
            "first_ms",
            table,
            LIST_GOAL,
            BUILT_BEFORE,
        ),
        one("P7d", "page down, p95", "page_ms", "page_ms", table, LIST_GOAL, ROWS_TRAVEL),
        one("P7j", "jump to anywhere, p95", "jump_ms", "jump_ms", table, LIST_GOAL, ROWS_TRAVEL),
        Figure(
            name="P7m",
            what="memory of the process afterwards",
            ours=_median(ours, "rss_mb"),
            theirs=MOST_MB,
            against="limit",
            goal=1.0,
            unit="MB",
        ),
        one(
            "P8",
            f"process start to the first row of the day, {count:,} tickets, without Argon2id",
            "start_ms",
            "usable_ms",
            "bare Qt window",
            START_GOAL,
            IMPORTS,
        ),
    ]


def _child(module: str, argument: str, **environment: str) -> Timings:
    command = [sys.executable, "-P", "-m", module, str(time.monotonic()), argument]
    done = subprocess.run(
        command,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-2000:]}")
    timings: Timings = json.loads(done.stdout.splitlines()[-1])
    return timings


def _median(samples: list[Timings], name: str) -> float:
    return statistics.median(sample[name] for sample in samples)

"""P10: how many clients one centre carries, and whether each costs the same among many."""

from collections.abc import Sequence
from typing import Any

from bench import load
from bench.devices import enrolled
from bench.district import District
from bench.figure import Figure, percentile
from bench.postgres import Postgres
from bench.processes import cpu_seconds

MOST_MS, FLAT = 300.0, 1.25
PERIOD, PHOTOS = 30.0, 0.1
SHARES = (
    "the clients run in another process on the same two cores; each pushes an operation of 1 KB"
    " and pulls every 30 s, a tenth brings a photo of 300 KB"
)


def measure(
    district: District, server: Postgres, *, steps: Sequence[int], seconds: float
) -> list[Figure]:
    """Return a figure for each number of clients, and what a client costs among many."""
    devices = enrolled(district, steps[-1], prefix="p10-")
    server.settle()
    figures, costs = [], []
    for count in steps:
        before = cpu_seconds(district.centre_pid, server.pid)
        order: dict[str, Any] = {"period": PERIOD, "seconds": seconds, "photos": PHOTOS}
        found = load.run(district, devices[:count], way="beat", **order)
        spent = cpu_seconds(district.centre_pid, server.pid) - before
        costs.append(spent * 1000 / count / seconds * 60)
        figures += _figures(count, found, spent / seconds, costs[-1])
        # their numbers go on where this step ended
        for device in devices[:count]:
            device["from"] = found["seqs"][device["user"]]
    figures.append(
        Figure(
            name="P10c",
            what=f"CPU of the centre for one client, {steps[-1]:,} against {steps[0]} clients",
            ours=costs[-1],
            theirs=costs[0],
            against=f"one of {steps[0]}",
            goal=FLAT,
            unit="ms/min",
        )
    )
    return figures


def _figures(count: int, found: dict[str, Any], load_of_cores: float, cost: float) -> list[Figure]:
    took, wrong = found["took"], found["wrong"]
    every = [one for samples in took.values() for one in samples]
    each = ", ".join(f"{what} {percentile(took[what], 0.95):.0f}" for what in sorted(took))
    told = (
        f"p95 in ms: {each}; {len(every):,} requests, centre and PostgreSQL {load_of_cores:.2f}"
        f" cores, {cost:.1f} ms of CPU for a client a minute"
    )
    if wrong:
        told += f"; errors: {wrong}"
    return [
        Figure(
            name=f"P10-{count}",
            what=f"{count:,} clients on PostgreSQL, p95 of all requests",
            ours=percentile(every, 0.95),
            theirs=MOST_MS,
            against="limit",
            goal=1.0,
            note=f"{told}; {SHARES}",
        ),
        Figure(
            name=f"P10e-{count}",
            what="requests that failed",
            ours=float(sum(wrong.values())),
            theirs=float(len(every)),
            against="of all",
            goal=0.0,
            unit="",
        ),
    ]

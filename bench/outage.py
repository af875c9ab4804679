"""P11: ten thousand laptops come back at once after an outage.

What the machine can hold comes for real: connections to a real centre, each obeying the real rules
of coming back. Ten thousand come in virtual time, over the same rules and the service time that the
real ones have shown.
"""

import heapq
import statistics
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from bench import load
from bench.devices import acknowledged, enrolled
from bench.district import District
from bench.figure import Figure
from central.lanes import MOST_WAITING
from central.problem import Refused
from gridworker.wire import Problem, problem_type
from sync.exchange import READ_SECONDS
from sync.problem import CentreSaid, retry_after
from sync.schedule import BackOff
from sync.transport import NoConnection

LAPTOPS = 10_000
OPERATIONS = 20
FIRST_SECOND = 1.0
LIMIT_S = 24 * 3600.0


def measure(district: District, *, real: int) -> list[Figure]:
    """Return what came of the real ones and of the simulated ones."""
    devices = enrolled(district, real, prefix="p11-")
    found = load.run(district, devices, way="burst", operations=OPERATIONS)
    seqs = acknowledged(district, "p11-")
    lost = sum(OPERATIONS - seqs[device["user"]] for device in devices)
    service = _service_seconds(found)
    drained = Outage(service).run()
    told = (
        f"{drained.minutes:.0f} min of virtual time at {service * 1000:.1f} ms a laptop, as the"
        f" real ones took; {drained.tries / LAPTOPS:.1f} tries each, at most {drained.most_tries}"
    )
    return [
        _figure(
            "P11r",
            f"{real:,} real laptops at once with {OPERATIONS} operations each: operations lost",
            lost,
            real * OPERATIONS,
            f"drained in {found['done'][-1]:.0f} s, push and pull in at most"
            f" {max(found['tries'])} requests; sent away or late: {found['wrong'] or 'nobody'}",
        ),
        _figure("P11", f"{LAPTOPS:,} laptops at once: not drained", drained.left, LAPTOPS, told),
        Figure(
            name="P11q",
            what="longest queue at the centre",
            ours=float(drained.longest),
            theirs=float(MOST_WAITING),
            against="its bound",
            goal=1.0,
            unit="",
        ),
    ]


def _figure(name: str, what: str, ours: int, whole: int, note: str) -> Figure:
    return Figure(
        name=name,
        what=what,
        ours=float(ours),
        theirs=float(whole),
        against="of all",
        goal=0.0,
        unit="",
        note=note,
    )


def _service_seconds(found: dict[str, Any]) -> float:
    """Return the seconds that the centre spends on a laptop while many wait for it.

    They come out of its queue one after the other: the middle of the time between two.
    """
    done = found["done"]
    between = [later - earlier for earlier, later in pairwise(done)]
    return max(statistics.median(between), 1e-4)


@dataclass
class Drained:
    """What came of the laptops of an outage."""

    left: int
    minutes: float
    tries: int
    most_tries: int
    longest: int


@dataclass
class Outage:
    """A centre that serves one laptop after the other, and those that come to it, in virtual time.

    A laptop that waits longer than it would for an answer goes and comes again; what it asked for
    is done all the same, because the centre cannot know.
    """

    service: float
    laptops: int = LAPTOPS
    _line: deque[tuple[float, int]] = field(default_factory=deque)
    _events: list[tuple[float, int, str]] = field(default_factory=list)
    _free_at: float = 0.0

    def run(self) -> Drained:
        """Let all of them come within one second, and go on until nobody is left."""
        start = Random(0)
        rules = [BackOff(Random(number)) for number in range(self.laptops)]
        waiting, tries = set(range(self.laptops)), [0] * self.laptops
        self._events = [(start.uniform(0, FIRST_SECOND), n, "comes") for n in waiting]
        heapq.heapify(self._events)
        longest, ended = 0, 0.0
        while self._events and waiting and self._events[0][0] < LIMIT_S:
            at, laptop, what = heapq.heappop(self._events)
            if what == "served":
                waiting.discard(laptop)
                ended = at
                continue
            tries[laptop] += what == "comes"
            while self._line and self._line[0][0] <= at:
                self._line.popleft()
            if what == "late" or len(self._line) >= MOST_WAITING:
                wait = rules[laptop].after_failure(_late() if what == "late" else _overloaded())
                heapq.heappush(self._events, (at + wait, laptop, "comes"))
                continue
            longest = max(longest, len(self._line) + 1)
            self._take(at, laptop)
        return Drained(len(waiting), ended / 60, sum(tries), max(tries), longest)

    def _take(self, at: float, laptop: int) -> None:
        self._free_at = max(self._free_at, at) + self.service
        self._line.append((self._free_at, laptop))
        if self._free_at - at <= READ_SECONDS:
            heapq.heappush(self._events, (self._free_at, laptop, "served"))
        else:
            heapq.heappush(self._events, (at + READ_SECONDS, laptop, "late"))


def _overloaded() -> CentreSaid:
    refused = Refused("overloaded")
    problem = Problem(problem_type(refused.name), refused.title, refused.status)
    headers = {name.lower(): value for name, value in refused.headers.items()}
    return CentreSaid(problem, wait=retry_after(headers))


def _late() -> NoConnection:
    return NoConnection("timeout", reached=True)

"""One measured figure and the table they go into."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Ours against a floor or a peer of the same run; `ratio` is ours / theirs, small is good.

    `goal` is the greatest ratio that reaches the goal; None when the row is information only.
    """

    name: str
    what: str
    ours: float
    theirs: float
    against: str
    goal: float | None
    unit: str = "ms"
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float(self.ours > 0)

    @property
    def reached(self) -> str:
        if self.goal is None:
            return "–"
        return "yes" if self.ratio <= self.goal else "**no**"


def table(figures: list[Figure]) -> str:
    head = "| | figure | ours | floor or peer | ratio | goal | reached |\n" + "|---" * 7 + "|\n"
    rows = [
        f"| {f.name} | {f.what} | {_shown(f.ours)} {f.unit} "
        f"| {f.against}: {_shown(f.theirs)} {f.unit} | {f.ratio:.2f} "
        f"| {'–' if f.goal is None else f'≤ {f.goal:g}'} | {f.reached} |"
        for f in figures
    ]
    notes = [f"- {f.name}: {f.note}" for f in figures if f.note]
    return head + "\n".join(rows) + ("\n\n" + "\n".join(notes) if notes else "") + "\n"


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that `work` takes once.

    The collector of this process rests meanwhile, as it does in the windows (`gridworker.__main__`)
    and in `timeit`: what it would look through is mostly the benchmark itself.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) * 1000
    finally:
        if collects:
            gc.enable()


def median_of(runs: int, work: Callable[[], object]) -> float:
    return statistics.median(timed(work) for _ in range(runs))


def percentile(samples: list[float], share: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

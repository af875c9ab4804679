"""Histories of real laptops and a real centre in one process; see `docs/reliability.md`.

Crashes here are crashes of processes, so the files lie in memory; power cuts have their own test.
GRIDWORKER_HISTORIES sets how many histories are run in all (2,000 when not given).
"""

import logging
import os
import resource
from collections import Counter
from datetime import timedelta

import pytest

from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.endings import Endings
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.flaws import FLAWS
from tests.syncing.simulator.further_flaws import FURTHER_FLAWS, ClockDecides
from tests.syncing.simulator.hard_times import HardTimes
from tests.syncing.simulator.history import STEPS, History
from tests.syncing.simulator.invariants import check
from tests.syncing.simulator.last_flaws import LAST_FLAWS
from tests.syncing.simulator.outcome import outcome_of

SHARDS = 20
HISTORIES = int(os.environ.get("GRIDWORKER_HISTORIES", "2000"))
A_SHARD = -(-HISTORIES // SHARDS)
MOST_UNTIL_FOUND = 500
WRONG_DAYS = (-400, 0.1, 90)  # as many as there are laptops
LONG_SHARDS = 4
LONG_ONES = max(8, HISTORIES // 40)
LONG = (60, 120)
HARD_ONES = max(16, HISTORIES // 16)
ENDINGS = max(16, HISTORIES // 40)
TIMELESS = 16


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    """The centre logs every operation that breaks a rule; here that is on purpose."""
    caplog.set_level(logging.CRITICAL, "central")


def outcome(
    caller: Caller, seed: int, flaw: Flaw | None = None, steps: tuple[int, int] = STEPS
) -> tuple[list[str], History]:
    return judged(History(seed, caller, flaw=flaw, steps=steps))


def judged(history: History) -> tuple[list[str], History]:
    try:
        history.run()
        return check(history), history
    finally:
        history.close()


@pytest.mark.long
@pytest.mark.timeout(max(600, HISTORIES))
@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_is_lost_and_nothing_happens_twice(caller, shard):
    met: Counter[str] = Counter()
    most = Counter({"rounds": 0, "requests": 0})
    began = resource.getrusage(resource.RUSAGE_SELF)
    failed: dict[int, list[str]] = {}
    for seed in range(shard * A_SHARD, (shard + 1) * A_SHARD):
        problems, history = outcome(caller, seed)
        if problems:
            failed[seed] = [*problems, *history.trace]
        met.update(history.met())
        most |= Counter(rounds=history.rounds, requests=history.most_asked)
    ended = resource.getrusage(resource.RUSAGE_SELF)
    cpu = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    seeds = f"seeds {shard * A_SHARD} to {(shard + 1) * A_SHARD - 1}"
    until = f"at most {most['rounds']} rounds of {most['requests']} requests until quiet"
    told = f"{seeds}: {dict(sorted(met.items()))}, {until}, {cpu / A_SHARD:.3f} s of CPU each"
    print(told)  # noqa: T201  (a report)
    assert failed == {}, as_told(failed)
    if A_SHARD >= 50:  # otherwise the weather may have been fine all the time
        wanted = {
            *("crashes", "restores", "rebuilds", "restarts", "moves", "rots", "between"),
            *("lost_after", "twice", "portal", "cut_off"),
        }
        assert wanted <= {name for name, times in met.items() if times}


@pytest.mark.long
@pytest.mark.timeout(max(600, HISTORIES))
@pytest.mark.parametrize("shard", range(LONG_SHARDS))
def test_nothing_is_lost_in_long_histories(caller, shard):
    """So long that people meet at one record again and again, and one mishap follows another."""
    failed = {}
    for seed in range(shard, LONG_ONES, LONG_SHARDS):
        problems, history = outcome(caller, seed, steps=LONG)
        if problems:
            failed[seed] = [*problems, *history.trace]
    assert failed == {}, as_told(failed)


@pytest.mark.long
@pytest.mark.timeout(max(600, HISTORIES))
@pytest.mark.parametrize("shard", range(LONG_SHARDS))
def test_nothing_is_lost_in_hard_times(caller, shard):
    """The past is forgotten while laptops are away, and devices that may only hand in do so."""
    failed = {}
    for seed in range(shard, HARD_ONES, LONG_SHARDS):
        problems, history = judged(HardTimes(seed, caller))
        if problems:
            failed[seed] = [*problems, *history.trace]
    assert failed == {}, as_told(failed)


@pytest.mark.long
@pytest.mark.timeout(max(600, HISTORIES))
@pytest.mark.parametrize("shard", range(LONG_SHARDS))
def test_nothing_is_lost_when_laptops_end(caller, shard):
    """They are wiped, copied and enrolled anew, while backups are put back in turn."""
    met: Counter[str] = Counter()
    failed = {}
    for seed in range(shard, ENDINGS, LONG_SHARDS):
        problems, history = judged(Endings(seed, caller))
        met.update(history.met())
        if problems:
            failed[seed] = [*problems, *history.trace]
    print(f"{shard} of {ENDINGS} endings: {dict(sorted(met.items()))}")  # noqa: T201  (a report)
    assert failed == {}, as_told(failed)
    assert {"wiped", "twins", "carried", "restores"} <= {name for name, n in met.items() if n}


def as_told(failed: dict[int, list[str]]) -> str:
    """Every seed that failed, and all of the first one."""
    first = next(iter(failed.values()), [])
    return "\n".join([f"seeds {sorted(failed)}", *first])


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("flaw", [*FLAWS, *FURTHER_FLAWS], ids=lambda flaw: flaw.__name__)
def test_every_planted_flaw_is_found(caller, flaw):
    for seed in range(MOST_UNTIL_FOUND):
        problems, _ = outcome(caller, seed, flaw())
        if problems:
            print(f"{flaw.__name__} found by seed {seed}: {problems[0]}")  # noqa: T201  (a report)
            return
    pytest.fail(f"{flaw.__name__} was not found in {MOST_UNTIL_FOUND} histories")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("flaw", LAST_FLAWS, ids=lambda flaw: flaw.__name__)
def test_every_planted_flaw_of_endings_is_found(caller, flaw):
    for seed in range(MOST_UNTIL_FOUND):
        problems, _ = judged(Endings(seed, caller, flaw=flaw()))
        if problems:
            print(f"{flaw.__name__} found by seed {seed}: {problems[0]}")  # noqa: T201  (a report)
            return
    pytest.fail(f"{flaw.__name__} was not found in {MOST_UNTIL_FOUND} histories")


def timeless(caller: Caller, seed: int, flaw: type[Flaw] = Flaw) -> list[object]:
    """What a history comes to with right clocks, with jumping ones and with permuted wrong ones."""

    def wrong_by(shift: int):
        def set_clocks(history: History) -> None:
            for place, worker in enumerate(history.workers):
                days = WRONG_DAYS[(place + shift) % len(WRONG_DAYS)]
                worker.laptop.clock.wrong_by = timedelta(days=days)

        return set_clocks

    found: list[object] = []
    for jumps, clocks in ((False, None), (True, None), (False, wrong_by(0)), (True, wrong_by(1))):
        history = History(seed, caller, flaw=flaw(), jumps=jumps, clocks=clocks, steps=LONG)
        try:
            history.run()
            found.append(outcome_of(history))
        finally:
            history.close()
    return found


@pytest.mark.parametrize("seed", range(TIMELESS))
def test_permuted_clocks_change_no_verdict_no_order_and_no_record(caller, seed):
    right, *wrong = timeless(caller, seed)
    assert wrong == [right] * len(wrong)


@pytest.mark.timeout(600)
def test_a_clock_that_decides_is_found(caller):
    """It matters where people meet at one ticket, so in long histories."""
    for seed in range(MOST_UNTIL_FOUND):
        right, *wrong = timeless(caller, seed, ClockDecides)
        if wrong != [right] * len(wrong):
            print(f"ClockDecides found by seed {seed}")  # noqa: T201  (a report)
            return
    pytest.fail(f"a clock decided in {MOST_UNTIL_FOUND} histories and nobody saw it")


@pytest.mark.parametrize("kind", [History, Endings])
@pytest.mark.parametrize("seed", [7, 21, 33, 58])
def test_a_seed_decides_everything(caller, seed, kind):
    first, second = (judged(kind(seed, caller))[1].trace for _ in range(2))
    assert first == second
    assert len(first) > 10

"""Histories of real laptops and a real centre in one process; see `docs/sync.md`.

Crashes here are crashes of processes, so the files lie in memory; power cuts have their own test.
GRIDWORKER_HISTORIES sets how many histories are run in all (2,000 when not given).
"""

import logging
import os
from collections import Counter

import pytest

from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.flaws import FLAWS
from tests.syncing.simulator.history import Flaw, History
from tests.syncing.simulator.invariants import Truth, check

SHARDS = 20
HISTORIES = int(os.environ.get("GRIDWORKER_HISTORIES", "2000"))
A_SHARD = -(-HISTORIES // SHARDS)
MOST_UNTIL_FOUND = 500


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    """The centre logs every operation that breaks a rule; here that is on purpose."""
    caplog.set_level(logging.CRITICAL, "central")


@pytest.fixture(scope="module")
def caller():
    caller = Caller()
    yield caller
    caller.close()


def outcome(caller: Caller, seed: int, flaw: Flaw | None = None) -> tuple[list[str], History]:
    history = History(seed, caller, flaw=flaw)
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
    for seed in range(shard * A_SHARD, (shard + 1) * A_SHARD):
        problems, history = outcome(caller, seed)
        assert problems == [], "\n".join([f"seed {seed}", *problems, *history.trace])
        met.update(history.network.met)
        met.update(crashes=history.crashes, restores=history.restores)
        met.update(rebuilds=history.rebuilds)
        met.update(restarts=history.host.restarts)
    print(f"seeds {shard * A_SHARD} to {(shard + 1) * A_SHARD - 1}: {dict(sorted(met.items()))}")  # noqa: T201  (a report)
    if A_SHARD >= 50:  # otherwise the weather may have been fine all the time
        wanted = {
            "crashes",
            "restores",
            "rebuilds",
            "restarts",
            "lost_after",
            "twice",
            "portal",
            "cut_off",
        }
        assert wanted <= {name for name, times in met.items() if times}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.__name__)
def test_every_planted_flaw_is_found(caller, flaw):
    for seed in range(MOST_UNTIL_FOUND):
        problems, _ = outcome(caller, seed, flaw())
        if problems:
            print(f"{flaw.__name__} found by seed {seed}: {problems[0]}")  # noqa: T201  (a report)
            return
    pytest.fail(f"{flaw.__name__} was not found in {MOST_UNTIL_FOUND} histories")


@pytest.mark.parametrize("seed", range(12))
def test_wrong_clocks_change_no_verdict_and_no_state(caller, seed):
    def judged(*, jumps: bool) -> tuple[object, object]:
        history = History(seed, caller, jumps=jumps)
        try:
            history.run()
            truth = Truth(history.host.database, history.host.blobs)
            verdicts = [(row[0], row[3]) for row in truth.log]
            states = {id_: e[2]["state"] for id_, e in truth.entities.items() if e[0] == "ticket"}
            return verdicts, states
        finally:
            history.close()

    assert judged(jumps=True) == judged(jumps=False)


def test_a_seed_decides_everything(caller):
    first, second = (outcome(caller, 7)[1].trace for _ in range(2))
    assert first == second
    assert len(first) > 10

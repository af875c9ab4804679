"""Laptop and centre are killed again and again; what was said to be safe is there, once.

GRIDWORKER_CLIENT_KILLS and GRIDWORKER_CENTRE_KILLS set how often each is killed in all; without
them 30 and 15. A laptop that only records, without syncing, is killed in `tests/storage/records`.
"""

import os
import shutil
import subprocess
import sys
import threading
from random import Random

import pytest

from tests.stories.processes import (
    HERE,
    PATIENCE,
    ROOT,
    CentreProcess,
    calm_down,
    new_laptop,
    opened,
    put_away,
    safe_at,
)
from tests.syncing.simulator import district
from tests.syncing.simulator.invariants import Truth, judge

CLIENT_KILLS = int(os.environ.get("GRIDWORKER_CLIENT_KILLS", "30"))
CENTRE_KILLS = int(os.environ.get("GRIDWORKER_CENTRE_KILLS", "15"))
SHARDS = 3
FIRST_SAVES = (3, 0, 6)  # how many are waited for before the moment of a kill is drawn


@pytest.fixture
def centre(tmp_path):
    centre = CentreProcess(tmp_path)
    yield centre
    centre.end()


def run_and_kill(folder, url, seed, saves, seconds):
    """Start a laptop, kill it `seconds` after so many saves, and return what it said was safe."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.kill_child", str(folder), "wg0101", url, str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env=HERE,
        cwd=ROOT,
    )
    safe = []
    with child:
        assert child.stdout.readline() == "ready\n"
        while len(safe) < saves:
            safe += read_saved(child.stdout.readline())
        killer = threading.Timer(seconds, child.kill)
        killer.start()
        for line in child.stdout:
            safe += read_saved(line)
        killer.join()
    assert child.returncode == -9
    return safe


def read_saved(line):
    assert line, "the laptop ended by itself"
    return [line.split()[1:]] if line.startswith("saved ") and line.endswith("\n") else []


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * CLIENT_KILLS)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_laptop_is_killed_while_it_records_and_syncs(tmp_path, centre, shard):
    folder, chance = tmp_path / "wg0101", Random(shard)
    shutil.copytree(district.template() / "wg0101", folder)
    safe: list[list[str]] = []
    seeds = range(shard, CLIENT_KILLS, SHARDS)
    for number, seed in enumerate(seeds):
        saves = FIRST_SAVES[number % len(FIRST_SAVES)]
        safe += run_and_kill(folder, centre.url, seed, saves, chance.uniform(0.0, 0.5))
    assert len(safe) >= len(seeds)

    worker = opened(folder, "wg0101", centre.url, 0)
    worker.saved = safe_at(worker, safe)
    calm_down(worker)
    truth = Truth(centre.database, centre.blobs)
    assert judge([worker], truth) == []
    assert centre.exported() == {entry[0] for entry in truth.log}
    put_away(worker)
    assert centre.stop() == 0


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * CENTRE_KILLS)
def test_the_centre_is_killed_while_it_decides_and_stores(tmp_path, centre):
    chance = Random(7)
    logins = ("wg0101", "wg0102")
    workers = [new_laptop(tmp_path, login, centre.url, n) for n, login in enumerate(logins)]
    for _ in range(CENTRE_KILLS):
        for worker in workers:
            saved = len(worker.saved)
            while len(worker.saved) == saved:
                worker.record()
        killer = threading.Timer(chance.uniform(0.0, 0.6), centre.process.kill)
        killer.start()
        while centre.process.poll() is None:
            worker = chance.choice(workers)
            worker.laptop.engine.round()
            worker.record()
        killer.join()
        centre.process.communicate(timeout=PATIENCE)
        assert centre.process.returncode == -9
        centre.start()
    calm_down(*workers)
    truth = Truth(centre.database, centre.blobs)
    assert judge(workers, truth) == []
    assert sum(len(worker.saved) for worker in workers) > CENTRE_KILLS
    assert centre.exported() == {entry[0] for entry in truth.log}
    put_away(*workers)
    assert centre.stop() == 0

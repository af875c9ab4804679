"""SIGKILL at random moments of recording: nothing acknowledged is lost, nothing is half there."""

import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from tests.storage.records.acknowledged import check

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("GRIDWORKER_CLIENT_KILLS", "12"))
KILLS_OF_ONE = 50  # of one profile: everything in it is checked after each of them
FIRST_SAVES = (2, 0, 4)  # how many are waited for before the moment of a kill is drawn


def killed_after(folder, seed, saves, seconds):
    """Kill a child so many seconds after so many saves; return what it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.storage.records.recording_child", folder, str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout.readline() == '["ready"]\n'
        said = [child.stdout.readline() for _ in range(saves)]
        killer = threading.Timer(seconds, child.kill)
        killer.start()
        said += child.stdout
        killer.join()
    assert child.returncode == -9, "the child ended by itself"
    return [msgspec.json.decode(line)[1:] for line in said if line.endswith("\n")]


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_by_kills(opened, tmp_path):
    chance = random.Random()
    seed = chance.randrange(10**6)
    print("seed", seed)  # noqa: T201  (to run a failing history again)
    chance.seed(seed)
    said = 0
    for first in range(0, KILLS, KILLS_OF_ONE):
        folder, acknowledged = tmp_path / str(first), []
        opened(folder).close()
        for number in range(first, min(KILLS, first + KILLS_OF_ONE)):
            saves = FIRST_SAVES[number % len(FIRST_SAVES)]
            acknowledged += killed_after(folder, seed + number, saves, chance.uniform(0.0, 0.25))
            store = opened(folder)
            found = store.start()
            assert found.damaged == found.rewritten == 0
            check(store, acknowledged)
            store.close()
        said += len(acknowledged)
        shutil.rmtree(folder)
    assert said > KILLS

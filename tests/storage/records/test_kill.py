"""SIGKILL at random moments of recording: nothing acknowledged is lost, nothing is half there."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from tests.storage.records.acknowledged import check

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("GRIDWORKER_CLIENT_KILLS", "12"))
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
    opened(tmp_path).close()
    acknowledged = []
    for number in range(KILLS):
        saves = FIRST_SAVES[number % len(FIRST_SAVES)]
        acknowledged += killed_after(tmp_path, seed + number, saves, chance.uniform(0.0, 0.25))
        store = opened(tmp_path)
        found = store.start()
        assert found.damaged == found.rewritten == 0
        check(store, acknowledged)
        store.close()
    assert len(acknowledged) > KILLS

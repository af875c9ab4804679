"""Laptop and centre are killed again and again; what was said to be safe is there, once.

GRIDWORKER_CLIENT_KILLS and GRIDWORKER_CENTRE_KILLS set how often each is killed in all; without
them 30 and 15. A laptop that only records, without syncing, is killed in `tests/storage/records`.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pytest

from sync.http import HttpTransport
from tests.stories.kill_child import RealTime
from tests.syncing.simulator import district
from tests.syncing.simulator.dice import Dice, Fuse
from tests.syncing.simulator.invariants import Truth, judge
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.work import Saved, Worker

CLIENT_KILLS = int(os.environ.get("GRIDWORKER_CLIENT_KILLS", "30"))
CENTRE_KILLS = int(os.environ.get("GRIDWORKER_CENTRE_KILLS", "15"))
SHARDS = 3
PATIENCE = 60.0
ROOT = Path(__file__).resolve().parents[2]
CENTRAL = [sys.executable, "-m", "central"]
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}


class CentreProcess:
    """`gridworker-central serve`, always on the same port."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(district.template() / "centre", folder / "centre")
        self.database = folder / "centre" / "centre.db"
        self.blobs = folder / "centre" / "blobs"
        self.url = ""
        self.start()

    def start(self) -> None:
        port = self.url.rpartition(":")[2] or "0"
        command = ["serve", "--database", f"sqlite:///{self.database}", "--port", port]
        self.process = subprocess.Popen(
            [*CENTRAL, *command, "--blobs", str(self.blobs)],
            stdout=subprocess.PIPE,
            env=HERE,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def stop(self) -> int:
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture
def centre(tmp_path):
    centre = CentreProcess(tmp_path)
    yield centre
    if centre.process.poll() is None:
        centre.kill()


def opened(folder: Path, login: str, url: str, seed: int) -> Worker:
    world = RealTime()
    laptop = Laptop(login, folder, HttpTransport(url), world, Fuse(print))
    return Worker(laptop, login, Dice(seed), world)


def calm_down(*workers: Worker) -> None:
    """Let everything arrive, as on a good evening."""
    for _ in range(4):
        for worker in workers:
            result = worker.laptop.engine.round()
            assert result.failure is None, (worker.login, result)


def run_and_kill(folder: Path, url: str, seed: int, after: float) -> list[list[str]]:
    """Start a laptop, kill it `after` seconds of work, and return what it said was safe."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.kill_child", str(folder), "wg0101", url, str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env=HERE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    killer = threading.Timer(after, child.kill)
    killer.start()
    said, _ = child.communicate(timeout=PATIENCE)
    killer.join()
    assert child.returncode == -9
    return [line.split()[1:] for line in said.splitlines() if line.startswith("saved ")]


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * CLIENT_KILLS)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_laptop_is_killed_while_it_records_and_syncs(tmp_path, centre, shard):
    folder, chance = tmp_path / "wg0101", Random(shard)
    shutil.copytree(district.template() / "wg0101", folder)
    safe: list[list[str]] = []
    seeds = range(shard, CLIENT_KILLS, SHARDS)
    for seed in seeds:
        safe += run_and_kill(folder, centre.url, seed, chance.uniform(0.0, 1.0))
    assert len(safe) >= len(seeds)

    worker = opened(folder, "wg0101", centre.url, 0)
    photos = PhotosOf(worker)
    worker.saved = [Saved(op_id, photos.bytes_of(hashes)) for op_id, *hashes in safe]
    calm_down(worker)
    truth = Truth(centre.database, centre.blobs)
    assert judge([worker], truth) == []
    assert exported(centre) == {entry[0] for entry in truth.log}
    worker.laptop.stop()
    worker.laptop.transport.close()
    assert centre.stop() == 0


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * CENTRE_KILLS)
def test_the_centre_is_killed_while_it_decides_and_stores(tmp_path, centre):
    chance, workers = Random(7), []
    for login in ("wg0101", "wg0102"):
        shutil.copytree(district.template() / login, tmp_path / login)
        workers.append(opened(tmp_path / login, login, centre.url, len(workers)))
    killed = 0
    while killed < CENTRE_KILLS:
        killer = threading.Timer(chance.uniform(0.0, 0.6), centre.process.kill)
        killer.start()
        while centre.process.poll() is None:
            worker = chance.choice(workers)
            worker.record()
            worker.laptop.engine.round()
        killer.join()
        centre.process.communicate(timeout=PATIENCE)
        assert centre.process.returncode == -9
        killed += 1
        centre.start()
    calm_down(*workers)
    truth = Truth(centre.database, centre.blobs)
    assert judge(workers, truth) == []
    assert sum(len(worker.saved) for worker in workers) > CENTRE_KILLS
    assert exported(centre) == {entry[0] for entry in truth.log}
    for worker in workers:
        worker.laptop.stop()
        worker.laptop.transport.close()
    assert centre.stop() == 0


class PhotosOf:
    """Reads a laptop's own photos back, as proof that what was saved can still be opened."""

    def __init__(self, worker: Worker) -> None:
        self._files = worker.laptop.photos
        self._rows = {
            sha: (name, dek, record)
            for sha, name, dek, record in worker.laptop.rows(
                "SELECT sha256, name, dek, record FROM blob"
            )
        }

    def bytes_of(self, hashes: list[str]) -> dict[str, bytes]:
        found = {}
        for sha in hashes:
            name, dek, record = self._rows[sha]
            found[sha] = self._files.read(name, dek, record=record)
        return found


def exported(centre: CentreProcess) -> set[str]:
    """The ids of the operations that `export-state` prints."""
    done = subprocess.run(
        [*CENTRAL, "export-state", "--database", f"sqlite:///{centre.database}"],
        capture_output=True,
        check=True,
        env=HERE,
        cwd=ROOT,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    ids = [line["op"]["op_id"] for line in lines if "op" in line]
    assert len(ids) == len(set(ids))
    return set(ids)

"""A centre in a process of its own, laptops that reach it, and what both say afterwards."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sync.http import HttpTransport
from tests.stories.kill_child import RealTime
from tests.syncing.simulator import district
from tests.syncing.simulator.dice import Dice, Fuse
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.work import Saved, Worker

PATIENCE = 60.0
ROOT = Path(__file__).resolve().parents[2]
CENTRAL = (sys.executable, "-m", "central")
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}


class CentreProcess:
    """`gridworker-central serve` over the district's files, always on the same port.

    `command` is what starts it and `options` are more of `serve`'s own.
    """

    def __init__(
        self, folder: Path, *options: str, command: tuple[str, ...] = (*CENTRAL, "serve")
    ) -> None:
        shutil.copytree(district.template() / "centre", folder / "centre")
        self.database = folder / "centre" / "centre.db"
        self.blobs = folder / "centre" / "blobs"
        self.url = ""
        self._options = options
        self.start(command)

    def start(self, command: tuple[str, ...] | None = None) -> None:
        """Serve; without `command` by the one before."""
        self._command = command or self._command
        port = self.url.rpartition(":")[2] or "0"
        where = ["--database", f"sqlite:///{self.database}", "--blobs", str(self.blobs)]
        self.process = subprocess.Popen(
            [*self._command, *where, "--port", port, *self._options],
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

    def end(self) -> None:
        """Leave nothing running, whatever happened before."""
        if self.process.poll() is None:
            self.kill()

    def office(self, *arguments: str) -> list[dict]:
        """Run another command of the centre beside it; returns the lines it prints."""
        done = subprocess.run(
            [*CENTRAL, *arguments, "--database", f"sqlite:///{self.database}"],
            capture_output=True,
            check=True,
            env=HERE,
            cwd=ROOT,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def exported(self) -> set[str]:
        """Return the ids of the operations that `export-state` prints."""
        ids = [line["op"]["op_id"] for line in self.office("export-state") if "op" in line]
        assert len(ids) == len(set(ids))
        return set(ids)


def opened(
    folder: Path, login: str, url: str, seed: int, kind: type[HttpTransport] = HttpTransport
) -> Worker:
    """A laptop of this process, in real time and over real sockets."""
    world = RealTime()
    laptop = Laptop(login, folder, kind(url), world, Fuse(print))
    return Worker(laptop, login, Dice(seed), world)


def new_laptop(
    folder: Path, login: str, url: str, seed: int = 0, kind: type[HttpTransport] = HttpTransport
) -> Worker:
    """A laptop that has just enrolled."""
    shutil.copytree(district.template() / login, folder / login)
    return opened(folder / login, login, url, seed, kind)


def put_away(*workers: Worker) -> None:
    for worker in workers:
        worker.laptop.stop()
        worker.laptop.transport.close()


def calm_down(*workers: Worker) -> None:
    """Let everything arrive, as on a good evening."""
    for _ in range(4):
        for worker in workers:
            result = worker.laptop.engine.round()
            assert result.failure is None, (worker.login, result)


def safe_at(worker: Worker, said: list[list[str]]) -> list[Saved]:
    """Return what a laptop said was safe, (operation, photos...), with the photos' bytes.

    They are read back from its own store: proof that what was saved can still be opened.
    """
    rows = {
        sha: (name, dek, record)
        for sha, name, dek, record in worker.laptop.rows(
            "SELECT sha256, name, dek, record FROM blob"
        )
    }

    def bytes_of(sha: str) -> bytes:
        name, dek, record = rows[sha]
        return worker.laptop.photos.read(name, dek, record=record)

    return [Saved(op_id, {sha: bytes_of(sha) for sha in shas}) for op_id, *shas in said]

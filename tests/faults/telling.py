"""A laptop in a process of its own that is told what to do, as its parent sees it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.stories.processes import HERE, ROOT, opened, put_away, safe_at
from tests.syncing.simulator import district
from tests.syncing.simulator.work import Worker


class ToldLaptop:
    """A laptop that has just enrolled; `safe` is what it said was saved, with photos' hashes.

    It is ended with the block. `prefix` starts it elsewhere, such as in another network.
    """

    def __init__(
        self,
        folder: Path,
        login: str,
        url: str,
        *,
        patience: float = 2.0,
        ca: Path | None = None,
        prefix: tuple[str, ...] = (),
        **environment: str,
    ) -> None:
        self.folder, self.login = folder / login, login
        shutil.copytree(district.template() / login, self.folder)
        self.safe: list[list[str]] = []
        command = [*prefix, sys.executable, "-P", "-m", "tests.faults.told_laptop"]
        command += [str(self.folder), login, url, str(patience), *([str(ca)] if ca else [])]
        self._child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**HERE, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._heard() == {"ready": True}

    def record(self, times: int = 1) -> None:
        """Let it save so many times."""
        wanted = len(self.safe) + times
        while len(self.safe) < wanted:
            self.safe += self._told("record")["saved"]

    def photo(self, size: int) -> None:
        self.safe += self._told(f"photo {size}")["saved"]

    def be_patient(self, seconds: float) -> None:
        """Let it wait so long for an answer."""
        self._told(f"patience {seconds}")

    def round(self) -> dict:
        return self._told("round")

    def clock(self) -> dict:
        return self._told("clock")

    def until_all_is_there(self, most: int = 40) -> int:
        """Sync until three rounds in a row had nothing to complain of; returns how many failed."""
        failed = well = 0
        while well < 3:
            if self.round()["failure"] is None:
                well += 1
            else:
                well, failed = 0, failed + 1
            assert failed < most
        return failed

    def end(self) -> None:
        self._child.stdin.close()
        assert self._child.wait(60) == 0

    def as_worker(self) -> Worker:
        """Open its profile in this process, once it has ended, to look at what it holds."""
        worker = opened(self.folder, self.login, "http://127.0.0.1:1", 0)
        worker.saved = safe_at(worker, self.safe)
        return worker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            pipe.close()

    def _told(self, what: str) -> dict:
        self._child.stdin.write(what + "\n")
        self._child.stdin.flush()
        return self._heard()

    def _heard(self) -> dict:
        line = self._child.stdout.readline()
        assert line.endswith("\n"), "the laptop ended by itself"
        return json.loads(line)


def look_at(laptops: list[ToldLaptop], check) -> None:
    """Give `check` the laptops as workers of this process, and put them away again."""
    workers = [laptop.as_worker() for laptop in laptops]
    try:
        check(workers)
    finally:
        put_away(*workers)

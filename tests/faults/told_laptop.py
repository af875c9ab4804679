"""A laptop that records and syncs when it is told to: for networks and clocks of its own.

Arguments: FOLDER LOGIN URL PATIENCE [CA]. Each line of the input is a word; each answer one line
of JSON. `record`: something is put on record. `photo BYTES`: a report with a photo of that size.
`round`: one round of sync. `patience SECONDS`: how long to wait for answers from now on. `clock`:
what the clocks say.
"""

import json
import sys
import time
from pathlib import Path

from sync.http import HttpTransport
from sync.transport import Reply
from tests.stories.kill_child import RealTime
from tests.syncing.simulator.dice import Dice, Fuse
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.work import Worker

LOG = sys.stderr.write


class Impatient(HttpTransport):
    """Waits only so long for an answer, so that a test of silence is not a long one."""

    patience = 1.0

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        return super().send(method, path, headers, body, timeout=min(timeout, self.patience))


class Photographer(Worker):
    """Takes photos of a size that is asked for."""

    size = 0

    def _bytes(self) -> bytes:
        return self._dice.random.randbytes(self.size) if self.size else super()._bytes()


def main(folder: str, login: str, url: str, patience: str, ca: str | None = None) -> None:
    """Obey until the input ends."""
    world = RealTime()
    transport = Impatient(url, ca_pem=Path(ca).read_text() if ca else None)
    transport.patience = float(patience)
    laptop = Laptop(login, Path(folder), transport, world, Fuse(LOG))
    worker = Photographer(laptop, login, Dice(time.time_ns()), world)
    tell({"ready": True})
    for line in sys.stdin:
        match line.split():
            case ["record"]:
                tell(saved(worker, worker.record))
            case ["photo", size]:
                worker.size = int(size)
                tell(saved(worker, worker.report_with_photo))
                worker.size = 0
            case ["round"]:
                tell(one_round(laptop))
            case ["patience", seconds]:
                transport.patience = float(seconds)
                tell({})
            case ["clock"]:
                tell({"unix_ms": world.unix_ms(), "mono": time.monotonic(), "zone": time.timezone})
    laptop.stop()
    transport.close()


def saved(worker: Worker, work) -> dict:
    before = len(worker.saved)
    work()
    return {"saved": [[one.op_id, *one.photos] for one in worker.saved[before:]]}


def one_round(laptop: Laptop) -> dict:
    began = time.monotonic()
    result = laptop.engine.round()
    code = result.failure.code if result.failure else None
    return {"failure": code, "seconds": time.monotonic() - began, **result.counters}


def tell(what: dict) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

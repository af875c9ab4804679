"""A laptop that records and syncs until it is killed; it says each thing once that is safe.

Run as: kill_child.py FOLDER LOGIN URL SEED
"""

import sys
import time
from pathlib import Path

from sync.http import HttpTransport
from tests.syncing.simulator.dice import Dice, Fuse
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.work import Worker


class RealTime:
    """The time of this computer, as the simulator's world tells it."""

    @property
    def seconds(self) -> float:
        return time.monotonic()

    def unix_ms(self) -> int:
        return time.time_ns() // 1_000_000


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


def main(folder: str, login: str, url: str, seed: str) -> None:
    world = RealTime()
    laptop = Laptop(login, Path(folder), HttpTransport(url), world, Fuse(say))
    worker = Worker(laptop, login, Dice(int(seed)), world)
    say("ready")
    told = 0
    while True:
        for _ in range(3):
            worker.record()
            for saved in worker.saved[told:]:
                say(" ".join(["saved", saved.op_id, *saved.photos]))
            told = len(worker.saved)
        laptop.engine.round()
        say("round")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Runs in a process of its own: the second laptop, which listens for pokes and pulls.

Usage: python -m bench.second_child HOME; the password comes in the environment. Pulls what there
is and prints how many records that are, as JSON. Then reads the id of a patrol record, pulls with
each poke until it holds that one, fills its search index, and prints also when the record was there
(seconds of the machine's monotonic clock) and how long the index took.
"""

import gc
import json
import os
import sys
import threading
import time
from pathlib import Path
from random import Random

from bench.district import Laptop
from bench.figure import timed
from gridworker.build import LISTENS
from gridworker.cli import PASSWORD
from gridworker.storage.statements import Statements
from sync.ear import Ear
from sync.http import HttpTransport
from sync.schedule import POLL

HELD = "SELECT 1 FROM base WHERE id = ? AND kind = 'patrol_record'"
COUNT = "SELECT count(*) FROM base WHERE kind = 'patrol_record'"


def main() -> None:
    laptop = Laptop(Path(sys.argv[1]), os.environ[PASSWORD])
    known, poked = laptop.profile.device, threading.Event()
    ear = Ear(
        HttpTransport(known.server_url, ca_pem=known.ca_pem, lifetime=LISTENS),
        Random(),
        token=lambda: known.token,
        may=lambda: True,
        poked=poked.set,
    )
    ear.start()
    laptop.pull()
    _tell(laptop)
    for line in sys.stdin:
        poked.set()
        at = _arrived(laptop, poked, line.strip())
        _tell(laptop, at=at, index_ms=timed(laptop.profile.indexer.catch_up))
    ear.close()
    laptop.close()


def _tell(laptop: Laptop, **told: float) -> None:
    with laptop.profile.read() as session:
        row = Statements(session).one(COUNT)
    assert row is not None
    print(json.dumps({"records": row[0], **told}), flush=True)


def _arrived(laptop: Laptop, poked: threading.Event, wanted: str) -> float:
    """Pull until a record is here; return when that was. The collector rests as in `timed`."""
    gc.disable()
    while True:
        poked.wait(POLL)
        poked.clear()
        laptop.pull()
        at = time.monotonic()
        with laptop.profile.read() as session:
            if Statements(session).one(HELD, (wanted,)) is not None:
                gc.enable()
                return at


if __name__ == "__main__":
    main()

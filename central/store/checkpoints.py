"""Bringing the journal of an SQLite database into its main file beside the requests.

A commit that does it itself makes its request wait for twice as many bytes and two more syncs.
"""

import logging
import threading
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from central.store.engine import plain_connection

PAGES = 1000  # what SQLite itself would wait for
MOST_PAGES = 16_000  # 64 MB, which a start after a power cut reads in a moment
QUIET_SECONDS = 0.25
LOG = logging.getLogger(__name__)


class Checkpoints:
    """A thread that takes the journal in when nobody has committed for a moment.

    Its syncs would keep every commit beside it waiting: that of a batch took a fifth longer. A
    journal that has grown very long is taken in at once.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ended = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="centre-journal", daemon=True)
        self._thread.start()

    def committed(self) -> None:
        """Take note of a commit; returns at once."""
        self._news.set()

    def close(self) -> None:
        """Finish what is under way."""
        self._ended = True
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(plain_connection(str(self._file))) as connection:
            while self._news.wait() and not self._ended:
                self._news.clear()
                try:
                    if waiting(connection) < MOST_PAGES and self._news.wait(QUIET_SECONDS):
                        continue
                    take_in(connection, least=PAGES)
                except sqlcipher.Error:
                    # Nothing is lost: the writer does it when the journal has grown much longer.
                    LOG.exception("the journal could not be taken into the database")


def take_in(connection: "sqlcipher.Connection", *, least: int) -> int:
    """Take a journal in as far as readers allow, if that is so many pages; return how many."""
    before = waiting(connection)
    if before < least:
        return 0
    return before - _left(connection, "PASSIVE")


def waiting(connection: "sqlcipher.Connection") -> int:
    """Return how many pages of the journal are not in the main file yet."""
    return _left(connection, "NOOP")


def _left(connection: "sqlcipher.Connection", how: str) -> int:
    _, pages, done = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
    return int(pages) - int(done)

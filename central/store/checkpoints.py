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
LOG = logging.getLogger(__name__)


class Checkpoints:
    """A thread that looks after each commit whether the journal has grown long."""

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
                    take_in(connection, least=PAGES)
                except sqlcipher.Error:
                    # Nothing is lost: the writer does it when the journal has grown much longer.
                    LOG.exception("the journal could not be taken into the database")


def take_in(connection: "sqlcipher.Connection", *, least: int) -> int:
    """Take a journal in as far as readers allow, if that is so many pages; return how many."""
    _, pages, done = connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    if pages - done < least:
        return 0
    _, _, now = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(now) - int(done)

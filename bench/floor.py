"""What the machine itself needs for the bytes: durable inserts, loopback requests, bare commits."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

import requests
from sqlcipher3 import dbapi2 as sqlite

from bench.sink import TOKEN


def plain_store(path: Path) -> sqlite.Connection:
    """Open an unencrypted SQLite file, WAL, FULL: what a bare program would use."""
    store = sqlite.connect(str(path), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        store.execute(f"PRAGMA {pragma}")
    return store


def insert_once(path: Path, rows: list[bytes]) -> None:
    """Insert all rows in one durable transaction."""
    store = plain_store(path)
    store.execute("CREATE TABLE op (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    store.execute("BEGIN IMMEDIATE")
    store.executemany("INSERT INTO op (body) VALUES (?)", ((row,) for row in rows))
    store.execute("COMMIT")
    store.close()


class LoopbackSink:
    """A server process (`bench.sink`), and one kept-alive connection to it.

    What is put lies in a folder of its own in `beside`, that is in the file system of the centre.
    """

    def __init__(self, beside: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sink-", dir=beside)

    def __enter__(self) -> Self:
        command = [sys.executable, "-P", "-m", "bench.sink", self._folder.name]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.post(self.url, data=b"warm")
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def post(self, rows: list[bytes], batch: int = 500) -> None:
        for first in range(0, len(rows), batch):
            body = b"[" + b",".join(rows[first : first + batch]) + b"]"
            self._session.post(self.url, data=body).raise_for_status()

    def get(self) -> None:
        """Ask for a few bytes with a token that is looked up."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self._session.get(self.url, headers=headers).raise_for_status()

    def put(self, name: str, data: bytes) -> None:
        """Bring bytes to the disk."""
        self._session.put(self.url + name, data=data).raise_for_status()

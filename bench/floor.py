"""What the machine itself needs for the bytes: durable inserts, loopback posts, bare commits."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import requests
from sqlcipher3 import dbapi2 as sqlite

SINK = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *parts):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
print(server.server_port, flush=True)
server.serve_forever()
"""


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
    """A server process that reads what is posted and answers 204."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.post(self.url, data=b"warm")
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._process.kill()
        self._process.wait()

    def post(self, rows: list[bytes], batch: int = 500) -> None:
        for first in range(0, len(rows), batch):
            body = b"[" + b",".join(rows[first : first + batch]) + b"]"
            self._session.post(self.url, data=body).raise_for_status()


def random_rows(count: int, size: int) -> list[bytes]:
    """Return `count` JSON strings of about `size` bytes that do not compress well."""
    return [b'"' + os.urandom(size // 2).hex().encode() + b'"' for _ in range(count)]

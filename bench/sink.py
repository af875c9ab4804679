"""Runs in a process of its own: the least of a server that does what a figure's floor stands for.

POST reads and forgets; GET looks a token up in an SQLite file and answers a few bytes; PUT writes a
file and brings it to the disk. Usage: python -m bench.sink FOLDER. Prints its port.
"""

import os
import sys
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

TOKEN = "a-token-of-the-floor"
ANSWER = b'{"changes":[]}'


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: else each answer waits for an acknowledgement
    disable_nagle_algorithm = True
    folder = Path()

    def setup(self) -> None:
        super().setup()
        self.store = sqlite.connect(str(self.folder / "tokens.db"))

    def do_POST(self) -> None:
        self._body()
        self._answer(204)

    def do_GET(self) -> None:
        shown = self.headers["Authorization"].removeprefix("Bearer ")
        known = sha256(shown.encode()).hexdigest()
        row = self.store.execute("SELECT device FROM token WHERE hash = ?", (known,)).fetchone()
        self._answer(401 if row is None else 200, ANSWER)

    def do_PUT(self) -> None:
        data = self._body()
        handle = os.open(
            self.folder / self.path.rpartition("/")[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        )
        os.write(handle, data)
        os.fsync(handle)
        os.close(handle)
        self._answer(201)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        pass


def main() -> None:
    Sink.folder = Path(sys.argv[1])
    with sqlite.connect(str(Sink.folder / "tokens.db")) as store:
        store.execute("CREATE TABLE token (hash TEXT PRIMARY KEY, device TEXT) WITHOUT ROWID")
        store.execute("INSERT INTO token VALUES (?, 'one')", (sha256(TOKEN.encode()).hexdigest(),))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

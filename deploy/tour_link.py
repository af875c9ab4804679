"""The village line: a relay on loopback that lets bytes to the centre through slowly.

On one machine photos would arrive before anybody could see them wait.
"""

import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

CHUNK = 8 * 1024


class SlowLine:
    """Listens on a free port of loopback and passes every connection on to the centre."""

    def __init__(self, centre: str) -> None:
        there = urlsplit(centre)
        self._there = (there.hostname or "127.0.0.1", there.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.bytes_per_second: float | None = None
        self._accepting = threading.Thread(target=self._accept, name="line", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):  # on some systems a listening socket is not connected
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed: the day is over
                return
            try:
                far = socket.create_connection(self._there, timeout=10)
            except OSError:  # the centre is away, and so is whoever asks for it
                near.close()
                continue
            for source, target, slow in ((near, far, True), (far, near, False)):
                threading.Thread(
                    target=self._pass_on, args=(source, target, slow), name="line", daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, slow: bool) -> None:
        with suppress(OSError):  # either end may hang up at any time
            source.settimeout(None)
            while data := source.recv(CHUNK):
                if slow and self.bytes_per_second:
                    time.sleep(len(data) / self.bytes_per_second)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):  # hung up already
                end.shutdown(socket.SHUT_RDWR)
        source.close()

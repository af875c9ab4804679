"""A proxy for raw bytes that cuts connections in the middle of what the client says."""

import select
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from urllib.parse import urlsplit

PIECE = 64 * 1024


class CuttingProxy:
    """Passes bytes to the server at `url`, cutting one connection after another.

    `cuts` says after how many bytes of a client each cut comes; a connection that ends before stays
    whole and leaves the cut to the next. `on_cut` is called before the client notices. `upward` is
    how many bytes clients have sent in all. While `silent` is set nothing passes and nothing ends.
    """

    def __init__(
        self, url: str, cuts: Sequence[int] = (), on_cut: Callable[[], object] = lambda: None
    ) -> None:
        parts = urlsplit(url)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self.on_cut = on_cut
        self.cuts = list(cuts)
        self.upward = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.silent = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop serving and wait for every connection to end."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._relay, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _relay(self, client: socket.socket) -> None:
        with closing(client), suppress(OSError), socket.create_connection(self._target) as server:
            said = 0
            while not self._closed.is_set():
                heard = [] if self.silent.is_set() else [client, server]
                for source in select.select(heard, [], [], 0.1)[0]:
                    piece = source.recv(PIECE)
                    if not piece:
                        return
                    if source is server:
                        client.sendall(piece)
                        continue
                    said += len(piece)
                    self._pass_on(server, piece)
                    if self._cut_after(said):
                        self.on_cut()
                        _reset(client)
                        return

    def _pass_on(self, server: socket.socket, piece: bytes) -> None:
        with self._lock:
            self.upward += len(piece)
        server.sendall(piece)

    def _cut_after(self, said: int) -> bool:
        with self._lock:
            if not self.cuts or said < self.cuts[0]:
                return False
            del self.cuts[0]
            return True


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

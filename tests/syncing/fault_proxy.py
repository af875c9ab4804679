"""A proxy over real sockets that spoils chosen requests in thirteen ways (sync.md 7, row 8).

It reads each request whole before it decides, so that a kept-alive connection cannot slip past.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import closing, suppress

MODES = (
    "rst_before",
    "rst_after",
    "rst_mid",
    "trunc",
    "html",
    "swap500",
    "s500",
    "s503",
    "blackhole",
    "late",
    "dup",
    "drip",
    "delay",
)
PORTAL = b"<html><body>Please log in to the network</body></html>"


class Gone(Exception):
    """The other side has closed."""


class FaultProxy:
    """Forwards to `target`; a request whose path ends in `path` meets `mode`, `times` times."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._mode = self._path = ""
        self._left = 0
        self.met = 0
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def spoil(self, path: str, mode: str, times: int = 1) -> None:
        """Arm the proxy."""
        self._path, self._mode, self._left, self.met = path, mode, times, 0

    def close(self) -> None:
        """Stop serving; connections end by themselves."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(0.1)
        with closing(client), suppress(Gone, OSError):
            while True:
                request = _message(client, self._closed.is_set)
                path = request.split(b" ", 2)[1].decode()
                if self._left and path.endswith(self._path):
                    self._left -= 1
                    self.met += 1
                    getattr(self, f"_{self._mode}")(client, request)
                else:
                    client.sendall(self._forward(request))

    def _forward(self, request: bytes) -> bytes:
        with closing(socket.create_connection(self._target)) as centre:
            centre.settimeout(0.1)
            centre.sendall(request)
            head_only = request.startswith(b"HEAD ")
            return _message(centre, self._closed.is_set, head_only=head_only)

    def _rst_before(self, client: socket.socket, request: bytes) -> None:
        del request
        _reset(client)

    def _rst_after(self, client: socket.socket, request: bytes) -> None:
        self._forward(request)
        _reset(client)

    def _rst_mid(self, client: socket.socket, request: bytes) -> None:
        answer = self._forward(request)
        client.sendall(answer[: len(answer) // 2])
        _reset(client)

    def _trunc(self, client: socket.socket, request: bytes) -> None:
        answer = self._forward(request)
        client.sendall(answer[:-7])
        raise Gone

    def _html(self, client: socket.socket, request: bytes) -> None:
        del request
        client.sendall(_page(b"200 OK", PORTAL))

    def _swap500(self, client: socket.socket, request: bytes) -> None:
        self._forward(request)
        client.sendall(_page(b"500 Internal Server Error", b"oops"))

    def _s500(self, client: socket.socket, request: bytes) -> None:
        del request
        client.sendall(_page(b"500 Internal Server Error", b"oops"))

    def _s503(self, client: socket.socket, request: bytes) -> None:
        del request
        client.sendall(_page(b"503 Service Unavailable", b"", b"Retry-After: 1\r\n"))

    def _blackhole(self, client: socket.socket, request: bytes) -> None:
        del request
        _until_gone(client, self._closed)

    def _late(self, client: socket.socket, request: bytes) -> None:
        answer = self._forward(request)
        _until_gone(client, self._closed)
        client.sendall(answer)

    def _dup(self, client: socket.socket, request: bytes) -> None:
        self._forward(request)
        client.sendall(self._forward(request))

    def _drip(self, client: socket.socket, request: bytes) -> None:
        for byte in self._forward(request):
            client.sendall(bytes([byte]))
            if self._closed.wait(0.01):
                raise Gone

    def _delay(self, client: socket.socket, request: bytes) -> None:
        answer = self._forward(request)
        self._closed.wait(0.2)
        client.sendall(answer)


def _message(source: socket.socket, stop: Callable[[], bool], *, head_only: bool = False) -> bytes:
    """Read one request or answer with its body, which has a length in this protocol."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(source, stop)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:]]
    length = next((int(value) for name, value in lines if name == b"content-length"), 0)
    while not head_only and len(body) < length:
        body += _some(source, stop)
    return head + b"\r\n\r\n" + body


def _some(source: socket.socket, stop: Callable[[], bool]) -> bytes:
    while not stop():
        try:
            data = source.recv(65536)
        except TimeoutError:
            continue
        if data:
            return data
        break
    raise Gone


def _page(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    length = str(len(body)).encode()
    return (
        b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\n" + more
        + b"Content-Length: " + length + b"\r\n\r\n" + body
    )  # fmt: skip


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


def _until_gone(client: socket.socket, closed: threading.Event) -> None:
    """Say nothing until the other side gives up."""
    while not closed.is_set():
        try:
            if not client.recv(65536):
                return
        except TimeoutError:
            continue

"""Connections whose answers must be whole in time.

A time-out of the libraries begins anew with every byte, so a centre that drips would hold a round
for ever. Here it counts for headers and body together, from the moment the request was sent.
"""

import http.client
import io
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any
from weakref import WeakSet

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Timed(io.RawIOBase):
    """Reads from a socket until a moment, or until nothing came for `idle` seconds.

    Raises TimeoutError; `over` says that the other side has ended.
    """

    def __init__(self, source: socket.socket, until: float, idle: float) -> None:
        self._source, self._idle = source, idle
        self._raw = source.makefile("rb", buffering=0)
        self._until = until
        self.over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._source.settimeout(min(left, self._idle))
        count = self._raw.readinto(buffer)
        self.over = count == 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Opening:
    """Stands for the socket where an answer opens it for reading."""

    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._timed)


class _Answer(http.client.HTTPResponse):
    """An answer that is read through `_Timed`, and whose head is whole."""

    def __init__(
        self, sock: socket.socket, *args: Any, lifetime: float, idle: float, **kwargs: Any
    ) -> None:
        self._timed = _Timed(sock, monotonic() + lifetime, idle)
        super().__init__(_Opening(self._timed), *args, **kwargs)  # type: ignore[arg-type]  # only opened

    def begin(self) -> None:
        """Read the head; the library would take one that was cut off for a shorter one."""
        super().begin()
        if self._timed.over:
            raise http.client.IncompleteRead(b"")


class Wire:
    """The sockets in use, so that another thread may end what goes on over them.

    `lifetime` is how long an answer may take as long as something comes; by default as long as the
    request waits for the first of it.
    """

    def __init__(self, lifetime: float | None = None) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()
        self._lifetime = lifetime
        self.ended = False

    def take(self, used: socket.socket | None) -> None:
        """Note the socket of a connection that was made."""
        if used is not None:
            with self._lock:
                self._sockets.add(used)
        if self.ended:
            self.end()

    def answer(self, timeout: float) -> Callable[..., http.client.HTTPResponse]:
        """Return what reads the answer to a request with this time-out (seconds)."""
        return partial(_Answer, lifetime=self._lifetime or timeout, idle=timeout)

    def end(self) -> None:
        """End the requests under way at once; what waits for bytes gets an error."""
        self.ended = True
        with self._lock:
            used = list(self._sockets)
        for one in used:
            with suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    """A connection to a centre on this machine.

    Head and body of a request go out together: as two pieces they would wake the centre twice.
    """

    def __init__(self, *args: Any, wire: Wire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wire = wire
        self._pieces: list[bytes] | None = None

    def connect(self) -> None:
        super().connect()
        self._wire.take(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        pieces: list[bytes] = []
        self._pieces = pieces
        try:
            super().request(*args, **kwargs)
        finally:
            self._pieces = None
        self.send(b"".join(pieces))

    def send(self, data: Any) -> None:
        if self._pieces is None:
            super().send(data)
        else:
            self._pieces.append(data)

    def getresponse(self) -> Any:
        self.response_class = self._wire.answer(float(self.timeout or 0))  # type: ignore[assignment]  # only called
        return super().getresponse()


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS."""


def pools(wire: Wire) -> dict[str, Callable[..., HTTPConnectionPool]]:
    """Return the pools by scheme, for a pool manager; their connections report to `wire`."""

    def plain(*args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = HTTPConnectionPool(*args, **kwargs)
        pool.ConnectionCls = partial(_Plain, wire=wire)  # type: ignore[assignment]  # only called
        return pool

    def secure(*args: Any, **kwargs: Any) -> HTTPSConnectionPool:
        pool = HTTPSConnectionPool(*args, **kwargs)
        pool.ConnectionCls = partial(_Secure, wire=wire)  # type: ignore[assignment]  # only called
        return pool

    return {"http": plain, "https": secure}

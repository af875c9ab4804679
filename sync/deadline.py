"""Connections whose answers must be whole in time.

A time-out of the libraries begins anew with every byte, so a centre that drips would hold a round
for ever. Here it counts for headers and body together, from the moment the request was sent.
"""

import http.client
import io
import socket
from functools import partial
from time import monotonic
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Timed(io.RawIOBase):
    """Reads from a socket until a moment; then raises TimeoutError."""

    def __init__(self, source: socket.socket, until: float) -> None:
        self._source = source
        self._raw = source.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._source.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read through `_Timed`."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Timed(sock, until))


class _Plain(HTTPConnection):
    def getresponse(self) -> Any:
        until = monotonic() + float(self.timeout or 0)
        self.response_class = partial(_Answer, until=until)  # type: ignore[assignment]  # only called
        return super().getresponse()


class _Secure(HTTPSConnection):
    def getresponse(self) -> Any:
        until = monotonic() + float(self.timeout or 0)
        self.response_class = partial(_Answer, until=until)  # type: ignore[assignment]  # only called
        return super().getresponse()


class PlainPool(HTTPConnectionPool):
    """Plain connections with a deadline."""

    ConnectionCls = _Plain


class SecurePool(HTTPSConnectionPool):
    """TLS connections with a deadline."""

    ConnectionCls = _Secure

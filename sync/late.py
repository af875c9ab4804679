"""A centre that is only prepared for when something is sent to it."""

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from sync.address import read_address
from sync.transport import NoConnection, Reply

if TYPE_CHECKING:
    from sync.http import HttpTransport


class LateTransport:
    """The door of `sync.http`, made with the first request: it takes long to be loaded.

    The address is looked at here already; raises PlainHttpRefused. For any thread.
    """

    def __init__(
        self, url: str, *, ca_pem: str | None = None, lifetime: float | None = None
    ) -> None:
        self.near = read_address(url).near
        self._url, self._ca_pem, self._lifetime = url, ca_pem, lifetime
        self._lock = Lock()
        self._real: HttpTransport | None = None
        self._given_up = False

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
    ) -> Reply:
        """Send one request as `HttpTransport` does."""
        return self._made().send(method, path, headers, body, timeout=timeout)

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines of an answer as `HttpTransport` does."""
        yield from self._made().lines(path, headers)

    def give_up(self) -> None:
        """End the requests under way, from any thread, and take no more."""
        with self._lock:
            self._given_up = True
            if self._real is not None:
                self._real.give_up()

    def close(self) -> None:
        """Close the connections; the next request opens another."""
        with self._lock:
            if self._real is not None:
                self._real.close()

    def _made(self) -> "HttpTransport":
        from sync.http import HttpTransport  # noqa: PLC0415  (this is what it is late for)

        with self._lock:
            if self._given_up:
                raise NoConnection
            if self._real is None:
                self._real = HttpTransport(self._url, ca_pem=self._ca_pem, lifetime=self._lifetime)
            return self._real

"""The door to a centre: one request, one reply, and the two ways in which there is none."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

CONNECTIONS = 16  # that a laptop keeps to its centre; sync/schedule.py says when photos need all
MOST_DIGITS = 18


class Reply(msgspec.Struct, frozen=True):
    """What came back: header names in lower case, the body as it was sent (not yet inflated)."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def whole_number(header: str | None) -> int | None:
    """Read a header that is a number; None for any other, also for figures of another script."""
    text = header or ""
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None


class NoConnection(Exception):
    """Nothing usable came back; whether the centre acted on the request is not known.

    `code` names the words for people. `reached` is False when not even a connection was made, so
    that asking for something else at once is of no use.
    """

    def __init__(self, code: str = "no_connection", *, reached: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.reached = reached


class UnknownCertificate(NoConnection):
    """Whoever answers does not hold a certificate that this profile trusts; nothing was sent."""

    def __init__(self) -> None:
        super().__init__("unknown_certificate")


class PlainHttpRefused(ValueError):
    """The address is neither https nor a loopback address."""


class Transport(Protocol):
    """Carries requests to one centre; real ones are HTTP and, in tests, the centre in-process."""

    @property
    def near(self) -> bool:
        """Say whether the centre is on this machine, where compression costs more than it saves."""
        ...

    def give_up(self) -> None:
        """End the request under way, from any thread, and take no more."""
        ...

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
    ) -> Reply:
        """Send one request and wait at most `timeout` seconds for the whole of its reply.

        Raises NoConnection or UnknownCertificate; any status is a Reply.
        """
        ...

"""Which addresses a centre may have."""

import ipaddress
from urllib.parse import urlsplit

import msgspec

from sync.transport import PlainHttpRefused


class Address(msgspec.Struct, frozen=True):
    """A centre's address without a slash at its end; `near` when it can only be this machine."""

    base: str
    near: bool


def read_address(url: str) -> Address:
    """Return the address in a text; raises PlainHttpRefused.

    Plain http is for loopback addresses only; what is no address is refused with it.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise PlainHttpRefused(url) from error
    near = is_loopback(parts.hostname or "")
    if not parts.hostname or parts.scheme not in ({"https", "http"} if near else {"https"}):
        raise PlainHttpRefused(url)
    return Address(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", near)


def is_loopback(host: str) -> bool:
    """Say whether an address can only be this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""The words of tus 1.0 in headers: metadata, checksums, ranges."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from central.problem import Refused
from gridworker.domain.evidence import MAX_PHOTO_BYTES

VERSION = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"
BYTES_TYPE = "application/octet-stream"
ALGORITHMS = ("sha1", "sha256", "md5")
ABILITIES = {
    "Tus-Version": VERSION,
    "Tus-Max-Size": str(MAX_PHOTO_BYTES),
    "Tus-Extension": "creation,creation-with-upload,checksum,termination,expiration",
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}
RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
MOST_DIGITS = 15


def check_version(headers: Mapping[str, str]) -> None:
    """Raise Refused(`tus-version`) unless the client speaks tus 1.0.0."""
    if headers.get("tus-resumable") != VERSION:
        raise Refused("tus-version", headers={"Tus-Version": VERSION})


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header that is a whole number; raises Refused(`malformed`)."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refused("malformed", f"{name} is not a whole number")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """Read Upload-Metadata: names with Base64 of text; an empty header names nothing.

    Raises Refused(`malformed`).
    """
    names: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            names[name] = b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused("malformed", "Upload-Metadata is not Base64 of text") from error
    return names


class Checksum:
    """Says whether the bytes of one request are those that were meant; without a header, yes."""

    def __init__(self, header: str | None) -> None:
        self._wanted: bytes | None = None
        self._digest: Any = None
        if header is None:
            return
        name, _, value = header.partition(" ")
        if name not in ALGORITHMS:
            raise Refused("malformed", "Upload-Checksum names an unknown algorithm")
        try:
            self._wanted = b64decode(value.strip(), validate=True)
        except binascii.Error as error:
            raise Refused("malformed", "Upload-Checksum is not Base64") from error
        self._digest = hashlib.new(name, usedforsecurity=False)

    def add(self, chunk: bytes) -> None:
        """Take in what was received."""
        if self._digest is not None:
            self._digest.update(chunk)

    @property
    def fits(self) -> bool:
        """Say whether all that was received is what was meant."""
        return self._digest is None or self._digest.digest() == self._wanted


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return first byte and the one after the last that a Range asks for; None for the whole file.

    Several ranges are answered with the whole file, as RFC 9110 allows. Raises Refused(`range`).
    """
    match = RANGE.match(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if max(len(first), len(last)) > MOST_DIGITS:
        return None
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= size or end <= start:
        raise Refused("range", headers={"Content-Range": f"bytes */{size}"})
    return start, end


def http_date(ms: int) -> str:
    """Write unix milliseconds as HTTP dates are written."""
    return formatdate(ms / 1000, usegmt=True)

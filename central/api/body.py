"""Bodies on the wire: read within bounds, compressed where it pays, digested (sync.md 4.2)."""

import gzip
import zlib
from collections.abc import Mapping

from litestar.types import Receive

from central.problem import Refused
from gridworker.wire import MAX_PUSH_BYTES, content_digest

COMPRESS_FROM = 1024
LEVEL = 6


class Gone(Exception):
    """The client has hung up; there is nobody to answer."""


async def received(receive: Receive, *, most: int = MAX_PUSH_BYTES) -> bytes:
    """Return the whole body; raises Gone, and Refused(`too-large`) as soon as it is."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise Refused("too-large", f"at most {most} bytes")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def opened(body: bytes, headers: Mapping[bytes, bytes], *, most: int = MAX_PUSH_BYTES) -> bytes:
    """Check a request's digest and inflate it, never further than `most` bytes.

    Raises Refused: `malformed`, `unsupported-encoding`, `too-large`.
    """
    promised = headers.get(b"content-digest")
    if promised is not None and promised.decode("latin-1") != content_digest(body):
        raise Refused("malformed", "Content-Digest does not fit the body")
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding in {b"identity", b""}:
        return body
    if encoding != b"gzip":
        raise Refused("unsupported-encoding", headers={"Accept-Encoding": "gzip"})
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, most + 1)
    except zlib.error as error:
        raise Refused("malformed", "the body is not gzip") from error
    if len(plain) > most:
        raise Refused("too-large", f"at most {most} bytes when inflated")
    if not inflater.eof or inflater.unused_data:
        raise Refused("malformed", "the body is not one whole gzip stream")
    return plain


def packed(body: bytes, accepts: bytes) -> tuple[bytes, str | None]:
    """Return an answer's body as it is sent, and its encoding."""
    if len(body) < COMPRESS_FROM or not _takes_gzip(accepts):
        return body, None
    return gzip.compress(body, compresslevel=LEVEL, mtime=0), "gzip"


def _takes_gzip(accepts: bytes) -> bool:
    for choice in accepts.decode("latin-1").lower().split(","):
        name, _, weight = choice.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False

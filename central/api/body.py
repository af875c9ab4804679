"""Bodies on the wire: read within bounds, compressed where it pays, digested (sync.md 4.2)."""

from collections.abc import Mapping

from litestar.types import Receive

from central.problem import Refused
from gridworker import encodings
from gridworker.wire import MAX_PUSH_BYTES, content_digest


class Gone(Exception):
    """The client has hung up; there is nobody to answer."""


async def received(receive: Receive, *, most: int = MAX_PUSH_BYTES) -> bytes:
    """Return the whole body; raises Gone, and Refused(`too-large`) as soon as it is.

    Laptops aim at 1 MiB. More is taken as it comes, too: an operation travels with its retraction
    and all between them, and where nothing is compressed a stricter limit would hold it for ever.
    """
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
    try:
        return encodings.inflate(encoding.decode("latin-1"), body, most=most)
    except encodings.UnknownEncoding as error:
        spoken = ", ".join(encodings.PREFERRED)
        raise Refused("unsupported-encoding", headers={"Accept-Encoding": spoken}) from error
    except encodings.TooLong as error:
        raise Refused("too-large", f"at most {most} bytes when inflated") from error
    except encodings.Damaged as error:
        raise Refused("malformed", f"the body is not one whole stream of {error}") from error


def packed(body: bytes, accepts: bytes) -> tuple[bytes, str | None]:
    """Return an answer's body as it is sent, and its encoding."""
    encoding = encodings.accepted(accepts.decode("latin-1"))
    if len(body) < encodings.COMPRESS_FROM or encoding is None:
        return body, None
    return encodings.compress(encoding, body), encoding

"""Compression on the wire, the same for both ends: zstd, else gzip (sync.md 4.2).

On what this protocol carries level 3 of zstd comes out as small as level 6 of gzip, in less time.
"""

import gzip
import sys
import zlib
from collections.abc import Iterable
from typing import Final, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PREFERRED: Final = ("zstd", "gzip")
COMPRESS_FROM: Final = 1024
GZIP_LEVEL: Final = 6
ZSTD_LEVEL: Final = 3
BOUNDS: Final[dict[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}


class UnknownEncoding(ValueError):
    """The name is none of `PREFERRED`."""


class Damaged(ValueError):
    """The bytes are not one whole stream of what they are said to be."""


class TooLong(ValueError):
    """There is more in it than may be."""


def choose(offered: Iterable[str]) -> str | None:
    """Return the best encoding of those that the other end offers, None without a common one."""
    known = set(offered)
    return next((name for name in PREFERRED if name in known), None)


def accepted(header: str) -> str | None:
    """Return the best encoding that an `Accept-Encoding` header takes."""
    choices = (choice.partition(";") for choice in header.lower().split(","))
    return choose(name.strip() for name, _, weight in choices if not _refused(weight))


def compress(name: str, body: bytes) -> bytes:
    """Return the body compressed; raises UnknownEncoding."""
    match name:
        case "zstd":
            return zstd.compress(body, ZSTD_LEVEL)
        case "gzip":
            return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
        case _:
            raise UnknownEncoding(name)


def inflate(name: str, body: bytes, *, most: int) -> bytes:
    """Return what is in a compressed body, never inflating further than `most` bytes.

    A zstd window is at most 8 MiB (RFC 9659), so the memory is bounded, too. Raises
    UnknownEncoding, Damaged, TooLong.
    """
    inflater = _inflater(name)
    try:
        plain = inflater.decompress(body, most + 1)
    except (zlib.error, zstd.ZstdError) as error:
        raise Damaged(name) from error
    if len(plain) > most:
        raise TooLong(name)
    if not inflater.eof or inflater.unused_data:
        raise Damaged(name)
    return plain


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _inflater(name: str) -> _Inflater:
    match name:
        case "zstd":
            return zstd.ZstdDecompressor(options=BOUNDS)
        case "gzip":
            return zlib.decompressobj(wbits=31)
        case _:
            raise UnknownEncoding(name)


def _refused(weight: str) -> bool:
    return weight.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"}

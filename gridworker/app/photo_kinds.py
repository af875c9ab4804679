"""Which files are photos, told by their own bytes and never by a name.

Pure functions over bytes, cheap enough to run before anything is decoded.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Final

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})
HEIF_BRANDS: Final = frozenset({b"mif1", b"msf1"})
JPEG_KEPT: Final = frozenset({0xE0, 0xEE})  # JFIF, and Adobe's note on how colours are stored
FILL, SCAN, COMMENT, APPS = 0xFF, 0xDA, 0xFE, range(0xE0, 0xF0)  # second bytes of JPEG markers
BOX_HEAD: Final = 8
PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def mime_of(data: bytes) -> str | None:
    """Return the type of a photo by its first bytes, or None for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(PNG_HEAD):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        if data[8:12] in HEIC_BRANDS:
            return "image/heic"
        if data[8:12] in HEIF_BRANDS:
            return "image/heif"
    return None


def is_whole(data: bytes, mime: str) -> bool:
    """Say whether the file has its own end; decoding must show that all between is there."""
    match mime:
        case "image/jpeg":
            return _jpeg_end(data) is not None
        case "image/png":
            return any(kind == b"IEND" for kind, _ in _png_chunks(data))
        case "image/webp":
            return len(data) >= 8 + int.from_bytes(data[4:8], "little")
        case _:
            return _boxes_fit(data)


def hides_archive(data: bytes, mime: str) -> bool:
    """Say whether a file that looks like a photo is an archive as well.

    What phones append to pictures (a short film, a second picture) is no archive.
    """
    end = None
    if mime == "image/jpeg":
        end = _jpeg_end(data)
    elif mime == "image/png":
        end = sum(len(chunk) for _, chunk in _png_chunks(data)) + len(PNG_HEAD)
    return end is not None and end < len(data) and zipfile.is_zipfile(io.BytesIO(data[end:]))


def without_metadata(data: bytes, mime: str) -> bytes:
    """Return the bare picture of a file whose metadata do not even let it be opened."""
    if mime == "image/jpeg":
        start, kept = _jpeg_head(data)
        return b"\xff\xd8" + b"".join(kept) + data[start:]
    if mime == "image/png":
        return PNG_HEAD + b"".join(chunk for kind, chunk in _png_chunks(data) if kind in PNG_KEPT)
    return data


def _jpeg_head(data: bytes) -> tuple[int, list[bytes]]:
    """Return where the picture itself begins, and the segments before it that it needs."""
    at, kept = 2, []
    while at + 4 <= len(data) and data[at] == FILL:
        marker = data[at + 1]
        if marker == FILL:
            at += 1
            continue
        if marker == SCAN:
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        metadata = marker in APPS or marker == COMMENT
        if not metadata or marker in JPEG_KEPT:
            kept.append(data[at:end])
        at = end
    return at, kept


def _jpeg_end(data: bytes) -> int | None:
    start, _ = _jpeg_head(data)
    end = data.find(b"\xff\xd9", start)
    return None if end < 0 else end + 2


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the whole chunks of a PNG up to its end."""
    at = len(PNG_HEAD)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if end > len(data):
            return
        yield kind, data[at:end]
        if kind == b"IEND":
            return
        at = end


def _boxes_fit(data: bytes) -> bool:
    """Say whether no outermost box of an ISO media file is longer than the file."""
    at = 0
    while at + BOX_HEAD <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:  # to the end of the file
            return True
        if size < BOX_HEAD:
            return False
        at += size
    return at == len(data)

"""Whether the photo child answers: decodes a picture and writes Chinese on a copy of it."""

import struct
import zlib
from contextlib import closing

from gridworker.app.photo_messages import Mark
from gridworker.app.photo_reader import PhotoReader

SIDE = 480
HEAD = b"\x89PNG\r\n\x1a\n"
GREY = 0


def check_photo() -> str:
    """Put a marked copy of a grey picture through the child; returns the kind it was seen as.

    Raises RuleBroken when the child cannot be started, does not decode or finds no font.
    """
    with closing(PhotoReader()) as reader:
        facts = reader.inspect(grey_picture())
        reader.preview(grey_picture(), SIDE, mark=Mark(grid="网格", ticket="自检"))
    return facts.mime


def grey_picture() -> bytes:
    """Return a PNG, made without any library that the check is about."""
    shape = struct.pack(">IIBBBBB", SIDE, SIDE, 8, GREY, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * SIDE) * SIDE)
    return HEAD + _chunk(b"IHDR", shape) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""What the program and its photo child say to each other over pipes, and how it is framed.

A frame is two lengths (4 bytes each, big-endian), a MessagePack message and raw bytes. This module
is all that both sides share; it imports neither the store nor the image library.
"""

from typing import BinaryIO, Final

import msgspec

HEAD: Final = 8
MAX_META: Final = 64 * 1024
MAX_DATA: Final = 64 * 1024 * 1024


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What the bar on a display or export copy says; empty parts are left out."""

    time: str = ""
    grid: str = ""
    ticket: str = ""
    worker: str = ""
    sha256: str = ""


class PhotoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a photo says of itself; `taken_at`, `lon` and `lat` are hints and never a guard.

    `width` and `height` are as stored, before orientation. `taken_at` is ISO 8601 with the camera's
    offset, or without any when the camera did not know it. `lon` and `lat` are degrees x 10^7
    (WGS-84). `thumb` is a JPEG, upright, of at most 320 pixels, without metadata.
    """

    mime: str
    width: int
    height: int
    taken_at: str | None = None
    lon: int | None = None
    lat: int | None = None
    metadata_damaged: bool = False
    thumb: bytes = b""


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """Decode all of the picture and say what it is; answered by Facts and the thumbnail."""

    mime: str


class Preview(msgspec.Struct, frozen=True, tag="preview"):
    """Make a copy to look at; answered by Done and the JPEG."""

    mime: str
    longest: int
    mark: Mark | None = None


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    """The answer to Inspect."""

    facts: PhotoFacts


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The answer to Preview, and the greeting of a child that is ready."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The picture cannot be used; `reason` is one word for the log, never a sentence."""

    reason: str


Question = Inspect | Preview
Answer = Facts | Done | Refused


class BrokenFrame(Exception):
    """The other side is gone, or does not speak this protocol."""


def send(pipe: BinaryIO, message: Question | Answer, data: bytes = b"") -> None:
    """Write one frame; raises OSError when nobody reads."""
    meta = msgspec.msgpack.encode(message)
    pipe.write(len(meta).to_bytes(4, "big") + len(data).to_bytes(4, "big") + meta)
    pipe.write(data)
    pipe.flush()


def receive_question(pipe: BinaryIO) -> tuple[Question, bytes]:
    """Read a frame as the child; raises BrokenFrame."""
    meta, data = _receive(pipe)
    return msgspec.msgpack.decode(meta, type=Question), data


def receive_answer(pipe: BinaryIO) -> tuple[Answer, bytes]:
    """Read a frame as the program; raises BrokenFrame, also for what a child must not say."""
    meta, data = _receive(pipe)
    try:
        return msgspec.msgpack.decode(meta, type=Answer), data
    except msgspec.DecodeError as error:
        raise BrokenFrame from error


def _receive(pipe: BinaryIO) -> tuple[bytes, bytes]:
    head = pipe.read(HEAD)
    meta, data = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
    if len(head) < HEAD or meta > MAX_META or data > MAX_DATA:
        raise BrokenFrame
    body = pipe.read(meta + data)
    if len(body) < meta + data:
        raise BrokenFrame
    return body[:meta], body[meta:]

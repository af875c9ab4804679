"""What laptops that may work no longer have left: parcels, sealed, kept for a person to open.

They come in pieces that may be repeated, from every device whose token is known, whatever its
state; and lie beside the photos, never among them. What is in one the centre learns only when an
operator takes it in.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from central.blobs import BlobStore
from central.problem import Refused
from central.service import guard
from central.service.parts import Call, Office, Parts
from central.store import devices
from gridworker.wire import EscrowResponse

HASH = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 5 * 1024**3  # what an object store takes in one request
PIECE = 1024 * 1024
KEPT_MS = 30 * 24 * 3600 * 1000
PART = "escrow-"


class NoSuchParcel(LookupError):
    """There is no sealed parcel of that name."""


class Left(msgspec.Struct, frozen=True):
    """A sealed parcel that is here, and whose; `user` is None for a device the database lost."""

    name: str
    device: str
    user: str | None
    bytes: int


def take(parts: Parts, call: Call, piece: bytes, *, sha256: str, offset: int, length: int) -> bytes:
    """Add a piece to a device's parcel; the encoded answer says from where to go on.

    Raises Refused: `token-expired`, `malformed`, `too-large`, `storage-full`, `wrong-hash`.
    """
    known = parts.store.read(lambda tx: guard.recognise(tx, parts, call))
    call.acked = known.device.acked_seq
    if not HASH.fullmatch(sha256) or length <= 0 or offset + len(piece) > length:
        raise Refused("malformed", "Escrow-Hash, Upload-Length or Upload-Offset")
    if length > MOST_BYTES:
        raise Refused("too-large", f"at most {MOST_BYTES} bytes")
    name = f"{known.device.id}-{sha256}"
    if (name, length) in parts.blobs.aside():
        return msgspec.json.encode(EscrowResponse(length, kept=True))
    if not parts.blobs.has_room():
        raise Refused("storage-full")
    part = parts.blobs.part(PART + name)
    done = _added(part, piece, offset)
    if done < length:
        return msgspec.json.encode(EscrowResponse(done, kept=False))
    if done != length or _hash(part) != sha256:
        part.unlink()
        raise Refused("wrong-hash")
    parts.blobs.sync(part)
    parts.blobs.lay_aside(part, name, sha256)
    parts.crash_at("escrow:kept")
    return msgspec.json.encode(EscrowResponse(length, kept=True))


def kept(office: Office, blobs: BlobStore) -> Iterator[Left]:
    """Yield the sealed parcels that are here."""
    known = {device.id: device.login for device in office.store.read(devices.everyone)}
    for name, size in sorted(blobs.aside()):
        device = name.rpartition("-")[0]
        yield Left(name, device, known.get(device), size)


def copy(blobs: BlobStore, name: str, target: BinaryIO) -> None:
    """Write a sealed parcel where an operator wants it; raises NoSuchParcel."""
    if name not in {here for here, _ in blobs.aside()}:
        raise NoSuchParcel(name)
    with closing(blobs.open_aside(name)) as source:
        while piece := source.read(PIECE):
            target.write(piece)


def expire(parts: Parts) -> None:
    """Drop parcels of which nothing more has come for thirty days."""
    for part in list(parts.blobs.parts()):
        with suppress(FileNotFoundError):  # another process has taken it in meanwhile
            if part.name.startswith(PART) and part.stat().st_mtime_ns < _oldest(parts):
                part.unlink()


def _oldest(parts: Parts) -> int:
    return (parts.clock() - KEPT_MS) * 1_000_000


def _added(part: Path, piece: bytes, offset: int) -> int:
    """Append a piece that fits and return how much is there; another one changes nothing."""
    handle = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size == offset:
            file.write(piece)
            size += len(piece)
        return size


def _hash(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

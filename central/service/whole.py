"""Photos that came whole, several at a time: one admission, one wait for the disk, one mark.

What `uploads` does for one photo in steps, each with a wait of its own, is done here side by side.
Nothing is told before a photo's bytes, its name and its rows are durable.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec

from central import files
from central.problem import Refused
from central.service import guard, uploads
from central.service.parts import Call, Parts
from central.service.uploads import Settled, Upload
from central.store import photos
from central.store.devices import Known
from central.store.photos import Photo
from central.store.transaction import Tx


class Whole(msgspec.Struct, frozen=True):
    """A photo that a device sent in one request; `sha256` is the hash that it promised."""

    sha256: str
    mime: str
    metadata: str
    body: Sequence[bytes]

    @property
    def size(self) -> int:
        """How long it is."""
        return sum(map(len, self.body))


Outcome = Settled | Photo | Refused


def keep(parts: Parts, call: Call, wholes: Sequence[Whole]) -> Sequence[Outcome]:
    """Verify photos of one device and bring them to their place, for good.

    Returns what came of each, in their order: to be marked, in the books already, or refused.
    Raises what `guard.admit` raises, and PhotosAway; then those that were written can be finished
    without being sent again.
    """
    known, here = _looked_up(parts, call, wholes)
    has_room = len(here) == len(wholes) or parts.blobs.has_room()
    tag = parts.entropy(8).hex()
    outcomes: list[Outcome] = []
    fresh: list[_Fresh] = []
    with ExitStack() as opened:
        for number, whole in enumerate(wholes):
            found: Outcome | _Fresh | None = here.get(whole.sha256)
            if found is None:
                name = f"{tag}{number}"
                found = _written(parts, known, whole, name) if has_room else Refused("storage-full")
            if isinstance(found, _Fresh):
                opened.callback(os.close, found.handle)
                fresh.append(found)
                found = Settled(found.upload, whole.sha256)
            outcomes.append(found)
        if fresh:
            parts.crash_at("blob:before_fsync")
            parts.blobs.sync(*(one.handle for one in fresh))
    if fresh:
        _bring(parts, fresh)
    return outcomes


class _Fresh(msgspec.Struct, frozen=True):
    """A photo that was written, and where; nobody else writes there. It is open for a while."""

    handle: int
    part: Path
    upload: Upload


def _written(parts: Parts, known: Known, whole: Whole, name: str) -> "_Fresh | Refused":
    digest = hashlib.sha256()
    for chunk in whole.body:
        digest.update(chunk)
    if not hmac.compare_digest(digest.hexdigest(), whole.sha256):
        return Refused("wrong-hash")
    upload = Upload(
        id=whole.sha256,
        device_id=known.device.id,
        length=whole.size,
        created_at=parts.clock(),
        sha256=whole.sha256,
        mime=whole.mime,
        metadata=whole.metadata,
    )
    part = parts.blobs.part(f"{upload.name}.{name}")
    try:
        handle = files.fill(part, whole.body, new=True)
    except OSError:
        return Refused("storage-full")
    return _Fresh(handle, part, upload)


def _bring(parts: Parts, fresh: Sequence[_Fresh]) -> None:
    for one in fresh:
        uploads.remember(parts, one.upload)  # so that what a crash leaves from here on is found
    try:
        parts.blobs.keep(*((one.part, one.upload.id) for one in fresh))
    except BaseException:
        for one in fresh:
            with suppress(FileNotFoundError):  # this one is in its place
                one.part.replace(parts.blobs.part(one.upload.name))
        raise
    parts.crash_at("blob:after_rename")
    for one in fresh:
        # What an earlier attempt left; who is just writing to it finds the photo in its place.
        parts.blobs.part(one.upload.name).unlink(missing_ok=True)


def _looked_up(parts: Parts, call: Call, wholes: Sequence[Whole]) -> tuple[Known, dict[str, Photo]]:
    """Return whose token it is, and which of the photos that person has brought already."""

    def work(tx: Tx) -> tuple[Known, dict[str, Photo]]:
        known = guard.admit(tx, parts, call)
        return known, photos.held(tx, [whole.sha256 for whole in wholes], known.account.login)

    known, held = parts.store.read(work)
    return known, {hash_: photo for hash_, photo in held.items() if uploads.is_there(parts, photo)}

"""Unfinished uploads and what becomes of them (sync.md 4.7): tus without HTTP.

An upload belongs to the device that began it: two devices that send the same photo do not share
bytes, so none can spoil another's upload or learn what others have.
"""

import hashlib
import hmac
import logging
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from central import files
from central.blobs import NAME
from central.problem import Refused
from central.service import access, escrow, guard, identity, publish
from central.service.decide import with_stored
from central.service.parts import Call, Parts
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import entities, photos
from central.store.devices import Known
from central.store.photos import Photo
from central.store.transaction import Tx
from gridworker.domain.evidence import MAX_PHOTO_BYTES
from gridworker.domain.world import Put

ID = re.compile(r"[0-9a-f]{32}([0-9a-f]{32})?\Z")
DAY_MS = 24 * 3600 * 1000
KEPT_MS = 30 * DAY_MS
CHUNK = 1024 * 1024
LOG = logging.getLogger(__name__)


class Upload(msgspec.Struct, frozen=True):
    """An upload as it was announced; `done` is the photo that a nameless one has become."""

    id: str
    device_id: str
    length: int
    created_at: int
    sha256: str | None = None
    mime: str = ""
    metadata: str = ""
    done: str | None = None

    @property
    def name(self) -> str:
        """The name of its file among the parts."""
        return f"{self.device_id}.{self.id}"

    @property
    def expires_at(self) -> int:
        """When it is dropped if it is not finished (unix ms)."""
        return self.created_at + KEPT_MS


class Settled(msgspec.Struct, frozen=True):
    """An upload whose bytes were verified and are in their place; the books do not say so yet."""

    upload: Upload
    sha256: str


class Standing(msgspec.Struct, frozen=True):
    """How much of a photo the centre has; `upload` is None when the photo is finished."""

    offset: int
    length: int
    upload: Upload | None = None


def asker(parts: Parts, call: Call) -> Known:
    """Return whose token it is; raises Refused as `guard.admit` does."""
    return parts.store.read(lambda tx: guard.admit(tx, parts, call))


def begin(parts: Parts, call: Call, *, length: int, names: dict[str, str], raw: str) -> Standing:
    """Begin an upload, or find that the photo is here or that a part of it is.

    Nothing is kept of one that begins before `announce` or `settle`. Raises Refused: `too-large`,
    `malformed`, `storage-full`, and whatever `guard.admit` raises.
    """
    sha256 = names.get("sha256")
    known, photo = _looked_up(parts, call, sha256)
    if length > MAX_PHOTO_BYTES:
        raise Refused("too-large", f"at most {MAX_PHOTO_BYTES} bytes")
    if sha256 is not None and not NAME.match(sha256):
        raise Refused("malformed", "sha256 is not a hash")
    if photo is not None:
        return Standing(photo.size, photo.size)
    if not parts.blobs.has_room():
        raise Refused("storage-full")
    upload = Upload(
        id=sha256 or identity.new_id(parts.clock(), parts.entropy).replace("-", ""),
        device_id=known.device.id,
        length=length,
        created_at=parts.clock(),
        sha256=sha256,
        mime=names.get("filetype", "")[:100],
        metadata=raw,
    )
    earlier = _find(parts, known.device.id, upload.id)
    if earlier is not None and earlier.length == length:
        return Standing(size_of(parts, earlier), length, earlier)
    return Standing(0, length, upload)


def announce(parts: Parts, upload: Upload) -> None:
    """Keep an upload that is not whole, so that it can go on later; what came of it stays."""
    # The part first: a note without a part means that the bytes were verified (`_is_kept`).
    parts.blobs.part(upload.name).touch()
    remember(parts, upload)


def standing(parts: Parts, call: Call, id_: str) -> Standing:
    """Return how far an upload is; one that is whole has yet to be finished.

    Raises Refused(`not-found`) also for a photo that this person may not know of.
    """
    known, photo = _looked_up(parts, call, id_)
    if photo is not None:
        return Standing(photo.size, photo.size)
    upload = _find(parts, known.device.id, id_)
    if upload is None:
        raise Refused("not-found")
    if upload.done is not None:
        return Standing(upload.length, upload.length)
    return Standing(size_of(parts, upload), upload.length, upload)


def unfinished(parts: Parts, call: Call, id_: str) -> Upload:
    """Return an upload that still takes bytes; raises Refused(`not-found`)."""
    upload = _find(parts, asker(parts, call).device.id, id_)
    if upload is None or upload.done is not None:
        raise Refused("not-found")
    if not parts.blobs.has_room():
        raise Refused("storage-full")
    return upload


def drop(parts: Parts, call: Call, id_: str) -> None:
    """Forget an unfinished upload; a finished photo is evidence and stays.

    Raises Refused: `not-found`, `scope-denied`.
    """
    known, photo = _looked_up(parts, call, id_)
    if photo is not None:
        raise Refused("scope-denied", "a stored photo is kept")
    upload = _find(parts, known.device.id, id_)
    if upload is None:
        raise Refused("not-found")
    forget(parts, upload)


def settle(parts: Parts, upload: Upload, *, found: str | None = None) -> Settled:
    """Verify a complete upload and make it the photo of its hash.

    `found` is the hash of what was received, where all of it was hashed on its way in; otherwise
    the part is read again. Raises Refused(`wrong-hash`); then the bytes are gone.
    """
    if upload.sha256 is not None and _is_kept(parts, upload):
        return Settled(upload, upload.sha256)
    if not _note(parts, upload).exists():
        remember(parts, upload)  # so that what a crash leaves from here on is found
    return Settled(upload, _verified(parts, upload, found))


def mark(parts: Parts, call: Call, settled: Sequence[Settled]) -> None:
    """Mark every record that names one of these photos of one device; forget their uploads.

    Raises what `guard.admit` raises; then nothing is marked.
    """
    found = [Photo(one.sha256, one.upload.length, _media(one.upload.mime)) for one in settled]
    parts.store.write(lambda tx: _mark(tx, parts, call, found))
    parts.crash_at("blob:after_mark")
    parts.metrics.add("gridworker_photos_total", len(settled))
    for one in settled:
        if one.upload.sha256 is None:
            remember(parts, msgspec.structs.replace(one.upload, done=one.sha256))
        else:
            _note(parts, one.upload).unlink(missing_ok=True)


def take(parts: Parts, call: Call, photo: Photo, chunks: Iterable[bytes], *, parcel: str) -> None:
    """Take a whole photo that came in a parcel; one that is here already is not read.

    Raises Refused: `wrong-hash`, `too-large` for more bytes than may be or than `photo` says,
    `storage-full`, and what `guard.admit` raises.
    """
    known, here = _looked_up(parts, call, photo.sha256)
    if photo.size > MAX_PHOTO_BYTES:
        raise Refused("too-large", f"at most {MAX_PHOTO_BYTES} bytes")
    if here is not None:
        return
    if not parts.blobs.has_room():
        raise Refused("storage-full")
    # Apart from what the same device may just be sending over the network.
    owner = f"{known.device.id}-{parcel}"
    upload = Upload(photo.sha256, owner, photo.size, parts.clock(), photo.sha256, photo.mime)
    remember(parts, upload)
    try:
        _fill(parts.blobs.part(upload.name), chunks, length=photo.size)
    except Refused:
        forget(parts, upload)
        raise
    mark(parts, call, [settle(parts, upload)])


def _fill(part: Path, chunks: Iterable[bytes], *, length: int) -> None:
    """Write a part; the books and every later reader go by its length, so it has to be that one."""
    size = 0
    with part.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > length:
                raise Refused("too-large", "more bytes than announced")
            file.write(chunk)
    if size != length:
        raise Refused("wrong-hash", "fewer bytes than announced")


def _verified(parts: Parts, upload: Upload, found: str | None) -> str:
    part = parts.blobs.part(upload.name)
    parts.crash_at("blob:before_fsync")
    parts.blobs.sync(part)
    if found is None or part.stat().st_size != upload.length:
        found = _hash(part)
    if upload.sha256 is not None and not hmac.compare_digest(found, upload.sha256):
        forget(parts, upload)
        raise Refused("wrong-hash")
    parts.blobs.keep((part, found))
    parts.crash_at("blob:after_rename")
    return found


def _is_kept(parts: Parts, upload: Upload) -> bool:
    """Say whether a crash came between verifying an upload and noting it: its part is gone then."""
    if upload.sha256 is None or parts.blobs.part(upload.name).exists():
        return False
    return parts.blobs.size(upload.sha256) == upload.length


def readable(parts: Parts, call: Call, sha256: str) -> Photo:
    """Return a photo that this person may read; raises Refused(`not-found`)."""

    def work(tx: Tx) -> Photo | None:
        account = guard.admit(tx, parts, call).account
        scopes = access.scopes_for(account)
        tx.show(scopes)
        return photos.visible(tx, [sha256], account.login, scopes).get(sha256)

    photo = parts.store.read(work) if NAME.match(sha256) else None
    if photo is None or parts.blobs.size(sha256) is None:
        raise Refused("not-found")
    return photo


def size_of(parts: Parts, upload: Upload) -> int:
    """Return how many bytes of an upload are here: the size of its file, nothing else."""
    try:
        return parts.blobs.part(upload.name).stat().st_size
    except FileNotFoundError:
        return upload.length if _is_kept(parts, upload) else 0


def forget(parts: Parts, upload: Upload) -> None:
    """Delete the bytes and the announcement of an upload."""
    _note(parts, upload).unlink(missing_ok=True)
    parts.blobs.part(upload.name).unlink(missing_ok=True)


def expire(parts: Parts) -> None:
    """Drop what nobody has finished in time, and parts of which a crash left no note."""
    now, files = parts.clock(), set(parts.blobs.parts())
    for path in files:
        if path.suffix == ".json":
            upload = _read(path)
            if upload is None or upload.expires_at <= now:
                path.unlink(missing_ok=True)
                path.with_suffix("").unlink(missing_ok=True)
        elif path.name.startswith(escrow.PART):
            continue  # sealed parcels have thirty days
        elif path.with_name(f"{path.name}.json") not in files and _is_old(path, now):
            path.unlink(missing_ok=True)


def _is_old(part: Path, now: int) -> bool:
    """Say whether a part is not one that another process of this centre is just receiving."""
    try:
        return part.stat().st_mtime_ns // 1_000_000 <= now - DAY_MS
    except FileNotFoundError:
        return False


def _media(mime: str) -> str:
    """Return a type as it may be kept: PostgreSQL takes no NUL, and no type has one."""
    return mime if mime.isprintable() else ""


def _mark(tx: Tx, parts: Parts, call: Call, found: Sequence[Photo]) -> None:
    known = guard.admit(tx, parts, call, lock=True)
    now, login = parts.clock(), known.account.login
    ids = photos.stored(tx, found, login, now)
    rows = entities.locked(tx, ids)
    world = Workspace(parts.reference.current(tx), received=text_of(now), loaded=rows)
    hashes = frozenset(photo.sha256 for photo in found)
    for row in rows:
        body: dict[str, Any] = row.decoded()
        marked = with_stored(body["photos"], login, hashes)
        world.put(Put(row.kind, row.id, {**body, "photos": marked}))
    news = publish.save(tx, world, now)
    parts.crash_at("blob:before_mark")
    publish.announce(tx, news)


def _looked_up(parts: Parts, call: Call, sha256: str | None) -> tuple[Known, Photo | None]:
    """Return whose token it is, and the photo of that hash if that person has brought it.

    One that somebody else brought has to come once more, however open it lies: what names it for
    this person says that it is here only when they have shown it.
    """

    def work(tx: Tx) -> tuple[Known, Photo | None]:
        known = guard.admit(tx, parts, call)
        if sha256 is None or not NAME.match(sha256):
            return known, None
        return known, photos.held(tx, [sha256], known.account.login).get(sha256)

    known, photo = parts.store.read(work)
    return known, photo if photo is not None and is_there(parts, photo) else None


def is_there(parts: Parts, photo: Photo) -> bool:
    """Say whether the bytes of a photo in the books are in their place.

    They may be younger than the backup that the place was put back from; then they are to come
    again, from whoever still has them.
    """
    if parts.blobs.size(photo.sha256) == photo.size:
        return True
    LOG.error("photo %s is in the books and not in its place", photo.sha256)
    return False


def _hash(part: Path) -> str:
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _find(parts: Parts, device_id: str, id_: str) -> Upload | None:
    if not ID.match(id_):
        return None
    upload = _read(parts.blobs.part(f"{device_id}.{id_}.json"))
    if upload is not None and upload.expires_at <= parts.clock():
        forget(parts, upload)
        return None
    return upload


def _read(path: Path) -> Upload | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Upload)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        LOG.warning("%s was cut off by a crash and is dropped", path.name)
        path.unlink(missing_ok=True)
        return None


def remember(parts: Parts, upload: Upload) -> None:
    """Keep what is known of an upload beside its part; a kill of the centre loses it no more."""
    os.close(files.fill(_note(parts, upload), [msgspec.json.encode(upload)]))


def _note(parts: Parts, upload: Upload) -> Path:
    return parts.blobs.part(f"{upload.name}.json")

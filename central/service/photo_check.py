"""Photos that the books say are here, and are not: finding them, and asking for them again.

A laptop keeps what it has sent. As soon as a record says of a photo of its own that it did not
arrive, it brings the photo again (sync.md 4.7).
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import closing
from functools import partial
from typing import Literal

import msgspec

from central.blobs import BlobStore
from central.service import epochs, publish
from central.service.parts import Office
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import entities, meta, photos
from central.store.photos import Photo
from central.store.transaction import Tx
from gridworker.domain.world import Put

PAGE = 200
PIECE = 1024 * 1024
Why = Literal["missing", "length", "hash"]


class NotThisPlace(RuntimeError):
    """The place of photos is not the one that this database goes with."""


class Lost(msgspec.Struct, frozen=True):
    """A photo of the books whose bytes are not here, why not, and how many records name it."""

    sha256: str
    why: Why
    records: int


def lost(office: Office, blobs: BlobStore, *, deep: bool = False) -> Iterator[Lost]:
    """Yield what is lost; `deep` reads every photo and compares its hash.

    Raises NotThisPlace, before anything is looked at, and what the store of photos raises.
    """
    _same_place(office, blobs)
    page, last = PAGE, ""
    while page == PAGE:
        known = office.store.survey(partial(photos.after, sha256=last, most=PAGE))
        found = {photo.sha256: _flaw(blobs, photo, deep=deep) for photo in known}
        flaws = {sha256: why for sha256, why in found.items() if why is not None}
        many = office.store.survey(partial(photos.named_in, hashes=flaws))
        for sha256, why in flaws.items():
            yield Lost(sha256, why, len(many[sha256]))
        page, last = len(known), known[-1].sha256 if known else ""


def ask_again(office: Office, hashes: Collection[str]) -> None:
    """Say of photos, in every record that names them, that they did not arrive.

    Nobody counts as having shown them any more, so that each author's laptop brings its own. What
    lies in their place gives way to what comes.
    """
    wanted = sorted(hashes)
    for start in range(0, len(wanted), PAGE):
        some = wanted[start : start + PAGE]
        office.store.write(partial(_ask_again, office=office, hashes=some))


def _same_place(office: Office, blobs: BlobStore) -> None:
    """Raise NotThisPlace: in an empty folder, or one that is not mounted, everything is lost."""
    outside = blobs.read_epoch()
    epoch, answered = office.store.survey(
        lambda tx: (meta.get(tx, "epoch"), meta.get(tx, epochs.ANSWERED))
    )
    if outside is None or outside not in {epoch, answered}:
        raise NotThisPlace


def _flaw(blobs: BlobStore, photo: Photo, *, deep: bool) -> Why | None:
    size = blobs.size(photo.sha256)
    if size is None:
        return "missing"
    if size != photo.size:
        return "length"
    return "hash" if deep and not _is_whole(blobs, photo.sha256) else None


def _is_whole(blobs: BlobStore, sha256: str) -> bool:
    digest = hashlib.sha256()
    with closing(blobs.open(sha256)) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest() == sha256


def _ask_again(tx: Tx, *, office: Office, hashes: Collection[str]) -> None:
    now = office.clock()
    ids = {id_ for named in photos.named_in(tx, hashes).values() for id_ in named}
    rows = entities.locked(tx, ids)
    photos.forget(tx, hashes)
    world = Workspace(office.reference.current(tx), received=text_of(now), loaded=rows)
    for row in rows:
        body = row.decoded()
        said = [
            {**photo, "state": "local"} if photo.get("sha256") in hashes else photo
            for photo in body.get("photos") or ()
        ]
        if said != (body.get("photos") or []):
            world.put(Put(row.kind, row.id, {**body, "photos": said}))
    publish.flush(tx, world, now)

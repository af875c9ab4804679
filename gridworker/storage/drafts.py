"""Unfinished work and its photos, kept as it is typed and restored where it was (ux.md 2.12)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain.lines import DraftLine
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements


class KeptPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed photo that no record names yet: `name`, `dek` and `record` open its file.

    `lon` and `lat` are degrees x 10^7; `note` is a words code when something is worth a line.
    """

    id: str
    draft: str | None
    sha256: str
    name: str
    dek: bytes
    record: str
    size: int
    mime: str
    source: str
    taken_at: str | None
    lon: int | None
    lat: int | None
    note: str | None
    created_at: str


_COLUMNS = ", ".join(KeptPhoto.__struct_fields__)
_MARKS = ", ".join("?" * len(KeptPhoto.__struct_fields__))


def save(
    session: Session, draft: str, *, form: str, fields: Mapping[str, Any], changed_at: str
) -> None:
    """Keep what a form holds now; a draft may move to another form."""
    Statements(session).execute(
        "INSERT INTO draft (id, form, fields, changed_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET form = excluded.form, fields = excluded.fields,"
        " changed_at = excluded.changed_at",
        (draft, form, msgspec.json.encode(fields).decode(), changed_at),
    )


def lines(session: Session, form: str | None = None) -> list[DraftLine]:
    """Return unfinished work of one form or of all, newest first."""
    rows = Statements(session).execute(
        "SELECT id, form, fields, changed_at FROM draft WHERE ? IS NULL OR form = ?"
        " ORDER BY changed_at DESC, id DESC",
        (form, form),
    )
    return [
        DraftLine(
            id=id_,
            form=its_form,
            fields=msgspec.json.decode(fields),
            photos=tuple(photo.id for photo in photos_of(session, id_)),
            changed_at=changed_at,
        )
        for id_, its_form, fields, changed_at in rows.fetchall()
    ]


def line(session: Session, draft: str) -> DraftLine | None:
    """Return one piece of unfinished work, or None when it has ended."""
    return next((found for found in lines(session) if found.id == draft), None)


def add_photo(session: Session, photo: KeptPhoto, thumb: bytes) -> None:
    """Keep a sealed photo, and its small picture, until a record names it."""
    store = Statements(session)
    store.execute(
        f"INSERT INTO draft_photo ({_COLUMNS}) VALUES ({_MARKS})", msgspec.structs.astuple(photo)
    )
    if thumb:
        keep = "INSERT INTO thumb (sha256, jpeg) VALUES (?, ?) ON CONFLICT DO NOTHING"
        store.execute(keep, (photo.sha256, thumb))


def photos_of(session: Session, draft: str) -> list[KeptPhoto]:
    """Return the photos of a draft in the order they were taken."""
    return _photos(session, "draft = ?", draft)


def photos(session: Session, ids: Sequence[str]) -> dict[str, KeptPhoto]:
    """Return taken photos by their ids; unknown ids are left out."""
    wanted = msgspec.json.encode(ids).decode()
    found = _photos(session, "id IN (SELECT value FROM json_each(?))", wanted)
    return {photo.id: photo for photo in found}


def photo_by_hash(session: Session, sha256: str) -> KeptPhoto | None:
    """Return a taken photo by the hash of its bytes."""
    return next(iter(_photos(session, "sha256 = ?", sha256)), None)


def in_use(session: Session, sha256: str) -> bool:
    """Say whether a photo of these bytes is on record, or in unfinished work that is kept."""
    row = Statements(session).one(
        "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1) OR EXISTS"
        " (SELECT 1 FROM draft_photo p JOIN draft d ON d.id = p.draft WHERE p.sha256 = ?1)",
        (sha256,),
    )
    return bool(row[0])


def drop_photos(session: Session, ids: Sequence[str]) -> list[str]:
    """Forget taken photos and their keys; returns the names of the files to delete afterwards."""
    store, found = Statements(session), list(photos(session, ids).values())
    for photo in found:
        store.execute("DELETE FROM draft_photo WHERE id = ?", (photo.id,))
        store.execute(
            "DELETE FROM thumb WHERE sha256 = ?1 AND NOT EXISTS"
            " (SELECT 1 FROM blob WHERE sha256 = ?1) AND NOT EXISTS"
            " (SELECT 1 FROM draft_photo WHERE sha256 = ?1)",
            (photo.sha256,),
        )
    return [photo.name for photo in found]


def left_over(session: Session, before: str) -> list[str]:
    """Return ids of photos of no draft that were taken before a time: their record never came."""
    query = "SELECT id FROM draft_photo WHERE draft IS NULL AND created_at < ?"
    return [id_ for (id_,) in Statements(session).execute(query, (before,))]


def discard(session: Session, draft: str) -> list[str]:
    """End a draft without a record; returns the names of its photos' files to delete afterwards."""
    Statements(session).execute("DELETE FROM draft WHERE id = ?", (draft,))
    return drop_photos(session, [photo.id for photo in photos_of(session, draft)])


def thumb(session: Session, sha256: str) -> bytes | None:
    """Return the small JPEG of a photo, if this laptop has one."""
    row = Statements(session).one("SELECT jpeg FROM thumb WHERE sha256 = ?", (sha256,))
    return None if row is None else bytes(row[0])


def _photos(session: Session, which: str, value: str) -> list[KeptPhoto]:
    rows = Statements(session).execute(
        f"SELECT {_COLUMNS} FROM draft_photo WHERE {which} ORDER BY n", (value,)
    )
    return [_photo(row) for row in rows]


def _photo(row: Sequence[Any]) -> KeptPhoto:
    return KeptPhoto(**dict(zip(KeptPhoto.__struct_fields__, row, strict=True)))

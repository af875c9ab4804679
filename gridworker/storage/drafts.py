"""Unfinished work and its photos, kept as it is typed and restored where it was (ux.md 2.12)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from gridworker.domain.lines import DraftLine
from gridworker.storage.tables import Draft, DraftPhoto


def save(
    session: Session, draft: str, *, form: str, fields: Mapping[str, Any], changed_at: str
) -> None:
    """Keep what a form holds now."""
    session.execute(
        text(
            "INSERT INTO draft (id, form, fields, changed_at) VALUES (:id, :form, :fields, :at)"
            " ON CONFLICT (id) DO UPDATE SET form = excluded.form, fields = excluded.fields,"
            " changed_at = excluded.changed_at"
        ),
        {
            "id": draft,
            "form": form,
            "fields": msgspec.json.encode(fields).decode(),
            "at": changed_at,
        },
    )


def lines(session: Session, form: str | None = None) -> list[DraftLine]:
    """Return unfinished work of one form or of all, newest first."""
    query = select(Draft).order_by(Draft.changed_at.desc(), Draft.id.desc())
    if form is not None:
        query = query.where(Draft.form == form)
    return [
        DraftLine(
            id=draft.id,
            form=draft.form,
            fields=msgspec.json.decode(draft.fields),
            photos=tuple(photo.id for photo in photos_of(session, draft.id)),
            changed_at=draft.changed_at,
        )
        for draft in session.scalars(query)
    ]


def add_photo(session: Session, photo: DraftPhoto, thumb: bytes) -> None:
    """Keep a sealed photo, and its small picture, until a record names it."""
    session.add(photo)
    if thumb:
        query = text("INSERT INTO thumb (sha256, jpeg) VALUES (:sha, :jpeg) ON CONFLICT DO NOTHING")
        session.execute(query, {"sha": photo.sha256, "jpeg": thumb})


def photos_of(session: Session, draft: str) -> Sequence[DraftPhoto]:
    """Return the photos of a draft in the order they were taken."""
    return session.scalars(
        select(DraftPhoto).where(DraftPhoto.draft == draft).order_by(DraftPhoto.n)
    ).all()


def photos(session: Session, ids: Sequence[str]) -> dict[str, DraftPhoto]:
    """Return taken photos by their ids; unknown ids are left out."""
    found = session.scalars(select(DraftPhoto).where(DraftPhoto.id.in_(ids)))
    return {photo.id: photo for photo in found}


def drop_photos(session: Session, ids: Sequence[str]) -> list[str]:
    """Forget taken photos and their keys; returns the names of the files to delete afterwards."""
    found = photos(session, ids).values()
    for photo in found:
        session.delete(photo)
    session.flush()
    orphan = text(
        "DELETE FROM thumb WHERE sha256 = :sha"
        " AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = thumb.sha256)"
        " AND NOT EXISTS (SELECT 1 FROM draft_photo d WHERE d.sha256 = thumb.sha256)"
    )
    for sha in {photo.sha256 for photo in found}:
        session.execute(orphan, {"sha": sha})
    return [photo.name for photo in found]


def discard(session: Session, draft: str) -> list[str]:
    """End a draft without a record; returns the names of its photos' files to delete afterwards."""
    session.execute(delete(Draft).where(Draft.id == draft))
    return drop_photos(session, [photo.id for photo in photos_of(session, draft)])

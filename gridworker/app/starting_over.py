"""A refused new record as unfinished work: its form comes up with all that was entered."""

from collections.abc import Mapping, Sequence
from typing import Any

from gridworker.app.pen import Pen
from gridworker.app.ports import FormAgain
from gridworker.app.taken_photos import TakenPhotos
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import attention_queries, blobs, drafts
from gridworker.storage.blobs import BlobRow
from gridworker.storage.door import Door
from gridworker.storage.photos import PhotoFileDamaged

PREFIX = "redo "
Facts = Mapping[str, Any]


def again(pen: Pen, photos: TakenPhotos, store: Door, op_id: str) -> FormAgain:
    """Return the form and the draft that say a refused report or record anew.

    The draft is made once and keeps what was changed in it since. A photo that this laptop cannot
    open any more is left out; the centre has it, or it was never readable. Raises RuleBroken:
    E_INVALID when there is no such card, E_DISK_FULL.
    """
    draft = PREFIX + op_id
    with store() as session:
        case = attention_queries.case(session, op_id)
        if case is None or not case.card.form:
            raise RuleBroken(Code.INVALID, field="card", detail="no such card")
        form, args = case.card.form, case.op.args
        begun = any(line.id == draft for line in drafts.lines(session, form))
        named = [] if begun else _named(args)
        known = {str(p["sha256"]): blobs.find(session, str(p["sha256"])) for p in named}
    if not begun:
        sides = _copied(photos, draft, named, known)
        pen.room.for_text()
        with store.begin() as session:
            fields = {**_fields(args), "photos": sides}
            drafts.save(session, draft, form=form, fields=fields, changed_at=pen.now())
    return FormAgain(form, draft)


def refused_by(draft: str | None) -> str | None:
    """Return the refused operation that a draft says anew, or None."""
    return draft.removeprefix(PREFIX) if draft and draft.startswith(PREFIX) else None


def _named(args: Facts) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = args.get("photos") or []
    return named


def _copied(
    photos: TakenPhotos, draft: str, named: Sequence[Facts], known: Mapping[str, BlobRow | None]
) -> dict[str, str]:
    """Take the photos of a record into its draft; returns the side of each."""
    sides = {}
    for photo in named:
        blob = known[str(photo["sha256"])]
        if blob is None:
            continue
        try:
            data = photos.files.read(blob.name, blob.dek, record=blob.record)
        except PhotoFileDamaged:
            continue
        taken = photos.take(data, source=PhotoSource(photo["source"]), draft=draft)
        sides[taken.id] = str(photo["role"])
    return sides


def _fields(args: Facts) -> dict[str, Any]:
    """Return what the form of a matter holds (ui.presenters.matter_form)."""
    person = args.get("person") or {}
    return {
        "place": args.get("place", ""),
        "item": args.get("item", ""),
        "note": args.get("note", ""),
        "note_is_own": True,
        "reason": args.get("no_photo_reason") or "",
        "person": person.get("name", ""),
        "phone": person.get("phone", ""),
        "found_at": args.get("found_at", ""),
    }

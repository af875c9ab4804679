"""A refused new record as unfinished work: its form comes up with all that was entered."""

from collections.abc import Mapping, Sequence
from typing import Any

from gridworker.app import settling
from gridworker.app.pen import Pen
from gridworker.app.ports import FormAgain
from gridworker.app.taken_photos import TakenPhotos
from gridworker.domain import along
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import attention_queries, blobs, drafts
from gridworker.storage.door import Door, Session
from gridworker.storage.photos import PhotoFileDamaged

PREFIX = "redo "
BROUGHT = "brought"
LATER_SIDE = {"resolve": "after"}  # what was added came when the matter was found already
Facts = Mapping[str, Any]


def again(pen: Pen, photos: TakenPhotos, store: Door, op_id: str) -> FormAgain:
    """Return the form and the draft that say a refused report or record anew.

    The draft is made once and keeps what was changed in it since. What was added to the refused
    record comes along as far as it has room, now or when it is asked for again; `brought` of the
    draft names it. A photo of the record that this laptop cannot open any more is left out; the
    centre has it, or it was never readable. What was added with such a photo keeps its own card.
    Raises RuleBroken: E_INVALID when there is no such card, E_DISK_FULL.
    """
    draft = PREFIX + op_id
    with store() as session:
        case = attention_queries.case(session, op_id)
        if case is None or not case.card.form:
            raise RuleBroken(Code.INVALID, field="card", detail="no such card")
        begun = drafts.line(session, draft)
        form = case.card.form if begun is None else begun.form
        fields: Facts = _fields(case.op.args) if begun is None else begun.fields
        own = _named(case.op.args) if begun is None else []
        added = [
            op
            for op in attention_queries.added(session, op_id)
            if op.op_id not in fields.get(BROUGHT, ())
        ]
        files = _Files(
            photos, draft, session, [*own, *(p for op in added for p in _named(op.args))]
        )
    there: list[Facts] = [*own] if begun is None else [{"sha256": one} for one in files.taken]
    whole = along.gathered(
        str(fields.get("note", "")),
        there,
        [op for op in added if all(files.opens(photo) for photo in _named(op.args))],
    )
    if begun is None or whole.ops:
        sides = dict(fields.get("photos", {}))
        for photo in own:
            sides |= files.copied(photo, str(photo["role"]))
        for more in whole.photos[len(there) :]:
            sides |= files.copied(more, LATER_SIDE.get(form, str(more["role"])))
        brought = [*fields.get(BROUGHT, ()), *whole.ops]
        held = {**fields, "note": whole.note, "photos": sides, BROUGHT: brought}
        pen.room.for_text()
        with store.begin() as session:
            drafts.save(session, draft, form=form, fields=held, changed_at=pen.now())
    return FormAgain(form, draft)


def replaced(session: Session, draft: str | None) -> dict[str, Any]:
    """Close the cards that the record made of a draft settles (`settling.replaces`)."""
    if draft is None or not draft.startswith(PREFIX):
        return {}
    line = drafts.line(session, draft)
    brought = () if line is None else line.fields.get(BROUGHT, ())
    return settling.replaces(session, draft.removeprefix(PREFIX), brought)


class _Files:
    """The photos that go into a draft, each taken once however often it is asked for."""

    def __init__(
        self, photos: TakenPhotos, draft: str, session: Session, named: Sequence[Facts]
    ) -> None:
        self._photos, self._draft = photos, draft
        # A start that was cut off has taken some already.
        self.taken = {kept.sha256: kept.id for kept in drafts.photos_of(session, draft)}
        self._blobs = {str(p["sha256"]): blobs.find(session, str(p["sha256"])) for p in named}

    def opens(self, photo: Facts) -> bool:
        """Say whether a photo can be had."""
        return photo["sha256"] in self.taken or self._bytes(photo) is not None

    def copied(self, photo: Facts, side: str) -> dict[str, str]:
        """Take a photo into the draft; returns its side by its id, or nothing if it is gone."""
        sha256 = str(photo["sha256"])
        if sha256 not in self.taken:
            data = self._bytes(photo)
            if data is None:
                return {}
            source = PhotoSource(photo["source"])
            self.taken[sha256] = self._photos.take(data, source=source, draft=self._draft).id
        return {self.taken[sha256]: side}

    def _bytes(self, photo: Facts) -> bytes | None:
        blob = self._blobs[str(photo["sha256"])]
        if blob is None:
            return None
        try:
            return self._photos.files.read(blob.name, blob.dek, record=blob.record)
        except PhotoFileDamaged:
            return None


def _named(args: Facts) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = args.get("photos") or []
    return named


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

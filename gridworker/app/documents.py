"""The JSON documents of the command line (interfaces.md 2); names and shapes are fixed there."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker import wire
from gridworker.app import words
from gridworker.app.ports import ParcelTaken, ParcelWritten, Saved, Who
from gridworker.domain.lines import (
    AttentionCard,
    ItemLine,
    PhotoLine,
    RefusedWork,
    SyncStatus,
    TicketDetail,
    TicketLine,
)

Document = dict[str, Any]


def status(who: Who, counters: SyncStatus) -> Document:
    """Return whose profile it is and how far it has come."""
    return {
        "device": who.device,
        "user": who.user,
        "role": who.role,
        "scopes": sorted(who.scopes),
        "online": counters.online,
        "queued_ops": counters.queued_ops,
        "queued_photos": counters.queued_photos,
        "needs_attention": counters.needs_attention,
        "last_sync": counters.last_sync,
        "acked_seq": counters.acked_seq,
        "epoch": counters.epoch,
        "protocol": wire.PROTOCOL,
    }


def item(line: ItemLine) -> Document:
    """Return one leaf of the catalogue."""
    return {
        "code": line.code,
        "kind": line.kind,
        "name": line.name,
        "path": list(line.path),
        "on_the_spot": line.on_the_spot,
        "photos": {"before": line.before, "after": line.after},
        "active": line.active,
    }


def saved(answer: Saved) -> Document:
    """Return what a write answers once it is durable."""
    document: Document = {"id": answer.id, "local_no": answer.local_no, "saved": True}
    if answer.similar:
        document["similar"] = list(answer.similar)
    return document


def ticket(line: TicketLine, photos: Sequence[PhotoLine]) -> Document:
    """Return one ticket of a list."""
    return {
        "id": line.id,
        "local_no": line.local_no,
        "official_no": line.official_no,
        "item": line.item,
        "title": line.title,
        "state": line.state,
        "place": line.place,
        "due": line.due,
        "sync": str(line.sync),
        "photos": [
            {"sha256": photo.sha256, "role": photo.role, "state": photo.state} for photo in photos
        ],
    }


def ticket_detail(detail: TicketDetail) -> Document:
    """Return everything about one ticket."""
    return {
        **ticket(detail.line, detail.photos),
        "note": detail.note,
        "grid": detail.grid,
        "path": list(detail.path),
        "found_at": detail.line.found_at,
        "done_at": detail.done_at,
        "created_by": detail.created_by,
        "no_photo_reason": detail.no_photo_reason,
        "unit": detail.unit,
        "stage": detail.stage,
        "can": list(detail.can),
        "timeline": [msgspec.to_builtins(step) for step in detail.timeline],
        "contacts": list(detail.contacts),
        "deadlines": [
            {"what": d.what, "due": d.due, "paused": d.paused, "why": list(d.why)}
            for d in detail.deadlines
        ],
    }


def parcel(done: ParcelWritten | ParcelTaken) -> Document:
    """Return what went into a parcel, or what its answer brought."""
    document: Document = msgspec.structs.asdict(done)
    return document


def attention(card: AttentionCard, language: str) -> Document:
    """Return one card: what was done, why it was not taken, what is true now, what can be done.

    Of a conflict `fields` has both values; what `under` names led to this one, and `along` says
    that it comes along when that is done again.
    """
    told = words.say(card.code or card.verdict, card.facts, language)
    return {
        "op_id": card.op_id,
        "seq": card.seq,
        "kind": card.kind,
        "id": card.entity_id,
        "local_no": card.local_no,
        "title": card.title,
        "place": card.place,
        "did": card.did,
        "when": card.when,
        "verdict": card.verdict,
        "code": card.code or None,
        "sentence": told.sentence,
        "next": told.next,
        "detail": card.detail or None,
        "now": card.now,
        "fields": [msgspec.structs.asdict(field) for field in card.fields],
        "evidence_id": card.evidence_id,
        "under": card.under,
        "along": card.along,
        "can": list(card.can),
    }


def refused_work(line: RefusedWork, language: str) -> Document:
    """Return refused work of somebody else, for whoever is in charge."""
    document: Document = msgspec.structs.asdict(line)
    told = words.say(line.code, {"verdict": words.REFUSED}, language)
    return {**document, "words": list(line.words), "sentence": told.sentence}


def problem(code: str, facts: Mapping[str, object], language: str) -> Document:
    """Return why nothing was done, in one sentence, and what to do next."""
    told = words.say(code, facts, language)
    return {"code": code, "sentence": told.sentence, "next": told.next}


def encode(document: object) -> str:
    """Return the one JSON document that `--json` prints."""
    return msgspec.json.encode(document).decode()


def enrolled(who: Who) -> Document:
    """Return what a device became by its enrolment."""
    return {
        "device": who.device,
        "device_code": who.device_code,
        "user": who.user,
        "name": who.name,
        "role": who.role,
        "scopes": sorted(who.scopes),
    }


def synced(counters: Mapping[str, int], after: SyncStatus) -> Document:
    """Return what a sync came to."""
    return {**counters, "needs_attention": after.needs_attention}


def plain(document: object) -> str:
    """Return a document as lines for people at a terminal: a record is a line or a block."""
    if isinstance(document, list):
        return "\n".join("\t".join(_cell(value) for value in row.values()) for row in document)
    if isinstance(document, dict):
        return "\n".join(f"{key}: {_cell(value)}" for key, value in document.items())
    return str(document)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return encode(value) if isinstance(value, (list, dict, bool)) else str(value)

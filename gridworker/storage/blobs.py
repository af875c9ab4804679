"""Photos that records name: their keys, their files, and how far they were sent."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

_AGAIN = "UPDATE blob SET state = 'local', \"offset\" = 0"
COLUMNS = 'sha256, name, dek, record, size, mime, op_id, "offset", state'


class BlobRow(msgspec.Struct, frozen=True):
    """A photo as the store keeps it; `record` is what its file was sealed for."""

    sha256: str
    name: str
    dek: bytes
    record: str
    size: int
    mime: str
    op_id: str
    offset: int = 0
    state: str = "local"


def keep(db: Statements, blobs: Iterable[BlobRow]) -> None:
    """Add photos of a new operation; one that is known already is offered to the centre again.

    Of a photo that comes a second time the file that is known stays; the new one is an orphan.
    """
    db.many(
        f"INSERT INTO blob ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'local')"
        " ON CONFLICT (sha256) DO UPDATE SET state = 'local', op_id = excluded.op_id"
        " WHERE blob.state IN ('sent', 'stored')",
        [(b.sha256, b.name, b.dek, b.record, b.size, b.mime, b.op_id) for b in blobs],
    )


def waiting(session: Session, limit: int) -> list[BlobRow]:
    """Return photos whose bytes are still to be sent, the oldest operation first.

    A photo waits for its operation's verdict: the centre takes no bytes that no record names.
    """
    rows = Statements(session).execute(
        f"SELECT {COLUMNS} FROM blob b WHERE state IN ('local', 'uploading') AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.op_id = b.op_id AND o.state = 'queued')"
        " ORDER BY op_id, rowid LIMIT ?",
        (limit,),
    )
    return [BlobRow(*row) for row in rows]


def carried(session: Session, last: int) -> list[BlobRow]:
    """Return photos whose bytes the centre lacks and whose operation is not behind number `last`.

    So far what goes along reaches: a photo goes with its operation, or after the verdict on it.
    """
    rows = Statements(session).execute(
        f"SELECT {COLUMNS} FROM blob b WHERE state IN ('local', 'uploading') AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.op_id = b.op_id AND o.state = 'queued' AND o.seq > ?)"
        " ORDER BY op_id, rowid",
        (last,),
    )
    return [BlobRow(*row) for row in rows]


def progress(session: Session, sha256: str, offset: int) -> None:
    """Note that the centre holds the first `offset` bytes."""
    Statements(session).execute(
        "UPDATE blob SET \"offset\" = ?, state = 'uploading'"
        " WHERE sha256 = ? AND state IN ('local', 'uploading')",
        (offset, sha256),
    )


def sent(session: Session, *hashes: str) -> None:
    """Note that the centre says it has all bytes; `stored` they are when a pull says so."""
    Statements(session).many(
        "UPDATE blob SET \"offset\" = size, state = 'sent'"
        " WHERE sha256 = ? AND state IN ('local', 'uploading')",
        [(sha256,) for sha256 in hashes],
    )


def mark_stored(db: Statements, bodies: Iterable[dict[str, Any]]) -> None:
    """Believe pulled bodies that name a photo as stored."""
    rows = db.execute("SELECT sha256 FROM blob WHERE state IN ('local', 'uploading', 'sent')")
    open_ = {sha for (sha,) in rows}
    if not open_:
        return
    stored = {
        (photo["sha256"],)
        for photo in _named(bodies)
        if photo.get("state") == "stored" and photo["sha256"] in open_
    }
    db.many("UPDATE blob SET state = 'stored', \"offset\" = size WHERE sha256 = ?", stored)


def doubt_named(db: Statements, bodies: Iterable[dict[str, Any]], user: str) -> None:
    """Send again what pulled bodies name as a person's own and not arrived.

    Once it was `stored`: the centre has lost it since and asks for it (sync.md 4.7).
    """
    db.many(
        f"{_AGAIN} WHERE sha256 = ? AND state = 'stored'",
        {
            (photo["sha256"],)
            for photo in _named(bodies)
            if photo.get("state") == "local" and photo.get("by") == user
        },
    )


def _named(bodies: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the photos that bodies name; what a newer centre calls so may have any form."""
    for body in bodies:
        photos = body.get("photos")
        if isinstance(photos, list):
            for photo in photos:
                if isinstance(photo, dict) and isinstance(photo.get("sha256"), str):
                    yield photo


def doubt_all(db: Statements) -> None:
    """Take no photo as stored any more: another centre answers, or one restored from a backup."""
    db.execute(_AGAIN)


def offer_after(session: Session, seq: int) -> None:
    """Send the photos of the operations after a number again: the centre has forgotten these."""
    Statements(session).execute(
        f"{_AGAIN} WHERE op_id IN (SELECT op_id FROM operation WHERE seq > ?)",
        (seq,),
    )


def doubt_lost(db: Statements) -> None:
    """Send again what the centre took and knows nothing of now: it was set back since.

    Only for a base that is whole: there a photo that arrived is `stored` wherever it is named. Of a
    record that has left this laptop nothing is heard any more.
    """
    if db.one("SELECT 1 FROM blob WHERE state = 'sent' LIMIT 1") is not None:
        db.execute(_DOUBT_LOST)


_DOUBT_LOST = (
    f"{_AGAIN} WHERE state = 'sent' AND EXISTS"
    " (SELECT 1 FROM operation o LEFT JOIN outbox_state w ON w.seq = o.seq"
    " LEFT JOIN sent_state s ON s.seq = o.seq JOIN confirmed b ON b.id IN"
    " (o.subject, o.entity_id, coalesce(w.verdict_json, s.verdict_json) ->> 'evidence_id')"
    " JOIN json_each(b.body, '$.photos') p"
    " WHERE o.op_id = blob.op_id AND b.body ->> (p.fullkey || '.sha256') = blob.sha256"
    " AND NOT EXISTS (SELECT 1 FROM detached d WHERE d.id = b.id AND d.kind = b.kind)"
    " AND b.body ->> (p.fullkey || '.state') = 'local')"
)


def find(session: Session, sha256: str) -> BlobRow | None:
    """Return a photo's row."""
    row = Statements(session).one(f"SELECT {COLUMNS} FROM blob WHERE sha256 = ?", (sha256,))
    return None if row is None else BlobRow(*row)


def known_files(session: Session) -> set[str]:
    """Return the names of all photo files that a record or a draft still needs."""
    rows = Statements(session).execute("SELECT name FROM blob UNION SELECT name FROM draft_photo")
    return {name for (name,) in rows}

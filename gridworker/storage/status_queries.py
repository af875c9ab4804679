"""The counters of the status line, and what is still on its way."""

from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridworker.domain.lines import SyncStatus, WaitingLine
from gridworker.storage import state, sync_words
from gridworker.storage.attention_queries import OPEN_CARDS

_OPERATIONS = text(
    "SELECT count(*) FILTER (WHERE state IN ('queued', 'inflight')) AS queued,"
    " count(*) FILTER (WHERE state = 'queued' AND attempts = 0) AS saved,"
    f" count(*) FILTER (WHERE {OPEN_CARDS}) AS attention FROM outbox o"
)
_PHOTOS = text(
    'SELECT count(*) AS photos, coalesce(sum(size - "offset"), 0) AS bytes FROM blob'
    " WHERE state IN ('local', 'uploading')"
)
_LAST = text("SELECT ok FROM sync_log ORDER BY n DESC LIMIT 1")
_ON_THE_WAY = text(
    "WITH photo AS (SELECT op_id, count(*) AS photos, sum(state = 'stored') AS stored,"
    " sum(size) AS size, sum(CASE WHEN state IN ('sent', 'stored') THEN size ELSE \"offset\" END)"
    " AS sent FROM blob GROUP BY op_id),"
    " way AS (SELECT seq, op_id, type, subject_kind, subject, at, state, attempts FROM outbox"
    "  WHERE state IN ('queued', 'inflight', 'applied', 'noop')"
    " UNION ALL SELECT seq, op_id, type, subject_kind, subject, at, state, attempts FROM sent_log"
    "  WHERE op_id IN (SELECT op_id FROM photo WHERE stored < photos))"
    " SELECT w.*, t.local_no, t.official_no, t.title, t.place, p.place AS patrol_place,"
    " coalesce(f.photos, 0) AS photos, coalesce(f.stored, 0) AS stored,"
    " coalesce(f.size, 0) AS size, coalesce(f.sent, 0) AS sent"
    " FROM way w LEFT JOIN photo f ON f.op_id = w.op_id"
    " LEFT JOIN view_ticket t ON t.id = w.subject"
    " LEFT JOIN view_patrol_record p ON p.id = w.subject ORDER BY w.seq LIMIT :most"
)


def counters(session: Session) -> SyncStatus:
    """Return the counters; `online` says whether the last attempt reached the centre."""
    known = state.get(session)
    operations = session.execute(_OPERATIONS).one()
    photos = session.execute(_PHOTOS).one()
    return SyncStatus(
        saved=operations.saved,
        queued_ops=operations.queued,
        queued_photos=photos.photos,
        queued_bytes=photos.bytes,
        needs_attention=operations.attention,
        last_sync=known.last_sync,
        acked_seq=known.acked_seq,
        epoch=known.epoch,
        online=bool(session.scalar(_LAST)),
    )


def waiting(session: Session, limit: int) -> list[WaitingLine]:
    """Return what has not wholly arrived, oldest first; refusals are cards, not lines here."""
    return [_line(row) for row in session.execute(_ON_THE_WAY, {"most": limit})]


def attempts(session: Session, limit: int) -> list[tuple[str, bool, str, dict[str, Any]]]:
    """Return (time, whether it worked, code, facts) of attempts to sync, newest first."""
    query = text("SELECT at, ok, code, facts FROM sync_log ORDER BY n DESC LIMIT :most")
    return [
        (row.at, bool(row.ok), row.code, msgspec.json.decode(row.facts))
        for row in session.execute(query, {"most": limit})
    ]


def _line(row: Any) -> WaitingLine:
    step = sync_words.Step(row.state, row.attempts)
    return WaitingLine(
        op_id=row.op_id,
        kind=row.subject_kind,
        id=row.subject,
        number=row.official_no or row.local_no or "",
        title=row.title or "",
        place=row.place or row.patrol_place or "",
        did=row.type.partition("@")[0],
        at=row.at,
        sync=sync_words.word([step], photos=row.photos, stored=row.stored),
        photos=row.photos,
        photos_stored=row.stored,
        size=row.size,
        sent=row.sent,
    )

"""The counters of the status line, and what is still on its way."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gridworker.domain.lines import SyncStatus, WaitingLine
from gridworker.storage import state, sync_words
from gridworker.storage.attention_queries import OPEN_CARDS
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

_OPERATIONS = (
    "SELECT count(*) FILTER (WHERE state = 'queued') AS queued,"
    " count(*) FILTER (WHERE state = 'queued' AND seq > (SELECT tried_seq FROM sync_state))"
    " AS saved,"
    f" count(*) FILTER (WHERE {OPEN_CARDS}) AS attention FROM outbox_state o"
)
_PHOTOS = (
    'SELECT count(*) AS photos, coalesce(sum(size - "offset"), 0) AS bytes FROM blob'
    " WHERE state IN ('local', 'uploading')"
)
TAKEN = frozenset({"applied", "noop"})
_LAST = "SELECT ok FROM sync_log ORDER BY n DESC LIMIT 1"
_SAID = (  # of a record that is not here any more the operation's own words tell which it is
    "coalesce(nullif(json ->> '$.args.place', ''), nullif(json ->> '$.args.note', ''),"
    " json ->> '$.args.changes.place.to', json ->> '$.args.changes.note.to',"
    " json ->> '$.args.reason')"
)
_ON_THE_WAY = (
    "WITH photo AS (SELECT op_id, count(*) AS photos, sum(state = 'stored') AS stored,"
    " sum(size) AS size, sum(CASE WHEN state IN ('sent', 'stored') THEN size ELSE \"offset\" END)"
    " AS sent FROM blob GROUP BY op_id),"
    " way AS (SELECT seq, op_id, type, subject_kind, subject, at, state, json FROM outbox"
    "  WHERE state IN ('queued', 'applied', 'noop')"
    " UNION ALL SELECT seq, op_id, type, subject_kind, subject, at, state, json FROM sent_log"
    "  WHERE op_id IN (SELECT op_id FROM photo WHERE stored < photos))"
    " SELECT w.op_id, w.type, w.subject_kind, w.subject, w.at, w.state,"
    " w.seq <= (SELECT tried_seq FROM sync_state),"
    f" t.local_no, t.official_no, t.title, t.place, p.place, {_SAID},"
    " coalesce(f.photos, 0), coalesce(f.stored, 0), coalesce(f.size, 0), coalesce(f.sent, 0)"
    " FROM way w LEFT JOIN photo f ON f.op_id = w.op_id"
    " LEFT JOIN view_ticket t ON t.id = w.subject"
    " LEFT JOIN view_patrol_record p ON p.id = w.subject ORDER BY w.seq LIMIT ?"
)


def counters(session: Session) -> SyncStatus:
    """Return the counters; `online` says whether the last attempt reached the centre."""
    known = state.get(session)
    db = Statements(session)
    queued, saved, attention = db.one(_OPERATIONS)
    photos, size = db.one(_PHOTOS)
    last = db.one(_LAST)
    return SyncStatus(
        saved=saved,
        queued_ops=queued,
        queued_photos=photos,
        queued_bytes=size,
        needs_attention=attention,
        last_sync=known.last_sync,
        acked_seq=known.acked_seq,
        epoch=known.epoch,
        online=bool(last and last[0]),
    )


def waiting(session: Session, limit: int) -> list[WaitingLine]:
    """Return what has not wholly arrived, oldest first; refusals are cards, not lines here."""
    return [_line(row) for row in Statements(session).execute(_ON_THE_WAY, (limit,))]


def attempts(session: Session, limit: int) -> list[tuple[str, bool, str, dict[str, Any]]]:
    """Return (time, whether it worked, code, facts) of attempts to sync, newest first."""
    query = "SELECT at, ok, code, facts FROM sync_log ORDER BY n DESC LIMIT ?"
    return [
        (at, bool(ok), code, msgspec.json.decode(facts))
        for at, ok, code, facts in Statements(session).execute(query, (limit,))
    ]


def _line(row: Sequence[Any]) -> WaitingLine:
    op_id, type_, kind, subject, at, state_, tried, *rest = row
    local_no, official_no, title, place, patrol_place, words, photos, stored, size, sent = rest
    return WaitingLine(
        op_id=op_id,
        kind=kind,
        id=subject,
        number=official_no or local_no or "",
        title=title or "",
        place=place or patrol_place or ("" if title else words) or "",
        did=type_.partition("@")[0],
        at=at,
        sync=sync_words.word([sync_words.Step(state_, bool(tried))], photos=photos, stored=stored),
        taken=state_ in TAKEN,
        photos=photos,
        photos_stored=stored,
        size=size,
        sent=sent,
    )

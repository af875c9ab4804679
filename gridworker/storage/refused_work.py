"""Work of others that the centre did not take, as far as this person's scopes show it.

The centre keeps what was refused as late evidence with the record, or in its grid. Whoever is in
charge there sees it until its author has said it anew, or the record has ended and nobody asked for
help.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from gridworker.domain import redo
from gridworker.domain.lines import RefusedWork
from gridworker.domain.ticket import OPEN_STATES, State
from gridworker.storage.attention_queries import did
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.ticket_timeline import wishes

ALIVE = frozenset({"", State.ONSPOT_DONE, *OPEN_STATES})
# The index on parts begins with their record, so records are what is gone through.
_OF_TICKETS = (
    "SELECT p.id, p.body, t.id, coalesce(t.official_no, t.local_no), t.title, t.place,"
    " t.state"
    " FROM view_ticket t CROSS JOIN view_part p ON p.parent = t.id AND p.kind = 'late_evidence'"
    " WHERE p.at >= :since"
)
_OF_NOTHING = (
    "SELECT id, body, '', '', '', '', '' FROM view_part"
    " WHERE parent = '' AND kind = 'late_evidence' AND at >= :since"
)
_SAID_ANEW = (
    "SELECT 1 FROM view_part WHERE id IN (SELECT value FROM json_each(:ids))"
    " UNION ALL SELECT 1 FROM view_ticket WHERE id IN (SELECT value FROM json_each(:ids))"
    " UNION ALL SELECT 1 FROM view_patrol_record"
    " WHERE id IN (SELECT value FROM json_each(:ids)) LIMIT 1"
)


def of_others(session: Session, user: str, *, since: str) -> list[RefusedWork]:
    """Return refused work of others since a time (RFC 3339 UTC), calls for help first."""
    db = Statements(session)
    found = [
        line
        for query in (_OF_TICKETS, _OF_NOTHING)
        for row in db.execute(query, {"since": since}).fetchall()
        if (line := _line(db, user, row)) is not None
    ]
    found.sort(key=lambda line: line.at, reverse=True)
    return sorted(found, key=lambda line: line.handed is None)


def _line(db: Statements, user: str, row: Sequence[Any]) -> RefusedWork | None:
    id_, text, record, number, title, place, state = row
    body: dict[str, Any] = msgspec.json.decode(text)
    op_id = str(body.get("op"))
    handed = _handed(db, op_id)
    settled = body.get("by") == user or _said_anew(db, op_id)
    if settled or (handed is None and state not in ALIVE):
        return None
    args = body.get("args") or {}
    return RefusedWork(
        op_id=op_id,
        evidence_id=id_,
        kind="ticket" if record else "",
        entity_id=record,
        number=number,
        title=title,
        place=place or str(args.get("place") or ""),
        did=did(str(body.get("type") or ""), args),
        by=str(body.get("by_name") or body.get("by")),
        at=str(body.get("created_at")),
        code=str(body.get("code") or ""),
        words=tuple(wishes(args)),
        photos=len(body.get("photos") or ()),
        handed=handed,
    )


def _said_anew(db: Statements, op_id: str) -> bool:
    ids = msgspec.json.encode(sorted(redo.traces(op_id))).decode()
    return db.one(_SAID_ANEW, {"ids": ids}) is not None


def _handed(db: Statements, op_id: str) -> str | None:
    row = db.one("SELECT body FROM view_part WHERE id = ?", (redo.handed_id(op_id),))
    return None if row is None else str(msgspec.json.decode(row[0]).get("note", ""))

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
from gridworker.storage.attention_queries import did, item_name
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
_ON_RECORD = (
    "SELECT body ->> '$.redo_of' FROM view_part"
    " WHERE parent = :record AND kind IN ('flow_record', 'evidence')"
)
_BY_AUTHOR = (
    "SELECT p.body ->> '$.redo_of' FROM view_ticket t CROSS JOIN view_part p"
    " ON p.parent = t.id AND p.kind = 'flow_record' WHERE t.created_by = :author"
    " UNION ALL SELECT body ->> '$.redo_of' FROM view_patrol_record WHERE created_by = :author"
)


def of_others(session: Session, user: str, *, since: str) -> list[RefusedWork]:
    """Return refused work of others since a time (RFC 3339 UTC), calls for help first."""
    db = Statements(session)
    anew = _SaidAnew(db)
    found = [
        line
        for query in (_OF_TICKETS, _OF_NOTHING)
        for row in db.execute(query, {"since": since}).fetchall()
        if (line := _line(db, anew, user, row)) is not None
    ]
    found.sort(key=lambda line: line.at, reverse=True)
    return sorted(found, key=lambda line: line.handed is None)


class _SaidAnew:
    """Knows which refusals were said anew, each record and each author looked at once.

    What says a change anew hangs on the same record; what makes a record anew is its author's.
    """

    def __init__(self, db: Statements) -> None:
        self._db = db
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def has(self, op_id: str, *, record: str, author: str) -> bool:
        """Say whether a refusal about a record, or by an author about none, was said anew."""
        key = (record, "" if record else author)
        if key not in self._known:
            query, value = (_ON_RECORD, record) if record else (_BY_AUTHOR, author)
            rows = self._db.execute(query, {"record": value} if record else {"author": value})
            self._known[key] = frozenset(one for (one,) in rows.fetchall() if one)
        return op_id in self._known[key]


def _line(db: Statements, anew: _SaidAnew, user: str, row: Sequence[Any]) -> RefusedWork | None:
    id_, text, record, number, title, place, state = row
    body: dict[str, Any] = msgspec.json.decode(text)
    op_id, author = str(body.get("op")), str(body.get("by"))
    handed = _handed(db, op_id)
    ended = handed is None and state not in ALIVE
    if author == user or ended or anew.has(op_id, record=record, author=author):
        return None
    args = body.get("args") or {}
    return RefusedWork(
        op_id=op_id,
        evidence_id=id_,
        kind="ticket" if record else "",
        entity_id=record,
        number=number,
        title=title or item_name(db, args.get("item")),
        place=place or str(args.get("place") or ""),
        did=did(str(body.get("type") or ""), args),
        by=str(body.get("by_name") or author),
        at=str(body.get("created_at")),
        code=str(body.get("code") or ""),
        words=tuple(wishes(args)),
        photos=len(body.get("photos") or ()),
        handed=handed,
    )


def _handed(db: Statements, op_id: str) -> str | None:
    row = db.one("SELECT body FROM view_part WHERE id = ?", (redo.handed_id(op_id),))
    return None if row is None else str(msgspec.json.decode(row[0]).get("note", ""))

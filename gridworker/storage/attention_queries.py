"""What a person must see about their own work: refusals and work the centre could not decide."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gridworker.domain.lines import AttentionCard
from gridworker.domain.operations import Operation
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

OPEN_CARDS = "o.state IN ('refused', 'quarantined') AND NOT o.closed_by_user"
_CARDS = (
    "SELECT o.op_id, o.seq, o.subject_kind, o.subject, o.json, o.state, o.verdict_json,"
    " t.local_no, t.title, t.place, p.place AS patrol_place"
    " FROM outbox o LEFT JOIN view_ticket t ON t.id = o.subject"
    " LEFT JOIN view_patrol_record p ON p.id = o.subject"
    f" WHERE {OPEN_CARDS} ORDER BY o.seq DESC"
)


def cards(session: Session) -> list[AttentionCard]:
    """Return the unclosed refusals and quarantines, newest first."""
    db = Statements(session)
    return [_card(db, row) for row in db.execute(_CARDS).fetchall()]


def _card(db: Statements, row: Sequence[Any]) -> AttentionCard:
    op_id, seq, kind, subject, text, state, answer, local_no, title, place, patrol_place = row
    op = msgspec.json.decode(text, type=Operation)
    verdict: dict[str, Any] = msgspec.json.decode(answer or "{}")
    seen = title is not None or patrol_place is not None
    return AttentionCard(
        op_id=op_id,
        seq=seq,
        kind=kind,
        entity_id=subject,
        local_no=local_no or op.entity.local_no or "",
        title=title or _name(db, op.args.get("item")),
        place=place or patrol_place or str(op.args.get("place", "")),
        did=_did(op),
        when=op.at.wall,
        code=verdict.get("code") or "",
        verdict=state,
        now=verdict.get("current") or {},
        evidence_id=verdict.get("evidence_id"),
        can=("open", "close") if seen else ("close",),
    )


def _did(op: Operation) -> str:
    """Return what was done in one word: an action by its name, else the type of the operation."""
    if op.type.startswith("ticket.act@"):
        return str(op.args.get("action", "act"))
    return op.type.partition("@")[0]


def _name(db: Statements, item: object) -> str:
    query = (
        "SELECT json_extract(body, '$.name') FROM view_reference"
        " WHERE kind = 'catalogue_item' AND code = ?"
    )
    found = db.one(query, (item,))
    return str((found and found[0]) or item or "")

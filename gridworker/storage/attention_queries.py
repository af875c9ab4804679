"""What a person must see about their own work: refusals and work the centre could not decide."""

from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridworker.domain.lines import AttentionCard
from gridworker.domain.operations import Operation

OPEN_CARDS = "o.state IN ('refused', 'quarantined') AND NOT o.closed_by_user"
_CARDS = text(
    "SELECT o.op_id, o.seq, o.kind, o.entity_id, o.subject_kind, o.subject, o.json, o.state,"
    " o.verdict_json, t.local_no, t.title, t.place, p.place AS patrol_place"
    " FROM outbox o LEFT JOIN view_ticket t ON t.id = o.subject"
    " LEFT JOIN view_patrol_record p ON p.id = o.subject"
    f" WHERE {OPEN_CARDS} ORDER BY o.seq DESC"
)


def cards(session: Session) -> list[AttentionCard]:
    """Return the unclosed refusals and quarantines, newest first."""
    return [_card(session, row) for row in session.execute(_CARDS)]


def _card(session: Session, row: Any) -> AttentionCard:
    op = msgspec.json.decode(row.json, type=Operation)
    verdict: dict[str, Any] = msgspec.json.decode(row.verdict_json or "{}")
    seen = row.title is not None or row.patrol_place is not None
    return AttentionCard(
        op_id=row.op_id,
        seq=row.seq,
        kind=row.subject_kind,
        entity_id=row.subject,
        local_no=row.local_no or op.entity.local_no or "",
        title=row.title or _name(session, op.args.get("item")),
        place=row.place or row.patrol_place or str(op.args.get("place", "")),
        did=_did(op),
        when=op.at.wall,
        code=verdict.get("code") or "",
        verdict=row.state,
        now=verdict.get("current") or {},
        evidence_id=verdict.get("evidence_id"),
        can=("open", "close") if seen else ("close",),
    )


def _did(op: Operation) -> str:
    """Return what was done in one word: an action by its name, else the type of the operation."""
    if op.type.startswith("ticket.act@"):
        return str(op.args.get("action", "act"))
    return op.type.partition("@")[0]


def _name(session: Session, item: object) -> str:
    query = text(
        "SELECT json_extract(body, '$.name') FROM view_reference"
        " WHERE kind = 'catalogue_item' AND code = :code"
    )
    return str(session.scalar(query, {"code": item}) or item or "")

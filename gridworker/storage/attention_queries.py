"""What a person must see about their own work: refusals and work the centre could not decide."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain import along
from gridworker.domain.lines import AttentionCard
from gridworker.domain.operations import Operation
from gridworker.domain.problem import Code
from gridworker.domain.redo import RECORDS
from gridworker.storage.attention_ways import Ways
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

OPEN_CARDS = "o.state IN ('refused', 'quarantined') AND NOT o.closed_by_user"
_CARDS = (
    "SELECT o.op_id, o.seq, o.subject_kind, o.subject, o.json, o.state, o.verdict_json,"
    " t.local_no, t.official_no, t.title, coalesce(t.place, p.place), coalesce(t.rev, p.rev),"
    " coalesce(t.body, p.body)"
    " FROM outbox o LEFT JOIN view_ticket t ON t.id = o.subject"
    " LEFT JOIN view_patrol_record p ON p.id = o.subject"
    f" WHERE {OPEN_CARDS} ORDER BY o.seq DESC"
)


class Case(msgspec.Struct, frozen=True):
    """A card with what it is about: the operation, and the record as it stands here, if it is.

    `behind` is true until this laptop has pulled the record that the centre judged by: what is true
    now is then known from the verdict alone.
    """

    card: AttentionCard
    op: Operation
    body: dict[str, Any] | None
    behind: bool


def cards(session: Session) -> list[AttentionCard]:
    """Return the unclosed refusals and quarantines, newest first, with all that can be done."""
    ways = Ways(session)
    return [_whole(case, ways).card for case in _cases(session)]


def case(session: Session, op_id: str) -> Case | None:
    """Return an open card with what it is about, or None when there is none."""
    found = next((case for case in _cases(session) if case.card.op_id == op_id), None)
    return None if found is None else _whole(found, Ways(session))


def heads(session: Session) -> list[AttentionCard]:
    """Return the cards that no other card led to, without what can be done; for rows of lists."""
    return [case.card for case in _cases(session) if case.card.under is None]


def followers(session: Session, op_id: str) -> list[str]:
    """Return the operations whose cards are folded under that of another."""
    return [case.card.op_id for case in _cases(session) if case.card.under == op_id]


def added(session: Session, op_id: str) -> list[Operation]:
    """Return what was added to a refused record and is folded under its card, oldest first."""
    cases = _cases(session)
    head = next((case for case in cases if case.card.op_id == op_id), None)
    return [] if head is None else _added(head, cases)


def _added(head: Case, cases: Sequence[Case]) -> list[Operation]:
    if head.op.type not in RECORDS:
        return []
    led = [case.op for case in reversed(cases) if case.card.under == head.card.op_id]
    return [op for op in led if along.is_about(op, head.op.entity.id)]


def _whole(case: Case, ways: Ways) -> Case:
    more = ways.of(case.card, case.op, case.body, behind=case.behind)
    return msgspec.structs.replace(case, card=msgspec.structs.replace(case.card, **more))


def _cases(session: Session) -> list[Case]:
    db = Statements(session)
    cases = [_case(db, row) for row in db.execute(_CARDS).fetchall()]
    led = _causes(cases)
    if not led:
        return cases
    folded = [
        _marked(case, under=_root(case.card.op_id, led)) if case.card.op_id in led else case
        for case in cases
    ]
    under: defaultdict[str | None, list[Case]] = defaultdict(list)
    for case in folded:
        under[case.card.under].append(case)
    come = {
        op_id
        for head in under[None]
        for op_id in along.with_added(head.op.args, _added(head, under[head.card.op_id]))[1]
    }
    return [_marked(case, along=True) if case.card.op_id in come else case for case in folded]


def _marked(case: Case, **facts: Any) -> Case:
    return msgspec.structs.replace(case, card=msgspec.structs.replace(case.card, **facts))


def _case(db: Statements, row: Sequence[Any]) -> Case:
    op_id, seq, kind, subject, text, state, answer, *about = row
    local_no, official_no, title, place, rev, record = about
    op = msgspec.json.decode(text, type=Operation)
    body = None if record is None else msgspec.json.decode(record, type=dict[str, Any])
    verdict: dict[str, Any] = msgspec.json.decode(answer or "{}")
    behind = body is not None and rev < (verdict.get("current") or {}).get("rev", 0)
    card = AttentionCard(
        op_id=op_id,
        seq=seq,
        kind=kind,
        entity_id=subject,
        local_no=local_no or op.entity.local_no or "",
        official_no=official_no,
        title=title or item_name(db, op.args.get("item")),
        place=place or (said(op.args) if body is None else str(op.args.get("place", ""))),
        did=did(op.type, op.args),
        when=op.at.wall,
        code=verdict.get("code") or "",
        verdict=state,
        now=_facts(verdict, {} if body is None or behind else body),
        evidence_id=verdict.get("evidence_id"),
        can=(),
        detail=verdict.get("detail") or "",
    )
    return Case(card, op, body, behind)


def _facts(verdict: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was true when the centre decided, and what this laptop has learned since."""
    facts = {**(verdict.get("current") or {})}
    facts |= {key: body[key] for key in ("state", "assignee") if key in body}
    named = "created_by_name" if verdict.get("code") == Code.FORBIDDEN else "last_by"
    learned = {"at": body.get("last_at"), "by_name": body.get(named)}
    facts |= {key: value for key, value in learned.items() if value}
    if facts.get("field") in body:
        facts["theirs"] = body[facts["field"]]
    return facts


def _causes(cases: Sequence[Case]) -> dict[str, str]:
    """Return which open card led to which refusal: it was refused for what it builds on."""
    waiting = {case.card.op_id for case in cases if case.card.verdict == "refused"}
    causes = {}
    for case in cases:
        cause = next((parent for parent in case.op.after if parent in waiting), None)
        if case.card.code == Code.PARENT_REFUSED and cause is not None:
            causes[case.card.op_id] = cause
    return causes


def _root(op_id: str, causes: Mapping[str, str]) -> str:
    while op_id in causes:
        op_id = causes[op_id]
    return op_id


def did(type_: str, args: Mapping[str, Any]) -> str:
    """Return what was done in one word: an action by its name, else the type of the operation."""
    if type_.startswith("ticket.act@"):
        return str(args.get("action", "act"))
    return type_.partition("@")[0]


def said(args: Mapping[str, Any]) -> str:
    """Return by which words a person knows an operation whose record is not here any more."""
    wishes = args.get("changes", {})
    wanted = [wishes[field].get("to") for field in ("place", "note") if field in wishes]
    every = (args.get("place"), *wanted, args.get("note"), args.get("reason"))
    return next((str(words) for words in every if words), "")


def item_name(db: Statements, item: object) -> str:
    """Return what the catalogue calls an item, else its code."""
    query = (
        "SELECT json_extract(body, '$.name') FROM view_reference"
        " WHERE kind = 'catalogue_item' AND code = ?"
    )
    found = db.one(query, (item,))
    return str((found and found[0]) or item or "")

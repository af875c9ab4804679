"""What people do about a refusal: say it anew, choose, leave a remark, ask whoever is in charge.

Each of them is one operation that builds on the refused one, and in the transaction that records it
the card is closed: either both happen or the card stays as it was. What a rule refuses here raises
its own RuleBroken; E_INVALID says that there is no such card, or that this cannot be done with it.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from gridworker.app import words
from gridworker.app.pen import Pen, new_id
from gridworker.app.ticket_acts import Make, only_when_fresh
from gridworker.domain import redo
from gridworker.domain.lines import AttentionCard, FieldChoice
from gridworker.domain.operations import EntityRef, Operation
from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import attention_queries, outbox, state
from gridworker.storage.attention_queries import Case
from gridworker.storage.attention_ways import remark_to
from gridworker.storage.door import Session

NUMBERED = frozenset({"ticket", "patrol_record"})
EDIT = "ticket.edit@1"
DID = {"evidence.add": "evidence", "patrol_record.create": "patrol"}
LONGEST = 600  # of one value in a remark; three of them and the words around have room in a note


def redo_of(pen: Pen, op_id: str) -> Make:
    """Return what says a refused operation anew, on the record as it stands now."""

    def make(session: Session) -> Operation:
        added = attention_queries.added(session, op_id)
        case, known = _taken_up(session, op_id), state.get(session)
        new = redo.again(case.op, case.body, new_id=new_id(), added=added)
        entity, subject = new.entity, case.card.entity_id
        if new.type in redo.RECORDS:
            numbered = pen.new_entity(session, known, entity.kind)
            entity = msgspec.structs.replace(entity, local_no=numbered.local_no)
            subject = entity.id  # what still waits for the one that never was is not part of it
        for also in redo.said_anew(new.type, op_id, new.after):
            outbox.close(session, also)
        if new.type.startswith("ticket.act@"):
            only_when_fresh(pen, known, str(new.args.get("action")))
        return pen.frame(
            session,
            known,
            new.type,
            entity,
            new.args,
            expect=new.expect,
            subject=subject,
            after=new.after,
            redo_of=op_id,
        )

    return make


def chosen(pen: Pen, op_id: str, values: Mapping[str, str]) -> Make:
    """Return what gives the fields of a refused edit the chosen values.

    A field that is not in `values` gets what the refused edit wanted.
    """

    def make(session: Session) -> Operation:
        case = _taken_up(session, op_id)
        if case.op.type != EDIT:
            raise _impossible()
        return _edit(pen, session, case, values)

    return make


def one_side(pen: Pen, op_id: str, side: str) -> Make:
    """Return what ends a conflict with all that is `mine`, or all that is `theirs`."""

    def make(session: Session) -> Operation:
        case = _taken_up(session, op_id)
        fields = _conflict(case.card)
        return _edit(pen, session, case, {field.field: getattr(field, side) for field in fields})

    return make


def both_kept(pen: Pen, op_id: str) -> Make:
    """Return what leaves the record as it is and keeps both wordings with it as a remark."""

    def make(session: Session) -> Operation:
        case = _taken_up(session, op_id)
        lines = [_both(field) for field in _conflict(case.card)]
        note = words.say("W_REMARK_BOTH", {"lines": "；".join(lines)}).sentence
        return _remark(pen, session, case, note=note, id_=new_id(), redo_of=op_id)

    return make


def handed_over(pen: Pen, op_id: str) -> Make:
    """Return what asks whoever is in charge to look at it, as a remark with the record.

    A record that the centre never took has none; the remark goes with what it kept of it.
    """

    def make(session: Session) -> Operation:
        case = _taken_up(session, op_id)
        card = case.card
        why = words.say(card.code, card.facts).sentence
        did = DID.get(card.did) or card.did.rpartition(".")[2]
        facts = {"did": did, "why": why, "when": card.when}
        note = words.say("W_REMARK_HAND_OVER", facts).sentence
        return _remark(pen, session, case, note=note, id_=redo.handed_id(op_id))

    return make


def replaces(session: Session, op_id: str, brought: Collection[str] = ()) -> dict[str, Any]:
    """Close the card of a refused record that a form says anew, if it is still open.

    The cards of what was added to it and `brought` into the form are closed, too. Returns what the
    frame of the new record says of them.
    """
    if attention_queries.case(session, op_id) is None:
        return {}
    added = (op.op_id for op in attention_queries.added(session, op_id))
    said = (op_id, *(also for also in added if also in brought))
    for each in said:
        outbox.close(session, each)
    return {"after": said, "redo_of": op_id}


def _edit(pen: Pen, session: Session, case: Case, values: Mapping[str, str]) -> Operation:
    wishes = {field: wish["to"] for field, wish in case.op.args["changes"].items()}
    op_id = case.op.op_id
    return pen.frame(
        session,
        state.get(session),
        EDIT,
        case.op.entity,
        redo.wanted({**wishes, **values}, case.body or {}),
        after=(op_id,),
        redo_of=op_id,
    )


def _remark(
    pen: Pen, session: Session, case: Case, *, note: str, id_: str, **frame: Any
) -> Operation:
    card, to = case.card, remark_to(case.card, here=case.body is not None)
    return pen.frame(
        session,
        state.get(session),
        "evidence.add@1",
        EntityRef("evidence", id_),
        {"to": to, "note": note},
        subject=card.entity_id,
        after=(card.op_id,),
        **frame,
    )


def _taken_up(session: Session, op_id: str) -> Case:
    """Return a refusal whose card is open, with all that can be done, and close the card."""
    case = attention_queries.case(session, op_id)
    if case is None:
        raise RuleBroken(Code.INVALID, field="card", detail="no such card")
    if case.behind or case.card.verdict != "refused":
        raise _impossible()
    outbox.close(session, op_id)
    return case


def _conflict(card: AttentionCard) -> tuple[FieldChoice, ...]:
    if not card.fields:
        raise _impossible()
    return card.fields


def _impossible() -> RuleBroken:
    return RuleBroken(Code.INVALID, field="card", detail="not possible")


def _both(field: FieldChoice) -> str:
    facts = {
        "field": field.field,
        "base": _short(field.base),
        "mine": _short(field.mine),
        "theirs": _short(field.theirs),
        "by": field.by,
    }
    return words.say("W_REMARK_FIELD", facts).sentence


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"

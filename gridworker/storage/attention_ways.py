"""What a person may do about a refusal, tried out by the rules on what this laptop knows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from gridworker.domain import redo
from gridworker.domain.added_evidence import LATE
from gridworker.domain.apply import apply
from gridworker.domain.identity import derived_id
from gridworker.domain.lines import AttentionCard, FieldChoice
from gridworker.domain.operations import Edit, EntityRef, Operation
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import read
from gridworker.storage import state
from gridworker.storage.door import Session
from gridworker.storage.view import LaptopWorld

FORMS = {"ticket.report@1": "report", "ticket.resolve@1": "resolve"}
Facts = Mapping[str, Any]


class Ways:
    """Says of each card what can be done; offers nothing that the rules would refuse here."""

    def __init__(self, session: Session) -> None:
        self._world = LaptopWorld(session)
        self._actor = state.actor(session)

    def of(
        self, card: AttentionCard, op: Operation, body: Facts | None, *, behind: bool
    ) -> dict[str, Any]:
        """Return `can`, `form` and `fields` of a card; `body` is its record, if it is here.

        While that is `behind` what the centre judged by, nothing can be tried out on it.
        """
        open_ = () if body is None else ("open",)
        if behind or card.verdict != "refused":
            return {"can": (*open_, "close")}
        fields = self._choices(card, op, body or {})
        mends: tuple[str, ...] = ("mine", "theirs") if fields else ("redo",)
        asks: tuple[str, ...] = ("both", "hand_over") if fields else ("hand_over",)
        can = (
            *open_,
            *(mends if self._passes(lambda: _once_more(op, body)) else ()),
            *(asks if self._passes(lambda: _remark(card, op, here=body is not None)) else ()),
            "close",
        )
        return {"can": can, "form": FORMS.get(op.type, ""), "fields": fields}

    def _passes(self, make: Callable[[], Operation]) -> bool:
        """Say whether the rules would take an operation here and it would change something."""
        try:
            return not apply(make(), self._actor, self._world).noop
        except RuleBroken:
            return False

    def _choices(self, card: AttentionCard, op: Operation, now: Facts) -> tuple[FieldChoice, ...]:
        """Return the fields of a refused edit that two people changed, as they stand now."""
        if card.code != Code.FIELD_CONFLICT or not now:
            return ()
        try:
            wishes = read(Edit, op.args).changes
        except RuleBroken:
            return ()
        then = card.now.get("conflicts") or {}
        return tuple(
            self._choice(card.entity_id, field, wish.from_, wish.to, str(now[field]), then)
            for field, wish in wishes.items()
            if field in now and now[field] not in (wish.from_, wish.to)
        )

    def _choice(
        self, ticket: str, field: str, base: object, mine: object, theirs: str, then: Facts
    ) -> FieldChoice:
        by, at = next(
            ((step["actor_name"], step["at"]) for step in self._edits(ticket, field, theirs)),
            ("", ""),
        )
        # Theirs came first, or this wish would have been taken; unless they wrote again since.
        again = theirs != (then.get(field) or {}).get("theirs")
        return FieldChoice(
            field=field,
            base="" if base is None else str(base),
            mine=str(mine),
            theirs=theirs,
            by=by,
            at=at,
            newer="theirs" if again else "mine",
        )

    def _edits(self, ticket: str, field: str, value: str) -> Iterator[dict[str, Any]]:
        """Yield the steps that gave a field a value, the latest first."""
        rows = self._world.db.execute(
            "SELECT body FROM view_part WHERE parent = ? AND kind = 'flow_record'"
            " ORDER BY seq DESC",
            (ticket,),
        ).fetchall()
        for (text,) in rows:
            step: dict[str, Any] = msgspec.json.decode(text)
            if ((step.get("changes") or {}).get(field) or {}).get("to") == value:
                yield step


def _once_more(op: Operation, body: Facts | None) -> Operation:
    """Return a refused wish on what is true now, only to be tried."""
    return redo.again(op, body, new_id=derived_id(op.op_id, "trial"))


def remark_to(card: AttentionCard, *, here: bool) -> dict[str, str]:
    """Return what a remark on a refusal goes with: its record, when that is `here`.

    Else it goes with what the centre kept of a record that it did not take.
    """
    if here or card.evidence_id is None:
        return {"kind": card.kind, "id": card.entity_id}
    return {"kind": LATE, "id": card.evidence_id}


def _remark(card: AttentionCard, op: Operation, *, here: bool) -> Operation:
    """Return an operation that adds a remark on a card, only to be tried."""
    return msgspec.structs.replace(
        op,
        type="evidence.add@1",
        entity=EntityRef("evidence", redo.handed_id(op.op_id)),
        args={"to": remark_to(card, here=here), "note": "?"},
        expect={},
    )

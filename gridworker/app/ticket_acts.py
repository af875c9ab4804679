"""Operations on a ticket that is already there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from gridworker.app.pen import Pen, new_id, photo_args
from gridworker.app.ports import PhotoRef
from gridworker.domain.apply import apply
from gridworker.domain.lifecycle import ACTIONS
from gridworker.domain.operations import EntityRef, Operation
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.times import parse_time
from gridworker.storage import state, ticket_queries
from gridworker.storage.door import Session
from gridworker.storage.state import DeviceState
from gridworker.storage.view import LaptopWorld

FRESH = timedelta(minutes=15)
Make = Callable[[Session], Operation]


def act(pen: Pen, ticket: str, action: str, args: Mapping[str, Any]) -> Make:
    """Return what makes an action; the state the person sees must still hold at the centre."""

    def make(session: Session) -> Operation:
        body = _ticket(session, ticket)
        wanted = {**args, "action": action}
        expect = {"state": body["state"]}
        entity = EntityRef("ticket", ticket, body["local_no"])
        known = state.get(session)
        op = pen.frame(session, known, "ticket.act@1", entity, wanted, expect=expect)
        if action in ACTIONS and not ACTIONS[action].offline:
            # What the rules refuse anyway is told first: waiting for a network would not help.
            apply(op, state.acting(known), LaptopWorld(session))
            only_when_fresh(pen, known, action)
        return op

    return make


def edit(pen: Pen, ticket: str, changes: Mapping[str, tuple[Any, Any]]) -> Make:
    """Return what makes an edit of fields, each against the value that was seen."""

    def make(session: Session) -> Operation:
        body = _ticket(session, ticket)
        wanted = {field: {"from": seen, "to": wish} for field, (seen, wish) in changes.items()}
        entity = EntityRef("ticket", ticket, body["local_no"])
        known = state.get(session)
        return pen.frame(session, known, "ticket.edit@1", entity, {"changes": wanted})

    return make


def retract(pen: Pen, ticket: str) -> Make:
    """Return what takes a record back."""

    def make(session: Session) -> Operation:
        body = _ticket(session, ticket)
        entity = EntityRef("ticket", ticket, body["local_no"])
        return pen.frame(session, state.get(session), "ticket.retract@1", entity, {})

    return make


def add_evidence(pen: Pen, to: EntityRef, photos: Sequence[PhotoRef], note: str) -> Make:
    """Return what adds photos or a remark to a record."""

    def make(session: Session) -> Operation:
        args = {
            "to": {"kind": to.kind, "id": to.id},
            "photos": photo_args(session, photos),
            "note": note,
        }
        entity = EntityRef("evidence", new_id())
        known = state.get(session)
        return pen.frame(session, known, "evidence.add@1", entity, args, subject=to.id)

    return make


def _ticket(session: Session, ticket: str) -> dict[str, Any]:
    body = ticket_queries.body(session, ticket)
    if body is None:
        raise RuleBroken(Code.INVALID, field="ticket", detail="no such ticket")
    return body


def only_when_fresh(pen: Pen, known: DeviceState, action: str) -> None:
    """Refuse what the centre must decide unless the last sync was a moment ago."""
    if action not in ACTIONS or ACTIONS[action].offline:
        return
    last = known.last_sync
    age = pen.clock.now() - parse_time(last) if last else None
    if age is None or not timedelta(0) <= age < FRESH:
        raise RuleBroken(Code.OFFLINE_NOT_ALLOWED, action=action, last_sync=last)

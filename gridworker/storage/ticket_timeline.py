"""What happened to a ticket, in order: its steps, remarks, and what was refused and kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain.lines import FlowLine
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

WORDS = ("note", "reason", "words", "text")
_PARTS = (
    "SELECT kind, seq, waiting, body FROM view_part WHERE parent = ?"
    " AND kind IN ('flow_record', 'evidence', 'late_evidence') ORDER BY seq, at, id"
)


def timeline(session: Session, ticket: str) -> tuple[FlowLine, ...]:
    """Return the steps of a ticket in order, remarks between them by their time.

    Steps and remarks that this laptop alone knows are `waiting`; photos without a word are not told
    here.
    """
    steps: list[FlowLine] = []
    remarks: list[FlowLine] = []
    for kind, seq, waiting, text in Statements(session).execute(_PARTS, (ticket,)).fetchall():
        body: dict[str, Any] = msgspec.json.decode(text)
        if kind == "flow_record":
            steps.append(_step(body, seq=seq, waiting=bool(waiting)))
        elif said := _said(body):
            remarks.append(_remark(kind, body, said=said, waiting=bool(waiting)))
    return tuple(_merged(steps, sorted(remarks, key=lambda remark: remark.at)))


def wishes(args: Mapping[str, Any]) -> Iterator[str]:
    """Yield what somebody wrote in an operation, without the names of actions and items."""
    changes = args.get("changes")
    for wish in changes.values() if isinstance(changes, dict) else ():
        if isinstance(wish, dict) and wish.get("to"):
            yield str(wish["to"])
    for key in WORDS:
        if args.get(key):
            yield str(args[key])


def _step(body: Mapping[str, Any], *, seq: int, waiting: bool) -> FlowLine:
    return FlowLine(
        seq=seq,
        action=body["action"],
        to_state=body["to_state"],
        actor_name=body["actor_name"],
        at=body["at"],
        opinion=body.get("opinion") or "",
        receiver=body.get("receiver"),
        waiting=waiting,
    )


def _said(body: Mapping[str, Any]) -> str:
    """Return the words of a remark, or of what was refused."""
    return str(body.get("note") or "") or " · ".join(wishes(body.get("args") or {}))


def _remark(kind: str, body: Mapping[str, Any], *, said: str, waiting: bool) -> FlowLine:
    name = body.get("created_by_name") or body.get("by_name") or body.get("created_by")
    return FlowLine(
        seq=0,
        action=kind,
        to_state="",
        actor_name=str(name or ""),
        at=str(body.get("created_at") or ""),
        opinion=said,
        waiting=waiting,
    )


def _merged(steps: Sequence[FlowLine], remarks: Sequence[FlowLine]) -> Iterator[FlowLine]:
    """Yield steps in their own order, each remark before the first step that came after it."""
    left = list(remarks)
    for step in steps:
        while left and left[0].at < step.at:
            yield left.pop(0)
        yield step
    yield from left

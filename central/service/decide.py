"""The verdict on one operation."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from central.service import late, versions
from central.service.access import readers_of
from central.service.incoming import Incoming
from central.service.numbers import derived_local_no
from central.service.times import Judged, judge, text_of
from central.service.workspace import Workspace
from central.store.accounts import Account
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.times import to_utc_text
from gridworker.domain.world import Outcome, Put, World
from gridworker.wire import PushResult, Verdict

MAKES_TICKET = frozenset({"ticket.report@1", "ticket.resolve@1"})
ADDS = "evidence.add@1"
CREATES = frozenset({*MAKES_TICKET, "patrol_record.create@1", ADDS})
DEPENDENT = frozenset({"ticket.act@1", "ticket.edit@1", "ticket.retract@1"})
PARENT, RULE, STORE = "parent", "rule", "store"  # what an operation is kept back for


class Author(msgspec.Struct, frozen=True):
    """Whose operations these are: from the token, never from the operation.

    `holds` are the photos whose bytes the centre has and this person may know of.
    """

    account: Account
    actor: Actor
    region: str
    scopes: frozenset[str]
    left: frozenset[str]
    holds: frozenset[str]


class Bench:
    """Decides operations one after the other over one workspace."""

    def __init__(
        self,
        world: Workspace,
        author: Author,
        rules: Callable[[Operation, Actor, World], Outcome],
        *,
        received: int,
        verdicts: Mapping[str, str],
    ) -> None:
        self.world = world
        self.author = author
        self.received = received
        self.tickets: list[str] = []
        self._rules = rules
        self._verdicts = dict(verdicts)

    def decide(self, op: Incoming) -> PushResult:
        """Return the verdict and fold in what it does; a refusal keeps the content as evidence.

        Whatever a rule raises besides RuleBroken is the caller's to handle: nothing was changed.
        """
        if op.after and any(self._verdicts.get(id_) == "quarantined" for id_ in op.after):
            return self.quarantine(op, PARENT)
        if op.operation is not None and versions.is_newer(op.operation.type):
            return self.quarantine(op, versions.NEWER)
        try:
            result = self._apply(op)
        except RuleBroken as broken:
            result = self._refuse(op, broken)
        self._verdicts[op.op_id] = result.verdict
        return result

    def reused(self, op: Incoming) -> PushResult:
        """Refuse an operation whose id is another one's; what it said is kept beside that."""
        number = reuse_of(op)
        kept = late.evidence_id(op, number)
        if self.world.draft(kept) is None:
            kept = self._keep(op, Code.OP_ID_REUSED, number) or ""
        code = str(Code.OP_ID_REUSED)
        return PushResult(op.op_id, op.seq, "refused", code=code, evidence_id=kept or None)

    def quarantine(self, op: Incoming, why: str) -> PushResult:
        """Keep an operation for a person to look at; it counts as decided."""
        self._verdicts[op.op_id] = "quarantined"
        return PushResult(op.op_id, op.seq, "quarantined", detail=why)

    def _apply(self, op: Incoming) -> PushResult:
        operation = self._admit(op)
        judged = judge(operation.at, self.received)
        if operation.type in MAKES_TICKET:
            operation = self._numbered(operation)
        outcome = self._rules(operation, self.author.actor, self.world)
        for put in outcome.puts:
            if not self.world.fits(put):
                raise RuleBroken(Code.INVALID, detail="the id belongs to another record")
        if outcome.noop:
            self._own_only(operation)
        stamped = [self._stamped(put, operation, judged) for put in outcome.puts]
        fresh = self.world.draft(operation.entity.id) is None
        for put in stamped:
            self.world.put(put)
        if fresh and operation.type in MAKES_TICKET:
            self.tickets.append(operation.entity.id)
        draft = self.world.draft(operation.entity.id)
        verdict: Verdict = "noop" if outcome.noop else "applied"
        return PushResult(
            op.op_id,
            op.seq,
            verdict,
            rev=draft.rev if draft else None,
            converted=outcome.converted,
        )

    def _admit(self, op: Incoming) -> Operation:
        operation = op.operation
        if operation is None:
            raise RuleBroken(Code.INVALID, detail=op.flaw)
        if operation.actor != self.author.account.login:
            raise RuleBroken(Code.FORBIDDEN, detail="the actor is not this device's user")
        if self._depends(op, operation) and any(
            self._verdicts.get(parent) == "refused"
            for parent in op.after
            if parent != operation.redo_of
        ):
            raise RuleBroken(Code.PARENT_REFUSED)
        for target in op.targets:
            if self.world.draft(target) is not None and not self._sees(target):
                raise RuleBroken(Code.NOT_IN_SCOPE)
        return operation

    def _depends(self, op: Incoming, operation: Operation) -> bool:
        """Say whether an operation cannot stand without those it builds on.

        What is added to a record can, but not to one that never came to be.
        """
        if operation.type == ADDS:
            return all(self.world.draft(id_) is None for id_ in op.targets)
        return operation.type in DEPENDENT

    def _sees(self, id_: str, *, also: frozenset[str] = frozenset()) -> bool:
        draft = self.world.draft(id_)
        if draft is None:
            return False
        parent = self.world.parent_of(draft)
        readers = readers_of(draft.kind, draft.body, parent, self.world)
        return not readers.isdisjoint(self.author.scopes | also)

    def _own_only(self, operation: Operation) -> None:
        """Refuse to call somebody else's record a repetition of this one."""
        draft = self.world.draft(operation.entity.id)
        if operation.type not in CREATES or draft is None:
            return
        if draft.body.get("created_by") != self.author.account.login:
            raise RuleBroken(Code.INVALID, detail="the id belongs to another record")

    def _numbered(self, operation: Operation) -> Operation:
        entity = operation.entity
        number = derived_local_no(
            entity.local_no,
            entity.id,
            region=self.author.region,
            device_code=self.author.actor.device_code,
            wall=operation.at.wall,
            received=self.received,
        )
        return msgspec.structs.replace(
            operation, entity=msgspec.structs.replace(entity, local_no=number)
        )

    def _stamped(self, put: Put, operation: Operation, judged: Judged) -> Put:
        """Add what the centre knows: the time it believes, and which photos it has already."""
        body = put.body
        if put.kind == "flow_record":
            body = {**body, "at_estimated": text_of(judged.estimated)}
        if judged.suspect and (put.kind == "flow_record" or self._is_new(put, operation)):
            body = {**body, "at_flag": "suspect"}
        if self.author.holds and body.get("photos"):
            login = self.author.account.login
            body = {**body, "photos": with_stored(body["photos"], login, self.author.holds)}
        return put if body is put.body else msgspec.structs.replace(put, body=body)

    def _is_new(self, put: Put, operation: Operation) -> bool:
        return put.id == operation.entity.id and self.world.draft(put.id) is None

    def _refuse(self, op: Incoming, broken: RuleBroken) -> PushResult:
        facts = {key: value for key, value in broken.facts.items() if key != "detail"}
        detail = broken.facts.get("detail")
        current = {**facts, **self._standing(op)}
        return PushResult(
            op.op_id,
            op.seq,
            "refused",
            code=str(broken.code),
            detail=None if detail is None else str(detail),
            current=current or None,
            evidence_id=self._keep(op, broken.code),
        )

    def _standing(self, op: Incoming) -> dict[str, Any]:
        """Return what is true now of the record it was about, if its author may know."""
        draft = self.world.draft(op.operation.entity.id) if op.operation else None
        if draft is None or not self._sees(draft.id):
            return {}
        acted = draft.body.get("acted_by") or (draft.body.get("created_by"),)
        changed = self.received if draft.changed or not draft.before else draft.before.changed_at
        known: dict[str, Any] = {
            key: draft.body[key] for key in ("state", "assignee") if key in draft.body
        }
        return {"rev": draft.rev, **known, "by": acted[-1], "received_at": changed}

    def _keep(self, op: Incoming, code: Code, number: int = 0) -> str | None:
        """Keep what a refused operation said with the record, or else with its author."""
        if not late.has_content(op):
            return None
        about = next((id_ for id_ in reversed(op.targets) if self.world.draft(id_)), None)
        if about is not None and not self._sees(about, also=self.author.left):
            about = None
        moment = self._moment(op)
        puts = late.evidence(
            op,
            code=str(code),
            about=self.world.draft(about) if about else None,
            grid=self._late_grid(op) if about is None else None,
            by=self.author.actor,
            received=text_of(self.received),
            at_device=moment,
            number=number,
        )
        for put in puts:
            photos = put.body.get("photos")
            if photos and self.author.holds:
                login = self.author.account.login
                stored = with_stored(photos, login, self.author.holds)
                put = msgspec.structs.replace(put, body={**put.body, "photos": stored})  # noqa: PLW2901  (the put that is written)
            self.world.put(put)
        return puts[0].id

    def _late_grid(self, op: Incoming) -> str | None:
        """Return the grid whose readers take what was meant for it, for a while after a move."""
        code = op.args.get("grid")
        grid = self.world.grid(code) if isinstance(code, str) else None
        if grid is None:
            return None
        readers = readers_of("patrol_record", {"grid": grid.code}, None, self.world)
        allowed = self.author.scopes | self.author.left
        return None if readers.isdisjoint(allowed) else grid.code

    def _moment(self, op: Incoming) -> str | None:
        try:
            return to_utc_text(op.operation.at.wall) if op.operation else None
        except (ValueError, OverflowError):
            return None


def reuse_of(op: Incoming) -> int:
    """Return a number for the contents of an operation, never that of the first under its id."""
    return 1 + int(op.hash[:12], 16)


def with_stored(photos: Any, login: str, holds: frozenset[str]) -> list[dict[str, Any]]:
    """Mark a person's own photos that the centre has."""
    return [
        {**photo, "state": "stored"}
        if photo.get("by") == login and photo.get("sha256") in holds
        else photo
        for photo in photos
    ]

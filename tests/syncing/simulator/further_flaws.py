"""More deliberate faults: of scopes, digests, tokens and of what belongs to newer programs."""

from contextlib import closing

import msgspec

from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.ticket import Ticket
from gridworker.storage import confirmed, outbox, view, view_rows
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.wire import problem_type
from sync.parcels import Courier
from sync.transport import Reply
from tests.syncing.simulator.centre_host import rules as decided
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.flaws import Tampering, rewritten
from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import connect
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.places import LATER_FIELD, POISON

PULL, VERIFY, PUSH = "/v1/sync/pull", "/v1/sync/verify", "/v1/sync/push"
OK, CONFLICT, WRONG = 200, 409, 500


def answer_of(path: str, wanted: str, reply: Reply) -> dict | None:
    """The content of an answer to a request, if it is one of the centre's to that."""
    if path != wanted or reply.status != OK or "sync-epoch" not in reply.headers:
        return None
    try:
        return msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return None  # the network has cut it


class RetireEarly(Flaw):
    """An operation is done with as soon as it has its verdict, before its effect is here."""

    def after_commit(self, laptop: Laptop) -> None:
        with laptop.engines.write.begin() as session:
            view.rebase(session, outbox.retire(Statements(session), "state = 'applied'"))


class NoMembership(Flaw):
    """A record that leaves one scope leaves the laptop, although another still shows it."""

    gone: tuple[tuple[str, str], ...] = ()

    class Line(Tampering):
        def __init__(self, line, history, flaw):
            super().__init__(line, history)
            self._flaw = flaw

        def inward(self, path, reply):
            if page := answer_of(path, PULL, reply):
                gone = [c for c in page["changes"] if c["op"] == "gone"]
                self._flaw.gone = tuple((c["kind"], c["id"]) for c in gone)
            return reply

    def line(self, line, history):
        return self.Line(line, history, self)

    def after_commit(self, laptop: Laptop) -> None:
        gone, self.gone = self.gone, ()
        with laptop.engines.write.begin() as session:
            drop(session, gone)


def drop(session: Session, keys) -> None:
    """Take records out of a store."""
    db = Statements(session)
    db.many("DELETE FROM base WHERE kind = ? AND id = ?", list(keys))
    db.many("DELETE FROM detached WHERE kind = ? AND id = ?", list(keys))
    view_rows.erase(db, list(keys))


class KeepScopes(Flaw):
    """What a person may not read any more stays on the laptop."""

    class Line(Tampering):
        def __init__(self, line, history):
            super().__init__(line, history)
            self._known: dict[str, str] = {}

        def inward(self, path, reply):
            if page := answer_of(path, PULL, reply):
                self._known |= page["scopes"]
                return rewritten(reply, {**page, "scopes": self._known})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class NoScopeFilter(Flaw):
    """The centre sends what another scope shows along with what it was asked for."""

    class Line(Tampering):
        def inward(self, path, reply):
            page = answer_of(path, PULL, reply)
            if not page or not page["changes"]:
                return reply
            with closing(connect(self.history.host.database)) as base:
                row = base.execute(
                    "SELECT id, kind, rev, schema, body, digest FROM entity e WHERE NOT EXISTS"
                    " (SELECT 1 FROM feed f JOIN scope_head h ON h.id = f.scope WHERE"
                    " f.entity = e.n AND h.scope IN (SELECT value FROM json_each(?)))",
                    (msgspec.json.encode(list(page["scopes"])).decode(),),
                ).fetchone()
            if row is None:
                return reply
            names = ("id", "kind", "rev", "schema", "body", "digest")
            foreign = {**page["changes"][-1], "op": "put", **dict(zip(names, row, strict=True))}
            foreign["body"] = msgspec.Raw(foreign["body"])
            return rewritten(reply, {**page, "changes": [*page["changes"], foreign]})

    def line(self, line, history):
        return self.Line(line, history)


class SkippedRow(Flaw):
    """A cursor passes a row that was not there yet: numbers are given before transactions end."""

    class Line(Tampering):
        def inward(self, path, reply):
            page = answer_of(path, PULL, reply)
            if page and len(page["changes"]) > 1:
                return rewritten(reply, {**page, "changes": page["changes"][1:]})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class IgnoreDigests(Flaw):
    """Nobody compares digests, so that a spoilt store stays so."""

    class Line(Tampering):
        def inward(self, path, reply):
            if said := answer_of(path, VERIFY, reply):
                scopes = {s: {**digest, "seq": -1} for s, digest in said["scopes"].items()}
                return rewritten(reply, {"scopes": scopes})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class HeadOfLine(Flaw):
    """One operation that breaks its rule makes the whole push fail."""

    class Line(Tampering):
        def send(self, method, path, headers, body=b"", *, timeout):
            if path == PUSH and POISON.encode() in body:
                wrong = {"type": problem_type("internal"), "title": "", "status": WRONG}
                asked = self._line.send("GET", "/v1/meta", headers, b"", timeout=timeout)
                return rewritten(
                    Reply(
                        WRONG, {**asked.headers, "content-type": "application/problem+json"}, b""
                    ),
                    wrong,
                )
            return super().send(method, path, headers, body, timeout=timeout)

    def line(self, line, history):
        return self.Line(line, history)


class IgnoreForks(Flaw):
    """A laptop that is told that it is a copy goes on as if it were the only one."""

    copies = 5

    class Line(Tampering):
        def inward(self, path, reply):
            del path
            if reply.status == CONFLICT and b"device-forked" in reply.body:
                said = msgspec.json.decode(reply.body)
                return rewritten(reply, {**said, "type": problem_type("seq-gap"), "expected": 1})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class OldPages(Flaw):
    """An answer on a stick is taken in wherever the laptop stands by then."""

    sticks = 5

    class courier(Courier):  # noqa: N801  (stands where the base class names a class)
        def _keep(self, taken, found, answer):
            with self.store.write.begin() as session:
                for scope, seq in found.after.items():
                    Statements(session).execute(
                        "UPDATE cursor SET seq = ? WHERE scope = ?", (seq, scope)
                    )
                confirmed.apply_page(session, found.page, epoch=answer.epoch)
            return taken


class LoseDetached(Flaw):
    """What left the laptop's scopes goes at once, with work on it still to be delivered."""

    moves = 6

    def after_commit(self, laptop: Laptop) -> None:
        with laptop.engines.write.begin() as session:
            drop(session, Statements(session).execute("SELECT kind, id FROM detached").fetchall())


class DropUnknown(Flaw):
    """Records are written back as this program knows them; what a newer one added is gone."""

    @staticmethod
    def rules(op, actor, world):
        outcome = decided(op, actor, world)
        known = {*(Ticket.__struct_encode_fields__), "photos"}
        puts = tuple(
            msgspec.structs.replace(p, body={k: v for k, v in p.body.items() if k in known})
            if p.kind == "ticket" and LATER_FIELD in p.body
            else p
            for p in outcome.puts
        )
        return msgspec.structs.replace(outcome, puts=puts)


class EndTokens(Flaw):
    """A token ends when the next is given out, not when that is first shown."""

    def after_delivery(self, history: History) -> None:
        with closing(connect(history.host.database)) as base:
            base.execute(
                "DELETE FROM token WHERE expires_at IS NULL AND device_id IN"
                " (SELECT device_id FROM token WHERE expires_at IS NOT NULL)"
            )
            base.commit()


class ClockDecides(Flaw):
    """Whoever's clock is behind the last change of a ticket comes too late."""

    @staticmethod
    def rules(op, actor, world):
        body = world.body(op.entity.kind, op.entity.id)
        if body is not None and op.at.wall[:10] < str(body.get("created_at"))[:10]:
            raise RuleBroken(Code.STALE_STATE)
        return decided(op, actor, world)


FURTHER_FLAWS = (
    RetireEarly,
    NoMembership,
    KeepScopes,
    NoScopeFilter,
    SkippedRow,
    IgnoreDigests,
    HeadOfLine,
    IgnoreForks,
    OldPages,
    LoseDetached,
    DropUnknown,
    EndTokens,
)

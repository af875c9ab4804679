"""Deliberate faults, one promise broken by each; the simulator has to find every one."""

from contextlib import closing, contextmanager

import msgspec

from gridworker.storage.statements import Statements
from gridworker.wire import content_digest
from sync.transport import Reply
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import connect
from tests.syncing.simulator.laptop import Laptop, WatchedJournal
from tests.syncing.simulator.network import Line


class Tampering(Line):
    """An engine's end of the network that changes what passes; `history` is whose."""

    def __init__(self, line: Line, history: History) -> None:
        self._line = line
        self.history = history

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        method, path, headers, body = self.outward(method, path, headers, body)
        reply = self._line.send(method, path, headers, body, timeout=timeout)
        return self.inward(path, reply)

    def outward(self, method, path, headers, body):
        return method, path, headers, body

    def inward(self, path: str, reply: Reply) -> Reply:
        del path
        return reply


def rewritten(reply: Reply, content: object) -> Reply:
    """The same answer with another body, digest included."""
    body = msgspec.json.encode(content)
    return Reply(reply.status, {**reply.headers, "content-digest": content_digest(body)}, body)


def readdressed(headers, ops: list) -> tuple[dict, bytes]:
    body = msgspec.json.encode({"ops": ops})
    return {**headers, "Content-Digest": content_digest(body)}, body


class ResendAsNew(Flaw):
    """What is sent again gets a new id: the centre cannot know that it has it."""

    class Line(Tampering):
        def __init__(self, line, history):
            super().__init__(line, history)
            self._ids: dict[str, int] = {}
            self._names: dict[str, str] = {}

        def outward(self, method, path, headers, body):
            if not path.endswith("/push"):
                return method, path, headers, body
            ops = msgspec.json.decode(body)["ops"]
            for op in ops:
                tries = self._ids[op["op_id"]] = self._ids.get(op["op_id"], 0) + 1
                if tries > 1:
                    fresh = self.history.dice.id(self.history.world.unix_ms())
                    self._names[fresh], op["op_id"] = op["op_id"], fresh
            return method, path, *readdressed(headers, ops)

        def inward(self, path, reply):
            if path.endswith("/push") and reply.status == 200:
                results = msgspec.json.decode(reply.body).get("results", [])
                for result in results:
                    result["op_id"] = self._names.get(result["op_id"], result["op_id"])
                return rewritten(reply, {"results": results})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class KeepVerdicts(Flaw):
    """A new epoch does not void the verdicts of the old one: nothing is sent again."""

    class Line(Tampering):
        def inward(self, path, reply):
            del path
            if reply.status == 409 and b"epoch-changed" in reply.body:
                told = msgspec.json.decode(reply.body)
                told.pop("decided", None)
                return rewritten(reply, {**told, "acked_seq": 10**6})
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class HideRefusals(Flaw):
    """Somebody finds refusals unfriendly and shows them as applied."""

    class Line(Tampering):
        def inward(self, path, reply):
            if path.endswith("/push") and b'"refused"' in reply.body and reply.status == 200:
                body = reply.body.replace(b'"verdict":"refused"', b'"verdict":"applied"')
                return rewritten(reply, msgspec.json.decode(body))
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class AnyEpoch(Flaw):
    """Requests name the centre's epoch whatever the laptop knows: old ones are let in."""

    class Line(Tampering):
        def outward(self, method, path, headers, body):
            epoch = (self.history.host.blobs / ".epoch").read_text().strip()
            acked = {"Sync-Acked-Seq": "0"} if "Sync-Acked-Seq" in headers else {}
            return method, path, {**headers, "Sync-Epoch": epoch, **acked}, body

        def inward(self, path, reply):
            del path
            ((own,),) = self.history.workers[0].laptop.rows("SELECT epoch FROM sync_state")
            headers = {**reply.headers, "sync-epoch": own}
            headers.pop("sync-acked-seq", None)
            return Reply(reply.status, headers, reply.body)

    def line(self, line, history):
        return self.Line(line, history)


class CursorFirst(Flaw):
    """The cursor is stored before the page it stands for, and nobody compares digests."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, int]] = {}

    class Line(Tampering):
        def __init__(self, line, history, keep):
            super().__init__(line, history)
            self._keep = keep

        def inward(self, path, reply):
            if path.endswith("/pull") and reply.status == 200 and b'"cursors"' in reply.body:
                self._keep(msgspec.json.decode(reply.body)["cursors"])
            return reply

    def line(self, line, history):
        return self.Line(line, history, lambda cursors: self.pages.update(last=cursors))

    def after_crash(self, laptop: Laptop) -> None:
        laptop.engine.doubt = False
        for scope, seq in self.pages.get("last", {}).items():
            with laptop.write.begin() as session:
                Statements(session).execute(
                    "UPDATE cursor SET seq = max(seq, ?) WHERE scope = ?", (seq, scope)
                )


class ForgetUnsent(Flaw):
    """A laptop that died takes what was under way for delivered."""

    crashes = 5

    def after_crash(self, laptop: Laptop) -> None:
        with laptop.write.begin() as session:
            Statements(session).execute(
                "INSERT INTO sent_state SELECT * FROM outbox_state WHERE state = 'queued'"
                " AND seq <= (SELECT tried_seq FROM sync_state)"
            )
            Statements(session).execute(
                "DELETE FROM outbox_state WHERE seq IN (SELECT seq FROM sent_state)"
            )


class NoRewind(Flaw):
    """Numbers are given again after a crash: the counter is not in the same transaction."""

    crashes = 5

    def after_crash(self, laptop: Laptop) -> None:
        with laptop.write.begin() as session:
            Statements(session).execute("UPDATE sync_state SET next_seq = next_seq + 1")


class NoDedupe(Flaw):
    """The centre does not remember what it decided for a device."""

    def after_delivery(self, history: History) -> None:
        if history.dice.chance(0.3):
            with closing(connect(history.host.database)) as base:
                base.execute("UPDATE device SET acked_seq = max(0, acked_seq - 1)")
                base.execute(
                    "DELETE FROM op_log WHERE EXISTS (SELECT 1 FROM device d WHERE"
                    " d.id = op_log.device_id AND op_log.seq > d.acked_seq)"
                )
                base.commit()


class UncheckedPhotos(Flaw):
    """The centre calls a photo stored whose bytes are not those of its name."""

    def after_delivery(self, history: History) -> None:
        for path in history.host.blobs.iterdir():
            if not path.name.startswith(".") and path.name.endswith(("0", "7", "e")):
                path.write_bytes(path.read_bytes()[:-1] + b"?")


class BelieveUpload(Flaw):
    """A photo counts as delivered when it was sent, whether or not it arrived."""

    class Line(Tampering):
        def send(self, method, path, headers, body=b"", *, timeout):
            if path.startswith("/v1/blobs") and method != "HEAD":
                self.history.network.met["swallowed"] += 1
                done = {"tus-resumable": "1.0.0", "upload-offset": headers["Upload-Length"]}
                return Reply(201, {**done, "location": "/v1/blobs/swallowed"})
            return super().send(method, path, headers, body, timeout=timeout)

    def line(self, line, history):
        return self.Line(line, history)


class LoseLateOnes(Flaw):
    """Refused work is thrown away at the centre."""

    def after_delivery(self, history: History) -> None:
        with closing(connect(history.host.database)) as base:
            base.execute("DELETE FROM entity WHERE kind = 'late_evidence'")
            base.commit()


class NoJournal(Flaw):
    """The second copy of what only the laptop has is not written."""

    class journal(WatchedJournal):  # noqa: N801  (stands where the base class names a class)
        @contextmanager
        def appending(self, entry, *, day):
            del entry, day
            yield


FLAWS = (
    ResendAsNew,
    KeepVerdicts,
    HideRefusals,
    CursorFirst,
    ForgetUnsent,
    NoRewind,
    NoDedupe,
    UncheckedPhotos,
    BelieveUpload,
    LoseLateOnes,
    AnyEpoch,
    NoJournal,
)

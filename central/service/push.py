"""Push: operations in, verdicts out, in one transaction (sync.md 4.4)."""

import logging
import time
from collections import Counter
from collections.abc import Collection

import msgspec
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from central.problem import Refused
from central.service import epochs, forks, guard, incoming, late, publish, verdicts
from central.service.decide import RULE, STORE, Bench, reuse_of
from central.service.incoming import Incoming
from central.service.parts import Call, Parts
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import devices, entities, op_log
from central.store.devices import Known
from central.store.op_log import Entry, Verdict
from central.store.transaction import Tx
from gridworker.domain.problem import Code
from gridworker.wire import PushRequest, PushResult

ANSWER_SECONDS = 20.0
AWAY = (OperationalError, InterfaceError, PoolTimeout)
LOG = logging.getLogger(__name__)


class _Tried(Exception):
    """Ends a trial whose transaction could have been committed."""


def push(parts: Parts, call: Call, request: PushRequest) -> bytes:
    """Decide a batch and return the encoded answer, one verdict for every operation.

    Raises Refused: whatever `guard` raises, `malformed`, `too-large`, `seq-gap`, `device-forked`,
    `epoch-changed`, `overloaded`; then nothing was decided.
    """
    batch = incoming.read(request.ops, parts.translations)
    return epochs.watched(parts, call, lambda: _push(parts, call, request.device, batch))


def _push(parts: Parts, call: Call, named: str | None, batch: list[Incoming]) -> bytes:
    poisoned: set[str] = set()
    while True:
        turn = _Turn(parts, call, named, frozenset(poisoned))
        try:
            answer = turn.committed(batch)
        except (Refused, epochs.OtherEpoch, *AWAY):
            raise
        except Exception:
            culprit = _culprit(parts, call, named, batch, poisoned)
            LOG.exception("operation %s cannot be written and is quarantined", culprit)
            poisoned.add(culprit)
            continue
        parts.crash_at("push:after_commit")
        turn.count()
        return answer


def _culprit(
    parts: Parts, call: Call, named: str | None, batch: list[Incoming], poisoned: set[str]
) -> str:
    """Return the first operation with which the transaction fails, by halving; raises if none."""
    low, high = 0, len(batch)
    while high - low > 1:
        middle = (low + high) // 2
        if _fails(parts, call, named, batch[:middle], poisoned):
            high = middle
        else:
            low = middle
    culprit = batch[high - 1].op_id if batch else ""
    if not batch or culprit in poisoned:
        raise Refused("internal", "the batch fails without one of its operations being the cause")
    return culprit


def _fails(
    parts: Parts, call: Call, named: str | None, batch: list[Incoming], poisoned: Collection[str]
) -> bool:
    turn = _Turn(parts, call, named, frozenset(poisoned), trial=True)
    try:
        turn.committed(batch)
    except _Tried:
        return False
    except (Refused, epochs.OtherEpoch, *AWAY):
        raise
    except Exception:  # noqa: BLE001  (any failure of a trial is what it looks for)
        return True
    return False


class _Turn:
    """One attempt at a batch; `poisoned` operations are quarantined unseen."""

    def __init__(
        self,
        parts: Parts,
        call: Call,
        named: str | None,
        poisoned: frozenset[str],
        *,
        trial: bool = False,
    ) -> None:
        self._parts = parts
        self._call = call
        self._named = named
        self._poisoned = poisoned
        self._trial = trial
        self._fresh: list[PushResult] = []
        self._replays = 0
        self._reused = 0

    def committed(self, batch: list[Incoming]) -> bytes:
        """Decide the batch for good."""
        return self._parts.store.write(lambda tx: self.run(tx, batch))

    def run(self, tx: Tx, batch: list[Incoming]) -> bytes:
        """Decide the batch in this transaction."""
        self._fresh, self._replays, self._reused = [], 0, 0
        parts, call = self._parts, self._call
        known = guard.admit(tx, parts, call, lock=True)
        guard.same_device(known, self._named)
        forks.follow(tx, call, known)
        guard.same_epoch(tx, call, known)
        acked = known.device.acked_seq
        if batch and batch[0].seq > acked + 1:
            raise Refused("seq-gap", expected=acked + 1)
        log = op_log.known(tx, {id_ for op in batch for id_ in (op.op_id, *op.after)})
        same = {
            op.op_id for op in batch if op.op_id in log and log[op.op_id].payload_hash == op.hash
        }
        answers = {op.op_id: self._again(op, log[op.op_id]) for op in batch if op.op_id in same}
        if any(op.seq <= acked and op.op_id not in log for op in batch):
            raise Refused("device-forked")
        forks.same_numbers(tx, known, batch)
        fresh = [op for op in batch if op.op_id not in same]
        if fresh:
            answers |= self._decide(tx, known, fresh, log, last=batch[-1].seq)
        elif batch and batch[-1].seq > acked:
            devices.acknowledge(tx, known.device.id, batch[-1].seq, parts.clock())
        if time.monotonic() - call.begun > ANSWER_SECONDS:
            raise Refused("overloaded", "the answer took too long")
        parts.crash_at("push:before_commit")
        if self._trial:
            raise _Tried
        call.acked = max(acked, batch[-1].seq if batch else 0)
        return b'{"results":[' + b",".join(answers[op.op_id] for op in batch) + b"]}"

    def _again(self, op: Incoming, said: Verdict) -> bytes:
        self._replays += 1
        if said.seq == op.seq:
            return said.result[:-1] + b',"replay":true}'
        result = msgspec.json.decode(said.result, type=PushResult)
        return msgspec.json.encode(msgspec.structs.replace(result, seq=op.seq, replay=True))

    def _decide(
        self, tx: Tx, known: Known, ops: list[Incoming], log: dict[str, Verdict], *, last: int
    ) -> dict[str, bytes]:
        """Decide what is new; what came under the id of another operation is kept as evidence."""
        parts = self._parts
        now = parts.clock()
        reference = parts.reference.current(tx)
        new = [op for op in ops if op.op_id not in log]
        reused = [op for op in ops if op.op_id in log]
        kept = {late.evidence_id(op, reuse_of(op)) for op in reused}
        world = Workspace(
            reference,
            received=text_of(now),
            loaded=entities.locked(tx, {target for op in ops for target in op.targets} | kept),
        )
        bench = Bench(
            world,
            verdicts.author(tx, known, ops, now=now, region=parts.settings["region"]),
            parts.rules,
            received=now,
            verdicts={op_id: said.verdict for op_id, said in log.items()},
        )
        self._fresh = [self._one(bench, op) for op in new]
        self._reused = len(reused)
        refused = {op.op_id: msgspec.json.encode(self._reuse(bench, op)) for op in reused}
        news = verdicts.conclude(tx, bench, parts.settings, now)
        entries = [
            self._entry(op, result, known.device.id, now)
            for op, result in zip(new, self._fresh, strict=True)
        ]
        op_log.append(tx, entries)
        # Of the whole batch, the last of which may be known: less would later look like a restore.
        devices.acknowledge(tx, known.device.id, max(known.device.acked_seq, last), now)
        publish.announce(tx, news)
        return {entry.op_id: entry.result for entry in entries} | refused

    def _one(self, bench: Bench, op: Incoming) -> PushResult:
        if op.op_id in self._poisoned:
            return bench.quarantine(op, STORE)
        try:
            return bench.decide(op)
        except Exception:
            # A rule that fails has changed nothing, so the others go on in the same transaction.
            LOG.exception("operation %s makes its rule fail and is quarantined", op.op_id)
            return bench.quarantine(op, RULE)

    def _reuse(self, bench: Bench, op: Incoming) -> PushResult:
        LOG.error("operation id %s was used for another payload", op.op_id)
        if op.op_id in self._poisoned:
            return PushResult(op.op_id, op.seq, "refused", code=str(Code.OP_ID_REUSED))
        return bench.reused(op)

    def _entry(self, op: Incoming, result: PushResult, device_id: str, now: int) -> Entry:
        return Entry(
            op.op_id,
            device_id,
            op.seq,
            op.hash,
            result.verdict,
            msgspec.json.encode(result),
            op.encoded,
            now,
        )

    def count(self) -> None:
        """Tell the metrics what was decided."""
        metrics = self._parts.metrics
        for verdict, many in Counter(result.verdict for result in self._fresh).items():
            metrics.add("gridworker_operations_total", many, verdict=verdict)
        if self._replays:
            metrics.add("gridworker_replays_total", self._replays)
        if self._reused:
            metrics.add("gridworker_reused_op_ids_total", self._reused)

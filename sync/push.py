"""Operations to the centre, in the order they were made (sync.md 4.4)."""

from collections.abc import Sequence

from gridworker.storage import outbox
from gridworker.wire import PushResponse, PushResult
from sync.problem import CentreSaid, Remedy
from sync.round import Round
from sync.transport import NoConnection

MOST_BYTES = 1024 * 1024
PUSH_PAUSE = 900.0
INCOMPLETE = "sync_answer_incomplete"


def push(now: Round) -> None:
    """Send until nothing waits or the first held operation is reached; verdicts are kept at once.

    Raises CentreSaid and NoConnection; what was sent then counts as queued again, because the
    centre answers a repeated operation with the verdict it already has.
    """
    while not now.cancelled() and now.push_pause.over(now.clock.monotonic()):
        with now.store.write.begin() as session:
            waiting = outbox.batch(
                session, limit=now.batch.now, max_bytes=MOST_BYTES, held=now.held()
            )
        if not waiting:
            return
        began = now.clock.monotonic()
        try:
            results = _send(now, waiting)
        except (CentreSaid, NoConnection) as failure:
            now.batch.failed(failure)
            if isinstance(failure, CentreSaid) and failure.remedy is Remedy.STOP_PUSH:
                now.push_pause.begin(now.clock.monotonic(), PUSH_PAUSE)
            with now.store.write.begin() as session:
                outbox.requeue_inflight(session)
            raise
        now.batch.succeeded(now.clock.monotonic() - began)
        with now.store.write.begin() as session:
            outbox.settle(session, results)
        now.exchange.acked = max(now.exchange.acked, results[-1].seq)
        now.count("pushed", len(results))
        for result in results:
            now.count(result.verdict)
        now.store.changed(frozenset({"op"}))


def _send(now: Round, waiting: Sequence[outbox.Waiting]) -> list[PushResult]:
    """Send one batch; an answer that does not cover exactly what was sent is not the centre's."""
    body = b'{"ops":[' + b",".join(op.encoded for op in waiting) + b"]}"
    results = now.exchange.ask("/v1/sync/push", body, PushResponse).results
    if [(r.seq, r.op_id) for r in results] != [(op.seq, op.op_id) for op in waiting]:
        raise NoConnection(INCOMPLETE, reached=True)
    return results

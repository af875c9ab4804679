"""Operations to the centre, in the order they were made (sync.md 4.4)."""

from collections.abc import Sequence
from concurrent.futures import Future

from gridworker.storage import outbox
from gridworker.wire import PushResponse, PushResult
from sync.problem import CentreSaid, Remedy
from sync.round import Round
from sync.transport import NoConnection

MOST_BYTES = 1024 * 1024
PUSH_PAUSE = 900.0
INCOMPLETE = "sync_answer_incomplete"
Answer = tuple[list[PushResult], float]


def push(now: Round) -> None:
    """Send until nothing waits or the first held operation is reached; verdicts are kept at once.

    While the centre decides a batch the verdicts on the one before are kept and the one after is
    made ready, in one transaction; there is never more than one request under way. Raises
    CentreSaid and NoConnection; what was sent then counts as queued again, because the centre
    answers a repeated operation with the verdict it already has.
    """
    with now.line() as line:

        def send(waiting: Sequence[outbox.Waiting]) -> Future[Answer] | None:
            return line.submit(_send, now, waiting) if waiting else None

        first = _turn(now, [], after=0)
        asked = send(first)
        following = _turn(now, [], after=first[-1].seq) if first else []
        while asked is not None:
            results = _answered(now, asked)
            asked = send(following)
            last = following[-1].seq if following else results[-1].seq
            following = _turn(now, results, after=last)


def _turn(now: Round, results: Sequence[PushResult], *, after: int) -> Sequence[outbox.Waiting]:
    """Keep verdicts, mark the batch that begins after number `after` as under way, return it."""
    goes_on = not now.cancelled() and now.push_pause.over(now.clock.monotonic())
    held, limit = now.held(), now.batch.now
    with now.store.write.begin() as session:
        outbox.settle(session, results)
        waiting = (
            outbox.batch(session, limit=limit, max_bytes=MOST_BYTES, held=held, after=after)
            if goes_on
            else []
        )
    if results:
        _tell(now, results)
    return waiting


def _answered(now: Round, asked: Future[Answer]) -> list[PushResult]:
    """Wait for the verdicts on a batch; without them everything under way is queued again."""
    try:
        results, seconds = asked.result()
    except (CentreSaid, NoConnection) as failure:
        now.batch.failed(failure)
        if isinstance(failure, CentreSaid) and failure.remedy is Remedy.STOP_PUSH:
            now.push_pause.begin(now.clock.monotonic(), PUSH_PAUSE)
        with now.store.write.begin() as session:
            outbox.requeue_inflight(session)
        raise
    now.batch.succeeded(seconds)
    return results


def _tell(now: Round, results: Sequence[PushResult]) -> None:
    now.exchange.acked = max(now.exchange.acked, results[-1].seq)
    now.count("pushed", len(results))
    for result in results:
        now.count(result.verdict)
    now.store.changed(frozenset({"op"}))


def _send(now: Round, waiting: Sequence[outbox.Waiting]) -> Answer:
    """Send one batch; an answer that does not cover exactly what was sent is not the centre's.

    Returns the verdicts and how many seconds they took.
    """
    body = b'{"ops":[' + b",".join(op.encoded for op in waiting) + b"]}"
    began = now.clock.monotonic()
    results = now.exchange.ask("/v1/sync/push", body, PushResponse).results
    if [(r.seq, r.op_id) for r in results] != [(op.seq, op.op_id) for op in waiting]:
        raise NoConnection(INCOMPLETE, reached=True)
    return results, now.clock.monotonic() - began

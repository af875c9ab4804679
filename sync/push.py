"""Operations to the centre, in the order they were made (sync.md 4.4)."""

from collections.abc import Sequence
from typing import NamedTuple

from gridworker.storage import outbox, state
from gridworker.wire import PushResponse, PushResult
from sync.exchange import Ready
from sync.problem import CentreSaid, Failure, Remedy
from sync.round import Round
from sync.transport import NoConnection

MOST_BYTES = 1024 * 1024
FULL = MOST_BYTES // 2
PUSH_PAUSE = 900.0
INCOMPLETE = "sync_answer_incomplete"
Answer = tuple[list[PushResult], float]


class Batch(NamedTuple):
    """Operations that go together, and the body that carries them, as it goes out.

    With `is_full` others wait behind it.
    """

    waiting: Sequence[outbox.Waiting]
    body: Ready
    is_full: bool

    @property
    def last(self) -> int:
        """Return the number of the last operation."""
        return self.waiting[-1].seq


def push(now: Round) -> None:
    """Send until nothing waits or the first held operation is reached; verdicts are kept at once.

    While the centre decides a batch the verdicts on the one before are kept, in one transaction,
    and the one after is made ready down to its last byte; there is never more than one request
    under way. The thread that has an answer sends the next batch at once, and leaves all that to
    the other: the centre waits for nothing else. A batch that nothing is to be done beside goes
    without another thread. Raises CentreSaid and NoConnection; what was sent then goes on waiting,
    because the centre answers a repeated operation with the verdict it already has.
    """
    with now.line() as line:
        results: Sequence[PushResult] = []
        following = _next(now, after=0)
        while following is not None:
            last, alone = following.last, not (results or following.is_full)
            beside = None if alone else line.submit(_beside, now, results, last)
            answer = _sent(now, following)
            following = None if beside is None else beside.result()
            results = _answered(now, answer, last)
            if following is None:
                _keep(now, results, tried=last)
                results, following = [], _next(now, after=last)


def _beside(now: Round, results: Sequence[PushResult], last: int) -> Batch | None:
    """Keep the verdicts on the batch before, and return the one after number `last`."""
    _keep(now, results, tried=last)
    return _next(now, after=last)


def _next(now: Round, *, after: int) -> Batch | None:
    """Return the batch that begins after number `after`; None when nothing is left or wanted."""
    goes_on = not now.cancelled() and now.push_pause.over(now.clock.monotonic())
    limit = now.batch.now
    if not goes_on:
        return None
    with now.store.read() as session:
        state.get(session)  # what is seen is settled first: of all that, `held` knows what stays
        held = now.held()
        chosen = outbox.batch(session, limit=limit, max_bytes=MOST_BYTES, held=held, after=after)
    if not chosen:
        return None
    body = b'{"ops":[' + b",".join(op.encoded for op in chosen) + b"]}"
    return Batch(chosen, now.exchange.ready(body), len(chosen) >= limit or len(body) > FULL)


def _keep(now: Round, results: Sequence[PushResult], *, tried: int) -> None:
    """Keep verdicts, and with them how far anything was sent."""
    if results:
        with now.store.write.begin() as session:
            outbox.settle(session, results)
            outbox.tried(session, tried)
        _tell(now, results)


def _answered(now: Round, answer: Answer | Failure, last: int) -> list[PushResult]:
    """Return the verdicts on the batch up to number `last`; raises what came in their place."""
    if isinstance(answer, Failure):
        now.batch.failed(answer)
        if isinstance(answer, CentreSaid) and answer.remedy is Remedy.STOP_PUSH:
            now.push_pause.begin(now.clock.monotonic(), PUSH_PAUSE)
        with now.store.write.begin() as session:
            outbox.tried(session, last)
        raise answer
    results, seconds = answer
    now.batch.succeeded(seconds)
    return results


def _tell(now: Round, results: Sequence[PushResult]) -> None:
    now.exchange.acked = max(now.exchange.acked, results[-1].seq)
    now.count("pushed", len(results))
    for result in results:
        now.count(result.verdict)
    now.store.changed(frozenset({"op"}))


def _sent(now: Round, batch: Batch) -> Answer | Failure:
    """Send one batch; return the verdicts and how many seconds they took, or what went wrong.

    An answer that does not cover exactly what was sent is not the centre's.
    """
    began = now.clock.monotonic()
    try:
        results = now.exchange.ask("/v1/sync/push", batch.body, PushResponse).results
    except (CentreSaid, NoConnection) as failure:
        return failure
    if [(r.seq, r.op_id) for r in results] != [(op.seq, op.op_id) for op in batch.waiting]:
        return NoConnection(INCOMPLETE, reached=True)
    return results, now.clock.monotonic() - began

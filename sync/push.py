"""Operations to the centre, in the order they were made (sync.md 4.4)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from gridworker.storage import outbox, state
from gridworker.wire import PushResponse, PushResult
from sync.exchange import Ready
from sync.problem import CentreSaid, Remedy
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
    under way. A batch that nothing is to be done beside goes without a thread. Nothing is written
    before a request. Raises CentreSaid and NoConnection; what was sent then goes on waiting,
    because the centre answers a repeated operation with the verdict it already has.
    """
    with now.line() as line:
        results: Sequence[PushResult] = []
        following = _next(now, after=0)
        while following is not None:
            last, alone = following.last, not (results or following.is_full)
            send = partial(_send, now, following)
            answer = send if alone else line.submit(send).result
            _keep(now, results, tried=last)
            following = None if alone else _next(now, after=last)
            results = _answered(now, answer, last)
            if following is None:
                _keep(now, results, tried=last)
                results, following = [], _next(now, after=last)


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


def _answered(now: Round, answer: Callable[[], Answer], last: int) -> list[PushResult]:
    """Wait for the verdicts on the batch up to number `last`."""
    try:
        results, seconds = answer()
    except (CentreSaid, NoConnection) as failure:
        now.batch.failed(failure)
        if isinstance(failure, CentreSaid) and failure.remedy is Remedy.STOP_PUSH:
            now.push_pause.begin(now.clock.monotonic(), PUSH_PAUSE)
        with now.store.write.begin() as session:
            outbox.tried(session, last)
        raise
    now.batch.succeeded(seconds)
    return results


def _tell(now: Round, results: Sequence[PushResult]) -> None:
    now.exchange.acked = max(now.exchange.acked, results[-1].seq)
    now.count("pushed", len(results))
    for result in results:
        now.count(result.verdict)
    now.store.changed(frozenset({"op"}))


def _send(now: Round, batch: Batch) -> Answer:
    """Send one batch; an answer that does not cover exactly what was sent is not the centre's.

    Returns the verdicts and how many seconds they took.
    """
    began = now.clock.monotonic()
    results = now.exchange.ask("/v1/sync/push", batch.body, PushResponse).results
    if [(r.seq, r.op_id) for r in results] != [(op.seq, op.op_id) for op in batch.waiting]:
        raise NoConnection(INCOMPLETE, reached=True)
    return results, now.clock.monotonic() - began

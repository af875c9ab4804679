"""Whether the centre's verdicts are those that are here, and what a new epoch makes of it."""

from gridworker.storage import confirmed, outbox, state
from gridworker.storage.statements import Statements
from gridworker.wire import Decided, PushResult, digest_of


def decide(store, *results):
    with store.write.begin() as session:
        outbox.settle(session, results)


def begin(store, acked, decided):
    """Begin an epoch; returns the last number that is kept, and what waits after it."""
    with store.write.begin() as session:
        kept = confirmed.begin_epoch(session, "beef", acked, decided)
        assert state.get(session).acked_seq == kept
    return kept, [s for (s,) in store.rows("SELECT seq FROM outbox WHERE state = 'queued'")]


def told(*results, seq=None):
    return Decided(len(results) if seq is None else seq, digest_of(results))


def three(store):
    """Three operations with verdicts of every kind but the rare one; the last is closed."""
    saved = [store.resolve() for _ in range(3)]
    facts = {"by": "wg0102", "rev": 4, "of": {"place": "路口", "note": None}}
    results = [
        PushResult(saved[0].op_id, 1, "applied", 1),
        PushResult(saved[1].op_id, 2, "noop", 3, converted=True, replay=True),
        PushResult(saved[2].op_id, 3, "refused", code="E_GONE", current=facts, evidence_id="e"),
    ]
    decide(store, *results)
    with store.write.begin() as session:
        outbox.close(session, saved[2].op_id)
    return results


def test_the_same_verdicts_are_kept(store):
    results = three(store)
    assert store.rows("SELECT seq FROM sent_log") == [(3,)]
    assert begin(store, 3, told(*results)) == (3, [])
    assert store.rows("SELECT seq FROM sent_log") == [(3,)]


def test_another_verdict_word_or_fact_voids_them_all(store):
    first, second, third = three(store)
    others = [
        PushResult(first.op_id, 1, "refused", code="E_GONE"),
        PushResult(first.op_id, 1, "applied", 2),
        PushResult("somebody else's", 1, "applied", 1),
    ]
    with store.read() as session:
        assert outbox.agrees(session, told(first, second, third))
        for other in others:
            assert not outbox.agrees(session, told(other, second, third))
        assert not outbox.agrees(session, told(second, third, seq=3))
        assert not outbox.agrees(session, told(second, first, third))
    assert begin(store, 3, told(others[0], second, third)) == (0, [1, 2, 3])


def test_what_is_compared_and_agrees_is_kept_and_what_comes_after_is_asked_again(store):
    first, second, _ = three(store)
    assert begin(store, 3, told(first, second)) == (2, [3])


def test_what_has_no_verdict_here_agrees_with_none(store):
    saved = [store.resolve() for _ in range(2)]
    first, second = (PushResult(one.op_id, one.seq, "applied", 1) for one in saved)
    decide(store, first)
    with store.read() as session:
        assert not outbox.agrees(session, told(first, second))
    assert begin(store, 2, told(first, second)) == (0, [1, 2])


def test_a_store_without_the_first_numbers_asks_about_all_it_has(store):
    """It was made anew, and what had arrived is not in it."""
    with store.write.begin() as session:
        state.put(session, next_seq=4, acked_seq=3)
    saved = store.resolve()
    decide(store, PushResult(saved.op_id, 4, "applied", 1))
    before = [PushResult(f"op-{n}", n, "applied", 1) for n in (1, 2, 3)]
    assert begin(store, 4, told(*before, PushResult(saved.op_id, 4, "applied", 1))) == (3, [4])


def test_a_store_with_no_operation_goes_by_the_numbers(store):
    with store.write.begin() as session:
        state.put(session, next_seq=4, acked_seq=3)
    assert begin(store, 2, told(PushResult("op-1", 1, "applied", 1), seq=2)) == (2, [])


def test_a_late_verdict_agrees_once_it_is_here(store):
    saved = store.resolve()
    decide(store, PushResult(saved.op_id, 1, "quarantined", detail="rule"))
    late = PushResult(saved.op_id, 1, "refused", code="E_INVALID")
    with store.write.begin() as session:
        assert not outbox.agrees(session, told(late))
        outbox.settle_late(Statements(session), late)
        assert outbox.agrees(session, told(late))

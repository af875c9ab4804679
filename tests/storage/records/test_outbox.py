"""What waits, in which order it goes, and what an answer does to it."""

import msgspec
import pytest

from gridworker.storage import blobs, outbox, state, status_queries
from gridworker.storage.statements import Statements
from gridworker.wire import MAX_OPS, PushResult


def seqs(store, where="1"):
    return [seq for (seq,) in store.rows(f"SELECT seq FROM outbox WHERE {where} ORDER BY seq")]


def batch(store, *, limit=100, max_bytes=10**6, held=frozenset(), after=0):
    with store.write.begin() as session:
        return outbox.batch(session, limit=limit, max_bytes=max_bytes, held=held, after=after)


def tried(store, seq):
    with store.write.begin() as session:
        outbox.tried(session, seq)


def saved_word(store):
    with store.read() as session:
        return status_queries.counters(session).saved


def settle(store, *results):
    with store.write.begin() as session:
        outbox.settle(session, results)


def verdict(saved, verdict, rev=1, **more):
    return PushResult(saved.op_id, saved.seq, verdict, rev, **more)


def test_a_batch_goes_in_order_and_taking_it_writes_nothing(store):
    saved = [store.resolve() for _ in range(3)]
    first = batch(store, limit=2)
    assert [w.op_id for w in first] == [s.op_id for s in saved[:2]]
    assert batch(store, limit=2) == first
    assert [w.seq for w in batch(store, after=2)] == [3]
    assert batch(store, after=3) == []
    assert saved_word(store) == 3


def test_what_was_tried_stays_tried_and_waits_on(store):
    for _ in range(3):
        store.resolve()
    tried(store, 2)
    tried(store, 1)
    assert saved_word(store) == 1
    assert [w.seq for w in batch(store)] == [1, 2, 3]


def test_other_numbers_do_not_change_what_was_tried(store):
    for _ in range(4):
        store.resolve()
    tried(store, 2)
    with store.write.begin() as session:
        outbox.renumber(Statements(session), 10)
    assert saved_word(store) == 2
    with store.write.begin() as session:
        outbox.rewind(session, 6)
    assert seqs(store) == [6, 7, 8, 9]
    assert saved_word(store) == 2
    with store.write.begin() as session:
        outbox.requeue_after(session, 5)
    assert saved_word(store) == 2


def test_numbers_that_come_down_leave_nothing_tried_that_never_was(store):
    store.resolve()
    store.resolve()
    with store.write.begin() as session:
        outbox.renumber(Statements(session), 10)
    tried(store, 10)
    with store.write.begin() as session:
        outbox.rewind(session, 3)
    assert seqs(store) == [3, 4]
    assert saved_word(store) == 2


def test_a_batch_goes_on_after_the_one_before(store):
    for _ in range(4):
        store.resolve()
    first = batch(store, limit=2)
    assert [w.seq for w in batch(store, limit=1, after=first[-1].seq)] == [3]
    assert [w.seq for w in batch(store, after=3)] == [4]
    assert batch(store, after=4) == []


def test_a_batch_has_so_many_bytes_at_most_but_never_none(store):
    for _ in range(3):
        store.resolve()
    (first,) = batch(store, max_bytes=1)
    size = len(first.encoded)
    assert len(batch(store, max_bytes=2 * size + 20)) == 2


def test_a_held_operation_stops_the_batch(store):
    saved = [store.resolve() for _ in range(3)]
    assert [w.seq for w in batch(store, held=frozenset({saved[1].op_id}))] == [1]
    assert batch(store, held=frozenset({saved[1].op_id}), after=1) == []


def test_an_operation_and_its_retraction_travel_together(store):
    store.resolve()
    regretted = store.resolve()
    store.resolve()
    store.retract(regretted.entity_id)
    assert [w.seq for w in batch(store, limit=3)] == [1]
    assert [w.seq for w in batch(store, limit=3, after=1)] == [2, 3, 4]


def test_what_is_regretted_while_it_is_under_way_is_taken_back_by_the_next_batch(store):
    regretted = store.resolve()
    store.resolve()
    under_way = batch(store, limit=1)
    store.retract(regretted.entity_id)
    assert [w.seq for w in batch(store, limit=2, after=under_way[-1].seq)] == [2, 3]
    settle(store, verdict(regretted, "applied"))
    assert [w.seq for w in batch(store, limit=2)] == [2, 3]


def test_what_is_regretted_and_got_no_answer_travels_with_its_retraction(store):
    regretted = store.resolve()
    store.resolve()
    batch(store, limit=1)
    tried(store, 1)
    store.retract(regretted.entity_id)
    assert [w.seq for w in batch(store, limit=1)] == [1, 2, 3]


def test_the_first_of_a_batch_takes_its_retraction_along_past_every_limit(store):
    regretted = store.resolve()
    store.resolve()
    store.retract(regretted.entity_id)
    store.resolve()
    assert [w.seq for w in batch(store, limit=1)] == [1, 2, 3]
    assert [w.seq for w in batch(store, limit=1, after=3)] == [4]


def test_retractions_that_overlap_travel_in_one_batch(store):
    first, second = store.resolve(), store.resolve()
    store.retract(first.entity_id)
    store.retract(second.entity_id)
    store.resolve()
    assert [w.seq for w in batch(store, limit=3)] == [1, 2, 3, 4]


def test_an_operation_waits_with_its_retraction_for_a_held_one_between_them(store):
    regretted, held = store.resolve(), store.resolve()
    store.retract(regretted.entity_id)
    assert batch(store, held=frozenset({held.op_id})) == []
    assert [w.seq for w in batch(store)] == [1, 2, 3]


def test_a_retraction_further_away_than_the_centre_takes_at_once_goes_alone(store):
    regretted = store.resolve()
    for _ in range(MAX_OPS - 1):
        store.resolve()
    store.retract(regretted.entity_id)
    assert [w.seq for w in batch(store, limit=2)] == [1, 2]


def test_every_encoded_operation_is_one_json_document_with_its_number(store):
    store.resolve(place='引号 " 与 \\')
    (waiting,) = batch(store)
    sent = msgspec.json.decode(waiting.encoded)
    assert sent["seq"] == 1
    assert sent["args"]["place"] == '引号 " 与 \\'


def test_verdicts_are_kept_and_the_first_one_stays(store):
    saved = store.resolve()
    batch(store)
    settle(store, verdict(saved, "applied", 3))
    settle(store, verdict(saved, "refused", code="E_FORBIDDEN", replay=True))
    assert store.one("SELECT state, rev FROM outbox") == ("applied", 3)
    with store.read() as session:
        assert state.get(session).acked_seq == 1


def test_a_verdict_is_kept_as_text_only_where_state_and_rev_do_not_say_it_all(store):
    saved = [store.resolve() for _ in range(4)]
    settle(
        store,
        verdict(saved[0], "applied", 3),
        verdict(saved[1], "noop", 4, replay=True),
        verdict(saved[2], "applied", 5, converted=True),
        verdict(saved[3], "quarantined", None, evidence_id="e1"),
    )
    rows = store.rows("SELECT state, rev, verdict_json ->> '$.verdict' FROM outbox ORDER BY seq")
    assert rows == [
        ("applied", 3, None),
        ("noop", 4, None),
        ("applied", 5, "applied"),
        ("quarantined", None, "quarantined"),
    ]


def test_a_verdict_finds_its_operation_by_its_id_whatever_its_number_was(store):
    first, second = store.resolve(), store.resolve()
    with store.write.begin() as session:
        outbox.renumber(Statements(session), 1)
    settle(store, verdict(second, "applied"), PushResult("unknown", 9, "applied", 1))
    assert store.rows("SELECT seq, op_id, state FROM outbox ORDER BY seq") == [
        (2, first.op_id, "queued"),
        (3, second.op_id, "applied"),
    ]


def test_what_was_said_stays_what_it_was_and_where_it_was_until_it_is_done_with(store):
    """Neither the verdict nor the way into the log touches the kilobyte that was said."""
    saved = store.resolve()
    said = store.rows("SELECT * FROM operation")
    with store.write.begin() as session:
        Statements(session).execute(
            "CREATE TEMP TRIGGER untouched BEFORE UPDATE ON main.operation"
            " BEGIN SELECT raise(ABORT, 'what was said is written again'); END"
        )
        outbox.settle(session, [verdict(saved, "applied")])
        assert outbox.retire(Statements(session), "state = 'applied'")
        Statements(session).execute("DROP TRIGGER untouched")
    assert store.rows("SELECT * FROM operation") == said
    assert store.one("SELECT json FROM sent_log") == said[0][-1]


def test_what_is_refused_leaves_the_view_at_once_and_stays_listed(store):
    saved = store.report(place="西门")
    store.edit(saved.entity_id, "place", "西门", "西门外")
    batch(store)
    current = {"state": "voided"}
    settle(
        store,
        PushResult(saved.op_id, 1, "applied", 1),
        PushResult(store.one("SELECT op_id FROM outbox WHERE seq = 2"), 2, "refused",
                   code="E_FIELD_CONFLICT", current=current, evidence_id="e1"),
    )  # fmt: skip
    assert store.ticket(saved.entity_id)["place"] == "西门"
    told = msgspec.json.decode(store.one("SELECT verdict_json FROM outbox WHERE seq = 2"))
    assert (told["code"], told["current"]) == ("E_FIELD_CONFLICT", current)


def test_a_refused_record_goes_from_the_list_but_not_its_words(store):
    saved = store.report(place="西门", person={"name": "李女士"})
    batch(store)
    settle(store, verdict(saved, "refused", code="E_FORBIDDEN"))
    assert store.ticket(saved.entity_id) is None
    assert store.rows("SELECT 1 FROM view_part") == []
    assert "西门" in store.one("SELECT json FROM outbox")


def test_a_closed_refusal_is_done_with_and_its_number_is_kept(store):
    saved = store.resolve()
    batch(store)
    settle(store, verdict(saved, "refused", code="E_FORBIDDEN"))
    with store.write.begin() as session:
        outbox.close(session, saved.op_id)
    assert seqs(store) == []
    assert store.one("SELECT seq, state, closed_by_user FROM sent_log") == (1, "refused", 1)
    assert store.resolve().seq == 2


@pytest.mark.parametrize(
    ("first", "second", "open_again"),
    [
        (("refused", "E_FORBIDDEN"), ("refused", "E_FORBIDDEN"), False),
        (("refused", "E_FORBIDDEN"), ("refused", "E_STALE_STATE"), True),
        (("refused", "E_FORBIDDEN"), ("quarantined", None), True),
        (("quarantined", None), ("refused", "E_FORBIDDEN"), True),
        (("quarantined", None), ("quarantined", None), False),
    ],
)
def test_a_card_that_was_closed_comes_again_only_with_another_answer(
    store, first, second, open_again
):
    saved = store.resolve()
    batch(store)
    settle(store, verdict(saved, first[0], code=first[1], detail="why"))
    with store.write.begin() as session:
        outbox.close(session, saved.op_id)
        outbox.requeue_after(session, 0)
    assert seqs(store, "state = 'queued'") == [1]
    settle(store, verdict(saved, second[0], code=second[1], detail="why"))
    assert bool(seqs(store, "NOT closed_by_user")) is open_again
    done = second[0] == "refused" and not open_again
    assert (store.rows("SELECT 1 FROM sent_log") != []) is done
    assert (store.ticket(saved.entity_id) is None) is (second[0] == "refused")


def test_a_closed_quarantine_waits_on_for_its_late_verdict(store):
    saved = store.resolve()
    batch(store)
    settle(store, verdict(saved, "quarantined", None))
    with store.write.begin() as session:
        outbox.close(session, saved.op_id)
    assert store.one("SELECT state, closed_by_user FROM outbox") == ("quarantined", 1)
    assert store.ticket(saved.entity_id)["state"] == "onspot_done"


def test_only_what_waits_can_be_closed(store):
    saved = store.resolve()
    with store.write.begin() as session:
        outbox.close(session, saved.op_id)
    assert store.one("SELECT state, closed_by_user FROM outbox") == ("queued", 0)


@pytest.mark.parametrize("again", ["rewind", "requeue"])
def test_going_back_brings_sent_operations_into_the_queue_again(store, again):
    saved = [store.resolve(place=f"{n} 号楼") for n in range(4)]
    batch(store)
    settle(store, *(verdict(s, "refused" if s.seq == 2 else "applied") for s in saved))
    with store.write.begin() as session:
        outbox.close(session, saved[1].op_id)
        if again == "rewind":
            outbox.rewind(session, 2)
        else:
            outbox.requeue_after(session, 1)
    assert seqs(store, "state = 'queued' AND rev IS NULL") == [2, 3, 4]
    assert store.rows("SELECT 1 FROM sent_log") == []
    assert store.ticket(saved[1].entity_id)["place"] == "1 号楼"
    with store.read() as session:
        assert state.get(session).acked_seq == 1


def test_photos_wait_for_their_operations_verdict(store):
    photo = store.take_photo(b"one")
    saved = store.resolve(photos=[photo])
    with store.write.begin() as session:
        assert blobs.waiting(session, 10) == []
    batch(store)
    settle(store, verdict(saved, "applied"))
    with store.write.begin() as session:
        (row,) = blobs.waiting(session, 10)
        blobs.progress(session, row.sha256, 2)
        assert blobs.waiting(session, 10)[0].offset == 2
        blobs.sent(session, row.sha256)
        assert blobs.waiting(session, 10) == []
        assert blobs.find(session, row.sha256).state == "sent"


def test_the_same_picture_twice_is_one_photo_that_is_offered_again(store):
    first = store.take_photo(b"same")
    one = store.resolve(photos=[first])
    batch(store)
    settle(store, verdict(one, "applied"))
    with store.write.begin() as session:
        blobs.sent(session, blobs.waiting(session, 1)[0].sha256)
    again = store.take_photo(b"same")
    two = store.resolve(photos=[again])
    batch(store)
    settle(store, verdict(two, "applied"))
    with store.read() as session:
        (row,) = blobs.waiting(session, 10)
        assert (row.op_id, row.state) == (two.op_id, "local")
        assert store.photos.read(row.name, row.dek, record=row.record) == b"same"
        assert blobs.known_files(session) == {row.name}

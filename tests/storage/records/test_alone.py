"""What waits about a record that is not here any more is shown out of what was recorded."""

import msgspec
import pytest

from gridworker.storage import outbox, search, status_queries, view
from gridworker.storage.statements import Statements
from gridworker.wire import Change, PushResult
from tests.storage.records.small_district import GRID, new_id, page, put, reference

HERE = f"grid:{GRID}"


@pytest.fixture
def away(store):
    """Record a matter that arrived; then its record and its grid were taken away."""
    photo = store.take_photo(b"p" * 500)
    saved = store.resolve(place="东门", note="一袋垃圾", photos=[photo])
    arrived(store, saved)
    worker = {**reference()["worker", "w1"], "grids": []}
    store.apply(
        page(
            Change(HERE, 8, "gone", "ticket", saved.entity_id, why="moved"),
            put("worker", "w1", worker, seq=60, rev=2, scope="ref"),
        )
    )
    assert store.ticket(saved.entity_id) is None
    return saved


def arrived(store, saved):
    settled(store, "applied")
    body = store.ticket(saved.entity_id)
    body["photos"] = [{**photo, "state": "stored"} for photo in body["photos"]]
    store.apply(page(put("ticket", saved.entity_id, body, seq=7)))
    assert store.rows("SELECT 1 FROM outbox") == []


def settled(store, verdict):
    with store.write.begin() as session:
        waiting = outbox.batch(session, limit=500, max_bytes=10**7)
        outbox.settle(session, [PushResult(w.op_id, w.seq, verdict, 1) for w in waiting])


def ask_again(store):
    """Ask about everything again, as a copy does."""
    with store.write.begin() as session:
        outbox.requeue_after(session, 0)


def waiting(store):
    with store.read() as session:
        return status_queries.waiting(session, 50)


def test_it_is_shown_with_its_words_its_photos_and_its_state(store, away):
    ask_again(store)
    shown = store.ticket(away.entity_id)
    assert (shown["place"], shown["note"], shown["state"]) == ("东门", "一袋垃圾", "onspot_done")
    assert shown["local_no"] == away.local_no
    assert [photo["role"] for photo in shown["photos"]] == ["after"]
    columns = "SELECT title, photos, pending, rev FROM view_ticket"
    assert store.one(columns) == ("楼道堆物", 1, 1, 0)
    parts = "SELECT kind, waiting FROM view_part WHERE parent = ?"
    assert store.rows(parts, away.entity_id) == [("flow_record", 1)] * 2
    (line,) = waiting(store)
    assert (line.title, line.place, line.number) == ("楼道堆物", "东门", away.local_no)


def test_it_goes_with_its_verdict(store, away):
    ask_again(store)
    settled(store, "refused")
    assert store.ticket(away.entity_id) is None
    assert store.rows("SELECT 1 FROM view_part WHERE waiting") == []


def test_it_is_found_by_a_search_as_long(store, away):
    ask_again(store)
    with store.write.begin() as session:
        search.drain(session, 100)
    with store.read() as session:
        assert search.ids(session, "ticket", "一袋垃圾", 10) == [away.entity_id]


def test_what_was_done_to_it_here_is_in_it(store):
    saved = store.resolve(place="东门", note="一袋垃圾")
    store.edit(saved.entity_id, "place", "东门", "西门")
    store.add_evidence(saved.entity_id, "还有一袋")
    lose(store, saved)
    assert store.ticket(saved.entity_id)["place"] == "西门"
    kinds = {kind for (kind,) in store.rows("SELECT kind FROM view_part")}
    assert kinds == {"flow_record", "evidence"}
    assert store.one("SELECT pending FROM view_ticket") == 3


def lose(store, saved):
    """Lose the row, the rights and all that says what items and grids there are."""
    worker = {**reference()["worker", "w1"], "grids": []}
    store.apply(page(put("worker", "w1", worker, seq=60, rev=2, scope="ref")))
    with store.write.begin() as session:
        db = Statements(session)
        db.execute("DELETE FROM view_part")
        db.execute("DELETE FROM view_ticket")
        db.execute("DELETE FROM view_reference")
        db.execute("DELETE FROM base")
        view.rebase(session, [("ticket", saved.entity_id)])


def test_an_item_that_nobody_knows_is_told_by_its_code(store):
    saved = store.resolve(place="东门")
    lose(store, saved)
    assert store.ticket(saved.entity_id)["title"] == store.ticket(saved.entity_id)["item"]
    assert store.ticket(saved.entity_id)["state"] == "onspot_done"


def test_what_was_recorded_elsewhere_is_listed_by_the_words_that_were_added(store):
    saved = store.report(place="东门")
    body = store.ticket(saved.entity_id)
    settled(store, "refused")
    with store.write.begin() as session:
        outbox.close(session, saved.op_id)
    id_ = new_id()
    store.apply(page(put("ticket", id_, body, seq=7)))
    store.add_evidence(id_, "还有一袋")
    store.edit(id_, "place", "东门", "西门")
    with store.write.begin() as session:
        Statements(session).execute("DELETE FROM base WHERE kind = 'ticket'")
        Statements(session).execute("DELETE FROM view_ticket")
        view.rebase(session, [("ticket", id_)])
    assert store.ticket(id_) is None, "it was never said what it is"
    assert [(line.title, line.place) for line in waiting(store)] == [
        ("", "还有一袋"),
        ("", "西门"),
    ]


def test_what_is_decided_about_a_record_that_leaves_is_done_with(store):
    """Its base was spoilt, so its effect cannot be seen: nothing more is to come."""
    saved = store.resolve(place="东门")
    body = msgspec.json.decode(store.one("SELECT body FROM view_ticket"))
    store.apply(page(put("ticket", saved.entity_id, body, seq=7), more=True))
    settled(store, "applied")
    with store.write.begin() as session:
        Statements(session).execute("UPDATE base SET rev = 0 WHERE kind = 'ticket'")
    store.apply(page(Change(HERE, 8, "gone", "ticket", saved.entity_id, why="moved")))
    assert store.ticket(saved.entity_id) is None
    assert store.rows("SELECT 1 FROM outbox") == []

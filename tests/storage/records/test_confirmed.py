"""Pages in: guards, memberships, rebase, resets, the fail-safe and a new epoch."""

import msgspec
import pytest

from gridworker.storage import blobs, confirmed, outbox, search, state
from gridworker.storage.confirmed import OtherEpoch
from gridworker.storage.reference import ReferenceCache
from gridworker.storage.statements import Statements
from gridworker.storage.view import LaptopWorld
from gridworker.wire import Change, PushResult, ScopeDigest, digest, row_mark
from tests.storage.records.small_district import (
    GRID,
    ITEM,
    ORG,
    SCOPES,
    USER,
    new_id,
    page,
    put,
    reference,
    reference_page,
)

HERE = f"grid:{GRID}"


def ticket(place="东门", **more):
    return {
        "local_no": "L110101-0A1B-20260512-0001X", "item": ITEM, "title": "楼道堆物",
        "state": "reported", "place": place, "note": "", "grid": GRID, "org_id": ORG,
        "found_at": "2026-05-12T04:00:00.000Z", "created_at": "2026-05-12T04:00:00.000Z",
        "created_by": USER, "created_by_name": "王示例", "device_code": "0A1B", "photos": [],
        "acted_by": [USER], "flow": 1, **more,
    }  # fmt: skip


def gone(id_, *, seq, scope=HERE, kind="ticket"):
    return Change(scope, seq, "gone", kind, id_, why="moved")


def decide(store, *, verdict="applied", rev=1):
    """Push all that waits and give it one verdict."""
    with store.write.begin() as session:
        waiting = outbox.batch(session, limit=500, max_bytes=10**7)
        outbox.settle(session, [PushResult(w.op_id, w.seq, verdict, rev) for w in waiting])


def test_a_confirmed_record_is_seen_and_the_cursor_moves_with_it(store):
    assert store.apply(page(put("ticket", "t1", ticket(), seq=7))) == {"ticket"}
    assert store.ticket("t1")["place"] == "东门"
    with store.read() as session:
        assert confirmed.cursors(session)[HERE] == 7


def test_an_older_revision_never_overwrites_and_an_unknown_field_stays(store):
    newer = ticket("新", mood="glad")
    store.apply(page(put("ticket", "t1", newer, seq=7, rev=3)))
    store.apply(page(put("ticket", "t1", ticket("旧"), seq=8, rev=2)))
    assert store.ticket("t1") == newer
    with store.read() as session:
        assert LaptopWorld(session).body("ticket", "t1")["mood"] == "glad"


def test_a_page_of_another_epoch_is_not_taken(store):
    with pytest.raises(OtherEpoch):
        store.apply(page(put("ticket", "t1", ticket(), seq=7)), epoch="ffff")
    assert store.ticket("t1") is None


def test_cursors_never_go_back(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    store.apply(page(cursors={HERE: 3}))
    with store.read() as session:
        assert confirmed.cursors(session)[HERE] == 7


def test_a_record_leaves_when_no_scope_shows_it_any_more(store):
    other = "user:wg0101"
    both = [put("ticket", "t1", ticket(), seq=7), put("ticket", "t1", ticket(), seq=2, scope=other)]
    store.apply(page(*both))
    store.apply(page(gone("t1", seq=8)))
    assert store.ticket("t1") is not None
    store.apply(page(gone("t1", seq=3, scope=other)))
    assert store.ticket("t1") is None
    assert store.rows("SELECT 1 FROM base WHERE kind = 'ticket'") == []


def test_a_record_that_moves_between_pages_is_never_away(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    scopes = {**SCOPES, "grid:G013": "new"}
    store.apply(page(gone("t1", seq=8), scopes=scopes, more=True))
    assert store.ticket("t1") is not None
    moved = put("ticket", "t1", ticket(), seq=1, rev=2, scope="grid:G013")
    store.apply(page(moved, scopes=scopes))
    assert store.ticket("t1") is not None
    assert store.rows("SELECT 1 FROM detached") == []


def test_the_store_says_where_this_person_works_now(store):
    store.apply(page(scopes={**SCOPES, "grid:G2": "active"}))
    with store.read() as session:
        assert set(state.get(session).scopes) == {*SCOPES, "grid:G2"}


def test_a_scope_that_is_not_named_any_more_takes_its_records_along(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    left = {scope: "active" for scope in SCOPES if scope != HERE}
    store.apply(page(scopes=left))
    assert store.ticket("t1") is None
    with store.read() as session:
        assert HERE not in confirmed.cursors(session)


@pytest.mark.parametrize("leaves", [page(gone("t1", seq=8)), page(scopes={"ref": "active"})])
def test_what_the_base_has_lost_leaves_the_view_all_the_same(store, leaves):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    with store.write.begin() as session:
        Statements(session).execute("DELETE FROM base WHERE id = 't1'")
    store.apply(leaves)
    assert store.ticket("t1") is None


def test_what_is_still_to_deliver_keeps_a_record_detached(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    store.add_evidence("t1", "还有一点")
    store.apply(page(gone("t1", seq=8)))
    assert store.one("SELECT detached FROM view_ticket") == 1
    assert store.one("SELECT note FROM (SELECT body ->> '$.note' AS note FROM view_part)")
    decide(store)
    store.apply(page())
    assert store.ticket("t1") is None
    assert store.rows("SELECT 1 FROM detached") == []
    assert store.one("SELECT state FROM sent_log") == "applied"


def test_waiting_work_is_folded_over_what_comes(store):
    store.apply(page(put("ticket", "t1", ticket("东门"), seq=7)))
    store.edit("t1", "place", "东门", "东门内")
    store.apply(page(put("ticket", "t1", ticket("东门", note="他人补充"), seq=8, rev=2)))
    seen = store.ticket("t1")
    assert (seen["place"], seen["note"]) == ("东门内", "他人补充")
    assert store.one("SELECT rev, pending FROM view_ticket") == (2, 1)


def test_every_body_is_text_whichever_way_it_came(store):
    waits, busy = store.resolve(place="南门 2 号楼"), store.resolve()
    pulled = [
        put("ticket", "t1", ticket(), seq=20),
        put("ticket", busy.entity_id, store.ticket(busy.entity_id), seq=21),
        put("flow_record", "f1", {"ticket": "t1", "words": "已到场"}, seq=22),
        put("ticket", "t9", ticket(), seq=23, schema=99),
        put("drone", "d1", {"mood": "glad"}, seq=24),
    ]
    store.apply(page(*pulled))
    assert store.ticket(waits.entity_id)["place"] == "南门 2 号楼"
    for table in ("base", "view_ticket", "view_part", "view_reference"):
        kinds = store.rows(f"SELECT DISTINCT typeof(body) FROM {table} WHERE body NOT NULL")
        assert kinds == [("text",)], table


def test_a_confirmed_body_is_kept_once_and_never_lost_behind_waiting_work(store):
    def kept():
        return [
            body and msgspec.json.decode(body)["place"]
            for sql in ("SELECT body FROM base", "SELECT body FROM confirmed")
            for (body,) in store.rows(f"{sql} WHERE id = 't1'")
        ]

    store.apply(page(put("ticket", "t1", ticket("东门"), seq=7)))
    assert kept() == [None, "东门"]
    store.edit("t1", "place", "东门", "东门内")
    assert kept() == ["东门", "东门"]
    store.apply(page(put("ticket", "t1", ticket("东门", note="二"), seq=8, rev=2)))
    assert (kept(), store.ticket("t1")["place"]) == (["东门", "东门"], "东门内")
    decide(store, rev=3)
    store.apply(page(put("ticket", "t1", ticket("东门内"), seq=9, rev=3)))
    assert kept() == [None, "东门内"]
    with store.write.begin() as session:
        outbox.rewind(session, 1)
    assert kept()[1] == "东门内"
    store.edit("t1", "place", "东门内", "东门外")
    assert (kept()[1], store.ticket("t1")["place"]) == ("东门内", "东门外")


def test_work_that_no_longer_fits_is_marked_before_it_is_sent(store):
    store.apply(page(put("ticket", "t1", ticket("东门"), seq=7)))
    store.edit("t1", "place", "东门", "东门内")
    store.apply(page(put("ticket", "t1", ticket("南门"), seq=8, rev=2)))
    assert store.ticket("t1")["place"] == "南门"
    assert store.one("SELECT at_risk, state FROM outbox") == ("E_FIELD_CONFLICT", "queued")
    store.apply(page(put("ticket", "t1", ticket("东门"), seq=9, rev=3)))
    assert store.ticket("t1")["place"] == "东门内"
    assert store.one("SELECT at_risk FROM outbox") is None


def test_an_item_switched_off_meanwhile_does_not_hide_what_was_recorded(store):
    saved = store.resolve()
    item = reference()["catalogue_item", "i1"]
    off = put("catalogue_item", "i1", {**item, "active": False}, seq=50, rev=2, scope="ref")
    store.apply(page(off))
    with store.write.begin() as session:
        outbox.requeue_after(session, 0)
    assert store.ticket(saved.entity_id)["converted"]
    assert store.one("SELECT at_risk FROM outbox") is None


def test_an_applied_operation_is_done_with_only_when_its_effect_was_pulled(store):
    saved = store.resolve(place="东门")
    decide(store, rev=3)
    mine = store.ticket(saved.entity_id)
    store.apply(page(put("ticket", saved.entity_id, {**mine, "official_no": "1"}, seq=7, rev=2),
                     more=True))  # fmt: skip
    assert store.one("SELECT state FROM outbox") == "applied"
    store.apply(page(put("ticket", saved.entity_id, {**mine, "official_no": "2"}, seq=8, rev=3)))
    assert store.rows("SELECT 1 FROM outbox") == []
    assert store.one("SELECT seq FROM sent_log") == 1
    assert store.one("SELECT official_no, pending, rev FROM view_ticket") == ("2", 0, 3)


def test_nothing_flickers_while_a_verdict_is_pulled_back(store):
    saved = store.resolve()
    before = store.ticket(saved.entity_id)
    decide(store)
    assert store.ticket(saved.entity_id) == before
    store.apply(page(more=True))
    assert store.ticket(saved.entity_id) == before
    store.apply(page(put("ticket", saved.entity_id, before, seq=9)))
    assert store.ticket(saved.entity_id) == before


def test_a_verdict_on_what_this_person_does_not_see_ends_at_the_checkpoint(store):
    saved = store.resolve()
    decide(store)
    store.apply(page())
    assert store.ticket(saved.entity_id) is None
    assert store.one("SELECT seq, state FROM sent_log") == (1, "applied")


def test_waiting_steps_give_way_to_confirmed_ones(store):
    saved = store.resolve()
    steps = store.rows("SELECT id, body FROM view_part WHERE waiting ORDER BY seq")
    decide(store)
    changes = [
        put("flow_record", id_, msgspec.json.decode(body), seq=n)
        for n, (id_, body) in enumerate(steps, 20)
    ]
    own = put("ticket", saved.entity_id, store.ticket(saved.entity_id), seq=30)
    store.apply(page(*changes, own))
    assert store.rows("SELECT id, waiting FROM view_part ORDER BY seq") == [
        (id_, 0) for id_, _ in steps
    ]


def test_a_person_hangs_on_their_ticket_in_whatever_order_both_come(store):
    person = {"name": "李女士", "phone": "13800001111", "consent": "verbal"}
    store.apply(page(put("person", "p1", person, seq=5), more=True))
    store.apply(page(put("ticket", "t1", ticket(person="p1"), seq=6)))
    store.apply(page(put("ticket", "t2", ticket(person="p2"), seq=7), more=True))
    store.apply(page(put("person", "p2", person, seq=8)))
    assert store.rows("SELECT id, parent_kind, parent FROM view_part ORDER BY id") == [
        ("p1", "ticket", "t1"), ("p2", "ticket", "t2"),
    ]  # fmt: skip


def test_stored_is_what_a_pull_says(store):
    photo = store.take_photo(b"one")
    saved = store.resolve(photos=[photo])
    decide(store)
    body = store.ticket(saved.entity_id)
    store.apply(page(put("ticket", saved.entity_id, body, seq=7)))
    with store.write.begin() as session:
        blobs.sent(session, body["photos"][0]["sha256"])
    assert store.one("SELECT photos, photos_stored FROM view_ticket") == (1, 0)
    body["photos"][0]["state"] = "stored"
    store.apply(page(put("ticket", saved.entity_id, body, seq=8, rev=2)))
    assert store.one("SELECT photos, photos_stored FROM view_ticket") == (1, 1)
    assert store.one("SELECT state FROM blob") == "stored"


def test_unknown_kinds_and_newer_bodies_are_kept_and_hidden(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=6)))
    newer = put("ticket", "t1", {"all": "different"}, seq=8, rev=2, schema=99)
    kinds = store.apply(page(put("hologram", "h1", {"x": 1}, seq=7), newer))
    assert "hologram" in kinds
    assert store.ticket("t1") is None
    assert store.rows("SELECT id, rev FROM base WHERE id IN ('h1', 't1') ORDER BY id") == [
        ("h1", 1), ("t1", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "photos", [["a hash"], [None], 3, "none", {"a": 1}, [{"sha256": [1], "state": "stored"}]]
)
def test_photos_of_another_form_in_what_a_newer_centre_sends_stop_no_page(store, photos):
    saved = store.resolve(photos=[store.take_photo(b"one")])
    decide(store)
    with store.write.begin() as session:
        blobs.sent(session, *(sha for (sha,) in store.rows("SELECT sha256 FROM blob")))
    album = put("album", "a1", {"photos": photos}, seq=7)
    newer = put("ticket", saved.entity_id, {"photos": photos}, seq=8, rev=2, schema=99)
    store.apply(page(album, newer))
    assert store.one("SELECT count(*) FROM base WHERE id IN ('a1', ?)", saved.entity_id) == 2
    assert store.one("SELECT state FROM blob") == "sent"


def test_digests_are_those_of_the_contract(store):
    bodies = {f"t{n}": ticket(f"{n} 号") for n in range(5)}
    changes = [put("ticket", id_, body, seq=n) for n, (id_, body) in enumerate(bodies.items(), 7)]
    store.apply(page(*changes))
    xor = 0
    for id_, body in bodies.items():
        xor ^= row_mark("ticket", id_, 1, digest(body))
    with store.read() as session:
        assert confirmed.digests(session)[HERE] == ScopeDigest(5, f"{xor:032x}", 11)


def test_a_reset_reads_a_scope_afresh_and_sweeps_what_is_not_there(store):
    store.apply(page(*(put("ticket", f"t{n}", ticket(), seq=n) for n in range(1, 4))))
    waiting = store.resolve()
    with store.write.begin() as session:
        confirmed.reset(session, [HERE])
        assert confirmed.cursors(session)[HERE] == 0
    store.apply(page(put("ticket", "t2", ticket(), seq=2), more=True))
    assert store.ticket("t1") is not None
    store.apply(page(put("ticket", "t4", ticket(), seq=9)))
    shown = {id_ for (id_,) in store.rows("SELECT id FROM view_ticket")}
    assert shown == {"t2", "t4", waiting.entity_id}


def test_a_reset_by_the_centre_begins_with_the_page_that_says_so(store):
    store.apply(page(*(put("ticket", f"t{n}", ticket(), seq=n) for n in range(1, 4))))
    store.apply(page(put("ticket", "t3", ticket(), seq=3), reset=[HERE], more=True))
    with store.read() as session:
        assert confirmed.cursors(session)[HERE] == 3
    store.apply(page())
    assert [id_ for (id_,) in store.rows("SELECT id FROM view_ticket")] == ["t3"]


def many(store, count=300):
    store.apply(page(*(put("ticket", f"t{n}", ticket(), seq=n) for n in range(1, count + 1))))


def test_a_mass_removal_waits_until_the_digests_agree(store):
    many(store)
    store.apply(page(*(gone(f"t{n}", seq=400 + n) for n in range(1, 151))))
    with store.read() as session:
        assert confirmed.removals_wait(session)
        assert confirmed.digests(session)[HERE].count == 150
    assert store.one("SELECT count(*) FROM view_ticket") == 300
    with store.write.begin() as session:
        confirmed.accept_removals(session)
        assert not confirmed.removals_wait(session)
        assert confirmed.digests(session)[HERE].count == 150
    assert store.one("SELECT count(*) FROM view_ticket") == 150


def test_a_mass_removal_that_was_a_mistake_is_forgotten_with_the_reset(store):
    many(store)
    store.apply(page(*(gone(f"t{n}", seq=400 + n) for n in range(1, 151))))
    with store.write.begin() as session:
        confirmed.reset(session, [HERE])
        assert not confirmed.removals_wait(session)
    many(store)
    assert store.one("SELECT count(*) FROM view_ticket") == 300


def test_a_few_removals_and_an_announced_scope_change_do_not_wait(store):
    many(store)
    store.apply(page(*(gone(f"t{n}", seq=400 + n) for n in range(1, 50))))
    store.apply(page(scopes={"ref": "active"}))
    assert store.one("SELECT count(*) FROM view_ticket") == 0


def test_a_new_epoch_forgets_the_base_and_keeps_the_work(store):
    photo = store.take_photo(b"one")
    acked = store.resolve(photos=[photo], place="已答复")
    waiting = store.report(place="未答复")
    with store.write.begin() as session:
        (first, _) = outbox.batch(session, limit=2, max_bytes=10**6)
        outbox.settle(session, [PushResult(first.op_id, 1, "applied", 1)])
    body = store.ticket(acked.entity_id)
    store.apply(
        page(put("ticket", acked.entity_id, body, seq=7), put("ticket", "t9", ticket(), seq=8))
    )
    assert store.rows("SELECT seq FROM sent_log") == [(1,)]

    with store.write.begin() as session:
        confirmed.forget_all(session)
        outbox.requeue_after(session, 0)
        state.put(session, epoch="beef")
    assert store.ticket("t9") is None
    assert store.ticket(acked.entity_id)["place"] == "已答复"
    assert store.ticket(waiting.entity_id)["place"] == "未答复"
    assert store.rows("SELECT seq, state FROM outbox ORDER BY seq") == [
        (1, "queued"),
        (2, "queued"),
    ]
    assert store.one("SELECT state FROM blob") == "local"
    assert store.resolve(place="没有网也能记").seq == 3

    less = page(*reference_page().changes[:-1])
    store.apply(less, epoch="beef")
    assert store.rows("SELECT code FROM view_reference WHERE kind = 'calendar_day'") == []


def test_a_late_verdict_on_what_was_quarantined_arrives_as_a_record(store):
    saved = store.resolve()
    decide(store, verdict="quarantined", rev=None)
    body = {"op_id": saved.op_id, "seq": saved.seq, "verdict": "refused", "code": "E_INVALID",
            "user": USER}  # fmt: skip
    store.apply(page(put("op_result", new_id(), body, seq=5, scope=f"user:{USER}")))
    assert store.one("SELECT state FROM outbox") == "refused"
    assert store.ticket(saved.entity_id) is None
    store.apply(page(put("op_result", new_id(), {"shape": "new"}, seq=6, scope=f"user:{USER}")))


def test_reference_data_is_never_stale(store):
    cache = ReferenceCache()
    with store.read() as session:
        first = cache.current(session)
        assert cache.current(session) is first
    assert first.items[ITEM].standards[0].no == 1
    assert "2026-10-01" in first.calendar.holidays
    assert first.names[USER] == "王示例"
    renamed = {"code": "G013", "name": "第十三网格", "community": ORG}
    store.apply(page(put("grid", "g2", renamed, seq=60, scope="ref")))
    with store.read() as session:
        assert cache.current(session).grids["G013"].name == "第十三网格"
        world = LaptopWorld(session)
        assert world.grid("G013").name == "第十三网格"
        assert world.org(ORG).tier == "社区"
        assert world.item("nothing") is None
        assert world.calendar.holidays == first.calendar.holidays


def test_a_reference_record_this_version_cannot_read_is_not_offered(store):
    store.apply(page(put("grid", "g2", {"code": "G013"}, seq=60, scope="ref")))
    with store.read() as session:
        assert LaptopWorld(session).grid("G013") is None
        assert "G013" not in ReferenceCache().current(session).grids


def test_the_own_worker_record_says_where_this_person_works(store):
    body = {"user": USER, "name": "王新名", "roles": ["grid_worker", "astronaut"],
            "grids": ["G013"], "orgs": ["C002"], "status": "active"}  # fmt: skip
    store.apply(page(put("worker", "w1", body, seq=60, rev=2, scope="ref")))
    with store.read() as session:
        actor = state.actor(session)
    assert (actor.name, actor.grids, actor.orgs) == ("王新名", {"G013"}, {"C002"})
    assert [str(role) for role in actor.roles] == ["grid_worker"]


def test_what_was_pulled_is_found_after_it_was_indexed(store):
    store.apply(page(put("ticket", "t1", ticket("银杏路"), seq=7)))
    with store.write.begin() as session:
        while search.drain(session, 100):
            pass
        assert search.ids(session, "ticket", "银杏", 10) == ["t1"]
    store.apply(page(gone("t1", seq=8)))
    with store.write.begin() as session:
        while search.drain(session, 100):
            pass
        assert search.ids(session, "ticket", "银杏", 10) == []


def drained(store):
    with store.write.begin() as session:
        return search.drain(session, 100)


def test_only_a_record_with_other_words_is_indexed_again(store):
    saved = store.resolve(place="银杏路")
    decide(store)
    mine = store.ticket(saved.entity_id)
    store.apply(page(put("ticket", saved.entity_id, {**mine, "state": "closed"}, seq=7)))
    assert drained(store) == 0
    with store.read() as session:
        assert search.ids(session, "ticket", "银杏", 10) == [saved.entity_id]
    for seq, name in enumerate(("place", "note", "title", "official_no"), 8):
        mine[name] = f"梧桐路{seq}"
        store.apply(page(put("ticket", saved.entity_id, mine, seq=seq, rev=seq)))
        assert drained(store) == 1, name
        with store.read() as session:
            assert search.ids(session, "ticket", f"{seq}", 10) == [saved.entity_id], name


def test_a_ticket_that_names_its_person_later_is_found_by_the_phone(store):
    store.apply(page(put("ticket", "t1", ticket(), seq=7)))
    assert drained(store) == 1
    person = {"name": "李女士", "phone": "13800001111", "consent": "verbal"}
    store.apply(page(put("person", "p1", person, seq=8)))
    drained(store)
    store.apply(page(put("ticket", "t1", ticket(person="p1"), seq=9, rev=2)))
    drained(store)
    with store.read() as session:
        assert search.ids(session, "ticket", "1111", 10) == ["t1"]

"""What lists and panes are told, of a real store before and after the centre's answers."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from gridworker.app.ports import NewPatrol, NewReport, NewResolve, PhotoRef, TicketFilter
from gridworker.domain.lines import MyDay, SyncWord
from gridworker.domain.times import CHINA, utc_text
from gridworker.storage import blobs, outbox, state, sync_log
from gridworker.storage.statements import Statements
from gridworker.wire import PushResult
from tests.commands.refusals import confirm
from tests.storage.records.small_district import GRID, ITEM, new_id, page, put, reference


def resolve(commands, place="东门", photos=(), **more):
    return commands.resolve(
        NewResolve(item=ITEM, place=place, photos=photos, no_photo_reason="天黑", **more)
    )


def report(commands, place="西门"):
    return commands.report(NewReport(item=ITEM, place=place))


def push(store, *verdicts):
    """Send all that waits and keep the centre's verdicts on it, in order."""
    with store.write.begin() as session:
        waiting = outbox.batch(session, limit=100, max_bytes=10**6)
        results = [
            PushResult(op.op_id, op.seq, verdict, rev=1, code=code)
            for op, (verdict, code) in zip(waiting, verdicts, strict=True)
        ]
        outbox.settle(session, results)


def pull_back(store, ticket, *, seq=500, rev=1, stored=False, **changes):
    """Confirm a ticket as the centre would."""
    body = {**store.ticket(ticket), **changes}
    if stored:
        body["photos"] = [{**photo, "state": "stored"} for photo in body["photos"]]
    store.apply(page(put("ticket", ticket, body, seq=seq, rev=rev)))


def word(queries, ticket):
    return queries.ticket_lines([ticket])[ticket].sync


APPLIED = ("applied", None)


def test_the_words_from_saved_to_delivered(store, commands, queries, take):
    photo = take()
    saved = resolve(commands, photos=(PhotoRef(photo.id, "before"),))
    seen = [word(queries, saved.id)]
    with store.write.begin() as session:
        outbox.tried(session, 1)
    seen.append(word(queries, saved.id))
    push(store, APPLIED)
    seen.append(word(queries, saved.id))
    pull_back(store, saved.id)
    seen.append(word(queries, saved.id))
    with store.write.begin() as session:
        blobs.progress(session, photo.sha256, 10)
    assert queries.ticket(saved.id).photos[0].state == "uploading"
    pull_back(store, saved.id, seq=501, rev=2, stored=True)
    seen.append(word(queries, saved.id))
    assert seen == ["saved", "queued", "waiting_photo", "waiting_photo", "delivered"]
    assert queries.ticket(saved.id).photos[0].state == "stored"


@pytest.mark.parametrize(
    ("verdict", "can"),
    [
        (SyncWord.REFUSED, ("open", "redo", "hand_over", "close")),
        (SyncWord.QUARANTINED, ("open", "close")),
    ],
)
def test_what_was_not_taken_stays_in_sight_until_it_is_closed(
    store, commands, queries, verdict, can
):
    saved = report(commands)
    push(store, APPLIED)
    pull_back(store, saved.id)
    edited = commands.edit(saved.id, {"place": ("西门", "北门")})
    push(store, (verdict, "E_FIELD_CONFLICT"))
    assert word(queries, saved.id) == verdict
    (card,) = queries.attention()
    assert (card.op_id, card.did, card.code) == (edited.op_id, "ticket.edit", "E_FIELD_CONFLICT")
    assert (card.entity_id, card.local_no) == (saved.id, saved.local_no)
    confirm(store, saved.id, seq=900, rev=2, official_no="20260512000007")
    (card,) = queries.attention()
    assert card.number == queries.ticket(saved.id).line.number == "20260512000007"
    assert card.can == can
    assert [row.kind for row in queries.inbox()] == ["attention"]
    assert queries.status().needs_attention == 1
    commands.close_attention(edited.op_id)
    assert queries.attention() == []
    assert queries.status().needs_attention == 0
    assert word(queries, saved.id) in {SyncWord.DELIVERED, SyncWord.QUEUED}


def test_a_refused_new_record_is_told_by_its_own_words(store, commands, queries):
    report(commands, place="游泳馆")
    push(store, ("refused", "E_FORBIDDEN"))
    assert queries.ticket_ids(TicketFilter(search="游泳馆")) == queries.ticket_ids(TicketFilter())
    (card,) = queries.attention()
    assert (card.title, card.place, card.did) == ("楼道堆物", "游泳馆", "ticket.report")
    assert card.local_no.startswith("L110101-0A1B-")
    assert card.can == ("redo", "close")


def test_counters_and_what_is_on_its_way(store, commands, queries, take):
    photo = take()
    saved = resolve(commands, photos=(PhotoRef(photo.id, "before"),))
    patrolled = commands.patrol(NewPatrol(place="3栋", result="normal"))
    status = queries.status()
    assert (status.saved, status.queued_ops, status.queued_photos) == (2, 2, 1)
    assert (status.queued_bytes, status.online) == (photo.size, False)
    first, second = queries.waiting()
    assert (first.id, first.number, first.did, first.photos) == (
        saved.id, saved.local_no, "ticket.resolve", 1,
    )  # fmt: skip
    assert (second.id, second.kind, second.place) == (patrolled.id, "patrol_record", "3栋")
    push(store, APPLIED, APPLIED)
    pull_back(store, saved.id)
    with store.write.begin() as session:
        blobs.progress(session, photo.sha256, 100)
    (left,) = [line for line in queries.waiting() if line.photos]
    assert (left.sync, left.size, left.sent) == ("waiting_photo", photo.size, 100)
    assert queries.status().queued_bytes == photo.size - 100
    pull_back(store, saved.id, seq=501, rev=2, stored=True)
    assert queries.waiting() == []


def test_attempts_are_told_newest_first(store, queries):
    with store.write.begin() as session:
        sync_log.append(session, at="t1", ok=False, code="timeout", facts={"n": 1})
        sync_log.append(session, at="t2", ok=True, code="sync_done", facts={})
    assert [(line.at, line.ok, line.code) for line in queries.sync_log()] == [
        ("t2", True, "sync_done"), ("t1", False, "timeout"),
    ]  # fmt: skip
    assert queries.sync_log(1)[0].facts == {}
    assert queries.status().online


def foreign(n, **more):
    """Return a ticket of another worker."""
    at = f"2026-05-12T0{n}:00:00.000Z"
    return {
        "local_no": f"L110101-77QK-20260512-000{n}X", "official_no": f"2026051200000{n}",
        "item": ITEM, "title": "楼道堆物", "state": "reported", "place": f"{n}号楼", "note": "",
        "grid": GRID, "org_id": "C001", "found_at": at, "created_at": at, "created_by": "wg0199",
        "created_by_name": "别人", "device_code": "77QK", "photos": [], "acted_by": ["wg0199"],
        "reported_at": at, **more,
    }  # fmt: skip


def pull(store, *bodies):
    ids = [new_id() for _ in bodies]
    changes = [put("ticket", i, b, seq=100 + n) for n, (i, b) in enumerate(zip(ids, bodies))]  # noqa: B905  (same length)
    store.apply(page(*changes))
    return ids


def test_lists_are_filtered_and_ordered(store, commands, queries, clock):
    soon = utc_text(clock.at + timedelta(hours=2))
    late = utc_text(clock.at + timedelta(hours=30))
    one, two, three = pull(
        store,
        foreign(1, state="registered", due=late),
        foreign(2, state="dispatched", due=soon),
        foreign(3, state="voided", due=soon),
    )
    mine = resolve(commands).id

    def ids(**wanted):
        return queries.ticket_ids(TicketFilter(**wanted))

    assert ids() == [mine, three, two, one]
    assert ids(order="oldest") == [one, two, three, mine]
    assert ids(order="due", open_only=True) == [two, one]
    assert ids(mine=True) == [mine]
    assert ids(state="voided") == [three]
    assert ids(due_within_hours=3) == [two]
    assert ids(due_within_hours=48) == [two, one]
    assert ids(search="……") == []
    assert queries.ticket_count(TicketFilter(search="……")) == 0
    assert queries.ticket_head(TicketFilter(search="……"), 5) == []
    assert [line.id for line in queries.ticket_head(TicketFilter(), 3)] == [mine, three, two]
    assert [line.place for line in queries.ticket_head(TicketFilter(order="oldest"), 1)] == [
        "1号楼"
    ]
    assert queries.ticket_count(TicketFilter()) == 4
    assert queries.ticket_count(TicketFilter(due_within_hours=48)) == 2
    for order in ("place", "item", "state"):
        assert sorted(ids(order=order)) == sorted([mine, one, two, three])
    with pytest.raises(KeyError):
        ids(order="chance")


def test_ids_of_another_length_stand_in_the_list_as_well(store, queries):
    (one,) = pull(store, foreign(1))
    store.apply(page(put("ticket", "short", foreign(2), seq=900)))
    assert queries.ticket_ids(TicketFilter()) == ["short", one]


def test_lines_leave_out_what_is_gone(store, queries):
    (one,) = pull(store, foreign(1))
    found = queries.ticket_lines([one, "nobody"])
    assert list(found) == [one]
    assert found[one].number == "20260512000001"
    assert not found[one].mine
    assert queries.patrol_lines(["nobody"]) == {}
    assert queries.ticket_photos([one]) == {one: ()}


def test_a_ticket_is_found_by_each_of_its_numbers(store, queries):
    (one,) = pull(store, foreign(1))
    for number in (one, one.upper(), "L110101-77QK-20260512-0001X", " 20260512000001 "):
        assert queries.ticket(number).line.id == one
    assert queries.ticket("20260512") is None


def test_deadlines_come_with_their_reasons(store, queries):
    filed = foreign(1, state="registered", standard=1, filed_at="2026-05-12T01:00:00.000Z")
    (one,) = pull(store, filed)
    clocks = {line.what: line for line in queries.ticket(one).deadlines}
    assert clocks["overall"].due == "2026-05-14T01:00:00.000Z"
    assert len(clocks["overall"].why) >= 2
    assert all(isinstance(line, str) and line for line in clocks["overall"].why)


def test_the_pane_offers_what_this_person_may_do(store, queries):
    (one,) = pull(store, foreign(1))
    assert (queries.ticket(one).can, queries.ticket(one).stage) == ((), 1)
    with store.write.begin() as session:
        state.put(session, roles=("dispatcher",), orgs=("C001",))
    detail = queries.ticket(one)
    assert set(detail.can) == {"file", "void"}
    assert [(c.value, c.words) for c in detail.standards] == [("1", "楼道有堆物")]
    assert detail.path == ("市容环境", "楼道堆物")
    assert not detail.can_retract
    (two,) = pull(store, foreign(2, state="registered"))
    assert [choice.value for choice in queries.ticket(two).units] == ["C001"]


def test_the_inbox_is_ordered_by_consequence(store, commands, queries, clock):
    with store.write.begin() as session:
        state.put(session, roles=("dispatcher",))
    hours = [timedelta(hours=n) for n in (-1, 3, 40, -2)]
    dues = [utc_text(clock.at + left) for left in hours]
    bodies = [foreign(n + 1, state="registered", due=due) for n, due in enumerate(dues)]
    one, two, _, four = pull(store, *bodies)
    saved = report(commands)
    push(store, ("quarantined", None))
    rows = queries.inbox()
    assert [row.id for row in rows] == [four, one, saved.op_id, two]
    assert [(row.group, row.reason) for row in rows] == [
        (1, "overdue"), (1, "overdue"), (3, "quarantined"), (4, "due_today"),
    ]  # fmt: skip


def test_what_is_nobody_elses_business_is_not_in_the_inbox(store, queries, clock):
    due = utc_text(clock.at - timedelta(hours=1))
    _, mine = pull(
        store, foreign(1, state="dispatched", due=due),
        foreign(2, state="dispatched", due=due, assignee="wg0101"),
    )  # fmt: skip
    assert [row.id for row in queries.inbox()] == [mine]


def test_a_persons_day_in_numbers(store, queries, clock):
    midnight = clock.at.astimezone(CHINA).replace(hour=0, minute=0, second=0)

    def at(**left):
        return utc_text(clock.at + timedelta(**left))

    mine = {"assignee": "wg0101"}
    done = {"state": "closed", "created_by": "wg0101"}
    pull(
        store,
        foreign(1, state="dispatched", due=at(hours=-1), **mine),
        foreign(2, state="dispatched", due=at(hours=23), **mine),
        foreign(3, state="dispatched", due=at(hours=25), **mine),
        foreign(4, state="dispatched", **mine),
        foreign(5, state="dispatched", due=at(hours=1)),
        foreign(6, **done | {"found_at": utc_text(midnight)}),
        foreign(7, **done | {"found_at": utc_text(midnight - timedelta(seconds=1))}),
        foreign(8, **done | {"found_at": utc_text(midnight), "created_by": "wg0199"}),
        foreign(9, **done | {"found_at": utc_text(midnight), "state": "onspot_done"}),
    )
    assert queries.my_day() == MyDay(open=4, soon=2, done=2)


def more_items(store):
    item = reference()["catalogue_item", "i1"]
    others = {
        "i2": {"code": "OTS02", "name": "占道经营", "path": ["市容环境", "占道经营"]},
        "i3": {"code": "S0103", "name": "井盖缺失", "on_the_spot": False, "path": ["公用设施"]},
        "i4": {"code": "S0104", "name": "旧堆物", "active": False, "path": ["公用设施"]},
    }
    changes = [
        put("catalogue_item", id_, {**item, **other}, seq=60 + n, scope="ref")
        for n, (id_, other) in enumerate(others.items())
    ]
    store.apply(page(*changes))


def test_items_are_found_by_words_code_and_initials_most_used_first(store, commands, queries):
    more_items(store)

    def codes(search="", **more):
        return [line.code for line in queries.items(search, **more)]

    assert codes() == [ITEM, "OTS02", "S0103"]
    assert codes(on_the_spot=True) == [ITEM, "OTS02"]
    assert codes("堆物") == codes("dw") == [ITEM, "S0104"]
    assert codes("ots02") == codes("zdjy") == codes("占道 jy") == ["OTS02"]
    assert codes("市容") == [ITEM, "OTS02"]
    assert codes("jg") == ["S0103"]
    assert codes("xyz") == []
    commands.report(NewReport(item="OTS02", place="东门"))
    assert codes() == ["OTS02", ITEM, "S0103"]
    assert (queries.items()[0].uses, queries.items("堆物")[1].active) == (1, False)


def test_places_are_this_persons_then_those_near(store, commands, queries):
    pull(store, foreign(1))
    for place in ("东门", "西门", "东门"):
        resolve(commands, place=place)
    commands.patrol(NewPatrol(place="3栋", result="normal"))
    places = queries.places()
    assert places.used == ("3栋", "东门", "西门")
    assert places.near == ("示例社区 第十二网格", "1号楼")


def test_grids_are_those_one_records_in(store, queries):
    other = {"code": "G013", "name": "第十三网格", "community": "C002"}
    store.apply(page(put("grid", "g2", other, seq=70, scope="ref")))
    assert queries.grids() == [(GRID, "第十二网格")]


def test_similar_tickets_are_shown_whoever_recorded_them(store, commands, queries, clock):
    clock.at += timedelta(hours=1)
    pull(store, *(foreign(n, place="3 栋东门") for n in (1, 2, 3, 4)))
    mine = resolve(commands, place="3栋东门").id
    found = queries.similar(ITEM, "３栋 东门")
    assert len(found) == 3
    assert found[0].id == mine
    assert queries.similar(ITEM, "西门") == []


def test_a_photo_is_shown_small_and_marked(store, commands, queries, take, jpeg):
    photo = take("red")
    loose = Image.open(io.BytesIO(queries.photo(photo.sha256, longest=100)))
    assert loose.size == (100, 75)
    resolve(commands, photos=(PhotoRef(photo.id, "before"),))
    shown = Image.open(io.BytesIO(queries.photo(photo.sha256, longest=200)))
    assert shown.size == (200, 150)
    foot = shown.convert("RGB").getpixel((190, 145))
    assert foot[0] < 200  # the bar lies over the red
    assert queries.photo("0" * 64) is None
    assert queries.thumb("0" * 64) is None


def test_a_reader_never_waits_for_a_writer(store, commands, queries):
    saved = report(commands)
    with store.write.begin() as session:
        Statements(session).execute("DELETE FROM view_ticket")
        assert queries.ticket(saved.id).line.id == saved.id
        session.rollback()

"""What one round does, against the real centre in-process, request by request."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, current_thread

import msgspec
import pytest

from gridworker.domain.operations import Moment
from gridworker.storage import outbox, state
from gridworker.wire import content_digest
from sync.problem import CentreSaid
from sync.round import own_thread
from sync.transport import NoConnection, Reply
from tests.syncing.rounds.scripted import problem
from tests.syncing.simulator.invariants import Truth
from tests.syncing.simulator.places import POISON


def test_a_round_with_nothing_to_do_is_one_request(one):
    one.round()
    one.line.asked.clear()
    result = one.round()
    assert one.line.asked == [("POST", "/v1/sync/pull")]
    assert (result.did, result.failure) == (False, None)


def test_a_photo_goes_up_in_one_request_and_comes_back_as_stored(one, all_is_well):
    one.report_with_photo()
    result = one.round()
    assert [path for _, path in one.line.asked] == [
        "/v1/sync/push",
        "/v1/sync/pull",
        "/v1/blobs",
        "/v1/sync/pull",
    ]
    assert (result.pushed, result.applied, result.photos_stored) == (1, 1, 1)
    assert one.laptop.rows("SELECT state FROM blob") == [("stored",)]
    all_is_well()


def test_req_026_tickets_and_their_states_arrive_by_cursor_and_statuses_go_up_once(
    one, other, all_is_well
):
    one.report_with_photo()
    one.round()
    first = other.round()
    assert first.pulled >= 2
    again = other.round()
    assert again.pulled == 0
    ((ticket, note),) = other.laptop.rows("SELECT id, body ->> '$.note' FROM view_ticket")
    args = {"changes": {"note": {"from": note, "to": "已到现场"}}}
    one._write("ticket.edit@1", "ticket", args, [], subject=ticket)
    one.line.instead["/v1/sync/push"] = [NoConnection("timeout", reached=True)]
    assert one.round().failure is not None
    assert one.round().applied == 1
    changed = other.round()
    assert 0 < changed.pulled <= 3
    assert other.laptop.rows("SELECT body ->> '$.note' FROM view_ticket") == [("已到现场",)]
    all_is_well()


def test_req_125_what_is_recorded_is_safe_at_once_and_the_time_of_upload_is_kept(one, district):
    one.report_with_photo()
    assert one.laptop.rows("SELECT state FROM outbox") == [("queued",)]
    assert one.laptop.rows("SELECT tried_seq FROM sync_state") == [(0,)]
    assert one.laptop.rows("SELECT rev, pending FROM view_ticket") == [(0, 1)]
    district.world.pass_time(3600)
    one.round()
    ((at, ok, code, facts),) = one.laptop.rows(
        "SELECT at, ok, code, facts FROM sync_log ORDER BY n DESC LIMIT 1"
    )
    assert (ok, code) == (1, "sync_done")
    assert msgspec.json.decode(facts)["pushed"] == 1
    ((body,),) = one.laptop.rows("SELECT body FROM view_ticket")
    received = msgspec.json.decode(body)["photos"][0]["at"]
    assert received >= at
    assert msgspec.json.decode(body)["created_at"] < received


def test_a_held_operation_stays_and_so_does_what_comes_after(one):
    one.report_with_photo()
    one.report_with_photo()
    one.report_with_photo()
    held = frozenset({one.saved[1].op_id})
    result = one.round(held=lambda: held)
    assert result.pushed == 1
    states = [state for (state,) in one.laptop.rows("SELECT state FROM outbox ORDER BY seq")]
    assert states == ["queued", "queued"]
    assert one.round().pushed == 2


def test_what_is_recorded_and_held_while_a_batch_is_chosen_stays(one):
    one.report_with_photo()
    holds: set[str] = set()

    def held():
        before = frozenset(holds)
        if not holds:
            one.report_with_photo()
            holds.add(one.saved[1].op_id)
        return before

    assert one.round(held=held).pushed == 1
    assert one.laptop.rows("SELECT seq, state FROM outbox") == [(2, "queued")]
    assert one.round().pushed == 1


def test_what_is_taken_back_while_held_travels_with_its_record(one, other, all_is_well):
    one._write(
        "ticket.resolve@1",
        "ticket",
        {
            "item": "OTS02",
            **one._place(),
            "found_at": "2026-01-01T00:00:00.000Z",
            "done_at": "2026-01-01T00:00:00.000Z",
        },
        [],
    )
    held = frozenset({one.saved[0].op_id})
    assert one.round(held=lambda: held).pushed == 0
    ((ticket,),) = one.laptop.rows("SELECT id FROM view_ticket")
    one._write("ticket.retract@1", "ticket", {}, [], subject=ticket)
    assert one.round().applied == 2
    other.round()
    assert other.laptop.rows("SELECT state FROM view_ticket") == [("voided",)]
    all_is_well()


def test_a_stuck_push_never_keeps_the_laptop_from_receiving(one, other):
    other.report_with_photo()
    other.round()
    one.report_with_photo()
    one.line.instead["/v1/sync/push"] = [problem("malformed", 400)]
    result = one.round()
    assert isinstance(result.failure, CentreSaid)
    assert result.failure.name == "malformed"
    assert result.pulled >= 2
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 2


def test_after_a_bug_the_push_stands_still_for_a_while_and_keeps_everything(one, district):
    one.report_with_photo()
    one.line.instead["/v1/sync/push"] = [problem("malformed", 400)]
    one.round()
    one.line.asked.clear()
    assert one.round().failure is None
    assert "/v1/sync/push" not in [path for _, path in one.line.asked]
    district.world.pass_time(901)
    assert one.round().applied == 1


def test_one_poisoned_operation_holds_nobody_up(one, all_is_well):
    for place in ("东门", POISON, "西门"):
        args = {**one._place(), "place": place, "item": "S0101"}
        args["found_at"] = "2026-01-01T00:00:00.000Z"
        one._write("ticket.report@1", "ticket", args, [])
    result = one.round()
    assert (result.applied, result.quarantined) == (2, 1), result
    assert [path for _, path in one.line.asked].count("/v1/sync/push") == 1
    all_is_well()


def test_a_batch_that_never_gets_through_is_sent_one_by_one(one, all_is_well):
    for _ in range(4):
        one.report_with_photo()
    failing = [problem("internal", 500) for _ in range(5)]
    one.line.instead["/v1/sync/push"] = failing
    for _ in range(5):
        assert one.round().failure is not None
    one.line.asked.clear()
    assert one.round().applied == 4
    assert [path for _, path in one.line.asked].count("/v1/sync/push") > 1
    all_is_well()


def test_verdicts_stand_though_the_batch_after_them_is_lost(one, all_is_well):
    for _ in range(3):
        one.report_with_photo()
    one.line.instead["/v1/sync/push"] = [problem("internal", 500) for _ in range(5)]
    for _ in range(5):
        assert one.round().failure is not None
    one.line.instead["/v1/sync/push"] = [None, NoConnection("timeout", reached=True)]
    lost = one.round()
    assert lost.failure is not None
    assert lost.applied == 1
    assert one.laptop.rows("SELECT seq, state FROM outbox") == [(2, "queued"), (3, "queued")]
    assert one.round().applied == 2
    all_is_well()


def test_a_gap_rewinds_to_the_number_that_is_expected(one, all_is_well):
    one.report_with_photo()
    one.round()
    one.report_with_photo()
    one.line.instead["/v1/sync/push"] = [problem("seq-gap", 409, expected=1)]
    result = one.round()
    assert result.failure is None
    assert result.pushed == 2
    all_is_well()


def test_a_token_that_is_over_is_changed_once_and_kept(one):
    one.line.instead["/v1/sync/pull"] = [problem("token-expired", 401)]
    ((before,),) = one.laptop.rows("SELECT body FROM sync_state")
    assert one.round().failure is None
    ((after,),) = one.laptop.rows("SELECT body FROM sync_state")
    tokens = [msgspec.json.decode(body)["token"] for body in (before, after)]
    assert tokens[0] != tokens[1]
    one.laptop.restart(crashed=False)
    assert one.laptop.engine.round().failure is None


def test_a_suspended_device_is_told_and_keeps_its_work(one):
    one.report_with_photo()
    one.line.instead["/v1/"] = [problem("device-suspended", 401)]
    result = one.round()
    assert isinstance(result.failure, CentreSaid)
    assert one.line.asked == [("POST", "/v1/sync/push")]
    assert one.laptop.rows("SELECT state FROM outbox") == [("queued",)]


def test_no_room_for_photos_pauses_photos_and_nothing_else(one, district):
    one.report_with_photo()
    one.line.instead["/v1/blobs"] = [problem("storage-full", 507)]
    result = one.round()
    assert (result.failure, result.applied, result.photos_stored) == (None, 1, 0)
    one.report_with_photo()
    assert one.round().applied == 1
    assert [path for _, path in one.line.asked].count("/v1/blobs") == 1
    district.world.pass_time(601)
    assert one.round().photos_stored == 2


def test_a_photo_that_cannot_be_read_does_not_stop_the_others(one):
    one.report_with_photo()
    one.report_with_photo()
    ((name,),) = one.laptop.rows("SELECT name FROM blob ORDER BY rowid LIMIT 1")
    (one.laptop.folder / "blobs" / name[:2] / f"{name}.gwb").unlink()
    result = one.round()
    assert result.photos_stored == 1
    assert [note.code for note in result.notes] == ["sync_photo_unreadable"]
    lines = one.laptop.rows("SELECT count(*) FROM sync_log WHERE code = 'sync_photo_unreadable'")
    one.round()
    assert lines == [(1,)]
    assert lines == one.laptop.rows(
        "SELECT count(*) FROM sync_log WHERE code = 'sync_photo_unreadable'"
    )


def test_a_round_ends_between_requests_when_asked_to(one):
    one.report_with_photo()
    answers = iter([False, True, True, True, True, True, True])
    result = one.round(cancelled=lambda: next(answers, True))
    assert result.cancelled
    assert len(one.line.asked) <= 1
    assert one.round().failure is None


def test_an_answer_that_leaves_out_a_verdict_is_not_believed(one):
    one.report_with_photo()
    body = b'{"results":[]}'
    one.line.instead["/v1/sync/push"] = [Reply(200, {"content-digest": content_digest(body)}, body)]
    result = one.round()
    assert result.failure is not None
    assert result.failure.code == "sync_answer_incomplete"
    assert one.laptop.rows("SELECT state FROM outbox") == [("queued",)]


def test_a_round_notes_how_the_centre_s_time_goes_with_the_uptime(one):
    moment = Moment("2026-05-12T12:00:00+08:00", boot="run", mono_ms=5_000, skew_ms=300)
    one.laptop.clock.stamp = lambda: moment
    assert one.round().failure is None
    with one.laptop.read() as session:
        known = state.get(session)
    assert (known.boot, known.boot_ms) == ("run", moment.wall_ms + 300 - 5_000)
    assert known.skew_ms == 300


def test_the_second_of_two_is_refused_and_what_they_wrote_is_kept(one, district, all_is_well):
    reviewer = district.workers[2]
    one.report_with_photo()
    one.round()
    reviewer.round()
    ((ticket, note),) = one.laptop.rows("SELECT id, body ->> '$.note' FROM view_ticket")
    void = {"action": "void", "reason": "重复"}
    reviewer._write(
        "ticket.act@1", "ticket", void, [], subject=ticket, expect={"state": "reported"}
    )
    reviewer.round()
    args = {"changes": {"note": {"from": note, "to": "井盖在路中间"}}}
    one._write("ticket.edit@1", "ticket", args, [], subject=ticket)
    assert one.laptop.rows("SELECT body ->> '$.note' FROM view_ticket") == [("井盖在路中间",)]

    assert one.round().refused == 1
    assert one.laptop.rows("SELECT state, body ->> '$.note' FROM view_ticket") == [("voided", note)]
    ((state, verdict),) = one.laptop.rows("SELECT state, verdict_json FROM outbox")
    said = msgspec.json.decode(verdict)
    assert (state, said["code"], said["current"]["state"]) == ("refused", "E_GONE", "voided")
    truth = Truth(district.host.database, district.host.blobs)
    kind, _, body, _ = truth.entities[said["evidence_id"]]
    assert kind == "late_evidence"
    assert "井盖在路中间" in str(body)
    all_is_well()


def test_one_operation_costs_one_transaction_which_keeps_its_verdict(one):
    one.round()
    one.report_with_photo()
    one.line.asked.clear()
    store = one.laptop.engine.store

    class Noted:
        @staticmethod
        def begin():
            one.line.asked.append(("store", "written"))
            return store.write.begin()

    one.laptop.engine.store = replace(store, write=Noted)
    assert one.round().applied == 1
    push, written = ("POST", "/v1/sync/push"), ("store", "written")
    assert one.line.asked[:2] == [push, written]
    assert one.line.asked[2] == ("POST", "/v1/sync/pull")


def test_what_is_recorded_while_the_last_batch_is_under_way_goes_in_the_same_round(
    one, all_is_well
):
    one.report_with_photo()
    send, more = one.line.send, [one.report_with_photo]

    def meanwhile(method, path, headers, body=b"", *, timeout):
        if path == "/v1/sync/push" and more:
            more.pop()()
        return send(method, path, headers, body, timeout=timeout)

    one.line.send = meanwhile
    assert one.round().applied == 2
    assert one.laptop.rows("SELECT 1 FROM outbox") == []
    all_is_well()


def test_the_next_batch_is_ready_before_the_one_before_is_answered(one):
    one.report_with_photo()
    one.report_with_photo()
    engine, second, waited = one.laptop.engine, Event(), []
    engine._batch.now = 1
    exchange = engine._ready()
    ready = exchange.ready

    def watched(body):
        made = ready(body)
        if b'{"ops":[{"seq":2,' in made.sent:
            second.set()
        return made

    def unanswered(method, path, headers, body=b"", *, timeout):
        waited.append(second.wait(60))
        raise NoConnection

    exchange.ready, one.line.send, engine.line = watched, unanswered, own_thread
    assert engine.round().failure is not None
    assert waited == [True]


def test_the_next_batch_is_under_way_before_the_verdicts_on_the_one_before_are_kept(one):
    one.report_with_photo()
    one.report_with_photo()
    engine, send, out, kept = one.laptop.engine, one.line.send, [], []
    engine._batch.now = 1

    def watched(method, path, headers, body=b"", *, timeout):
        if path == "/v1/sync/push":
            out.append(current_thread())
            if len(out) == 1:
                writer.driver()
            else:
                kept.append(one.laptop.rows("SELECT state FROM outbox_state WHERE seq = 1"))
                writer.rollback()
        return send(method, path, headers, body, timeout=timeout)

    one.line.send, engine.line = watched, own_thread
    with one.laptop.write() as writer:
        assert one.round().applied == 2
    assert (out, kept) == ([current_thread()] * 2, [[("queued",)]])


def test_what_a_kill_left_under_way_is_sent_again(one, all_is_well):
    one.report_with_photo()
    with one.laptop.write.begin() as session:
        outbox.tried(session, 1)
    one.laptop.restart(crashed=True)
    assert one.laptop.engine.round().applied == 1
    all_is_well()


def test_what_a_failing_store_left_under_way_is_sent_again_by_the_next_round(one, all_is_well):
    one.report_with_photo()
    one.report_with_photo()
    one.laptop.engine._batch.now = 1
    asked = iter([frozenset()])

    def held():
        return next(asked)  # the second batch is made while the centre decides the first

    with pytest.raises(StopIteration):
        one.round(held=held)
    assert one.laptop.rows("SELECT state FROM outbox") == [("queued",), ("queued",)]
    assert one.round().applied == 2
    all_is_well()


def test_a_token_is_changed_once_a_month_by_the_centre_s_time(one, district):
    def token():
        ((body,),) = one.laptop.rows("SELECT body FROM sync_state")
        return msgspec.json.decode(body)["token"]

    one.round()
    first = token()
    one.laptop.clock.wrong_by = timedelta(days=365)
    one.round()
    assert token() == first
    district.world.pass_time(31 * 86_400)
    assert one.round().failure is None
    assert token() != first

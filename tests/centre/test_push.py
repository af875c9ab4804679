"""Push: order, repetition, gaps, poison (sync.md 4.4)."""

import json

import pytest

from central.store import feed
from gridworker.domain.apply import apply
from gridworker.domain.number import check_character, is_local_no


def test_an_operation_is_applied_and_acknowledged(worker):
    answer = worker.send(worker.report(), worker.patrol())
    assert [r["verdict"] for r in answer.json["results"]] == ["applied", "applied"]
    assert [r["rev"] for r in answer.json["results"]] == [1, 1]
    assert answer.headers["sync-acked-seq"] == "2"


def test_req_026_known_operations_are_answered_again_and_nothing_happens_twice(worker):
    ops = [worker.report(), worker.resolve(), worker.patrol()]
    first = worker.push(*ops)
    worker.pull()
    before = dict(worker.base)
    again = worker.push(*ops)
    assert [{**r} for r in again] == [{**r, "replay": True} for r in first]
    assert worker.pull() == []
    assert worker.base == before


def test_a_repetition_is_byte_equal_but_for_the_word_replay(worker):
    op = worker.report()
    first, second = worker.send(op), worker.send(op)
    assert second.body.replace(b',"replay":true', b"") == first.body


def test_a_batch_may_overlap_with_what_is_known(worker):
    first, second, third = worker.report(), worker.patrol(), worker.patrol()
    worker.push(first, second)
    results = worker.push(first, second, third)
    assert [r.get("replay", False) for r in results] == [True, True, False]


def test_a_gap_is_told_with_the_number_that_is_expected(worker):
    worker.push(worker.report())
    next(worker.seq)
    answer = worker.send(worker.report())
    assert (answer.status, answer.problem) == (409, "seq-gap")
    assert answer.json["expected"] == 2


def test_a_known_id_with_another_payload_is_refused_and_counted(worker, centre):
    op = worker.report()
    worker.push(op)
    (result,) = worker.push({**op, "args": {**op["args"], "note": "别的内容"}})
    assert (result["verdict"], result["code"]) == ("refused", "E_OP_ID_REUSED")
    assert centre.parts.metrics.value("gridworker_reused_op_ids_total") == 1


def test_what_came_under_a_used_id_is_kept_once_and_changes_nothing_else(worker, centre):
    told = {"name": "示例居民", "phone": "13900000000"}
    op = worker.report(args={"person": told})
    worker.push(op)
    other = {**op["args"], "note": "别的内容", "person": {**told, "name": "另一位"}}
    results = [worker.push({**op, "args": other})[0] for _ in range(2)]
    assert results[0] == results[1]
    worker.pull()
    (kept,) = worker.bodies("late_evidence").values()
    assert list(worker.bodies("late_evidence")) == [results[0]["evidence_id"]]
    assert (kept["code"], kept["op"]) == ("E_OP_ID_REUSED", op["op_id"])
    assert kept["args"]["note"] == "别的内容"
    assert kept["to"] == {"kind": "ticket", "id": op["entity"]["id"]}
    people = worker.bodies("person")
    assert people[kept["person"]]["name"] == "另一位"
    ticket = worker.bodies("ticket")[op["entity"]["id"]]
    assert people[ticket["person"]]["name"] == "示例居民"
    assert ticket["note"] != "别的内容"
    third = worker.push({**op, "args": {**other, "note": "又一份"}})[0]
    assert third["evidence_id"] != results[0]["evidence_id"]
    assert centre.parts.metrics.value("gridworker_reused_op_ids_total") == 3


def test_used_numbers_with_unknown_operations_mean_a_copied_device(worker):
    worker.push(worker.report())
    stranger = {**worker.report(), "seq": 1}
    answer = worker.send(stranger)
    assert (answer.status, answer.problem) == (409, "device-forked")


def test_a_device_enrolled_anew_brings_the_same_operations_under_new_numbers(enrol):
    old = enrol("wg0101")
    ops = [old.report(), old.patrol()]
    old.push(*ops)
    new = enrol("wg0101")
    answer = new.send({**ops[1], "seq": 1}, {**new.patrol(), "seq": 2})
    replayed, fresh = answer.json["results"]
    assert (replayed["seq"], replayed["replay"]) == (1, True)
    assert fresh["verdict"] == "applied"
    assert answer.headers["sync-acked-seq"] == "2"


def test_what_was_told_of_a_batch_whose_last_operation_is_known_is_not_forgotten(enrol):
    first, second = enrol("wg0101"), enrol("wg0101")
    mine, known = first.report(), first.patrol()
    second.push({**known, "seq": 1})
    answer = first.send(mine, known)
    assert [result["verdict"] for result in answer.json["results"]] == ["applied", "applied"]
    again = first.send(first.patrol(), Sync_Acked_Seq=answer.headers["sync-acked-seq"])
    assert (again.status, again.headers["sync-acked-seq"]) == (200, "3")


def test_the_same_record_again_changes_nothing(worker):
    op = worker.report()
    worker.push(op)
    (result,) = worker.push(worker.report(id=op["entity"]["id"]))
    assert (result["verdict"], result["rev"]) == ("noop", 1)


def test_somebody_elses_record_is_not_called_a_repetition(worker, enrol):
    op = worker.report()
    worker.push(op)
    other = enrol("wg0102")
    (result,) = other.push(other.report(id=op["entity"]["id"]))
    assert (result["verdict"], result["code"]) == ("refused", "E_INVALID")


def test_an_id_of_another_kind_is_refused(worker):
    op = worker.report()
    worker.push(op)
    (result,) = worker.push(worker.patrol(id=op["entity"]["id"]))
    assert (result["verdict"], result["code"]) == ("refused", "E_INVALID")


def test_an_operation_that_cannot_be_read_is_refused_and_the_others_go_on(worker):
    odd = worker.report()
    odd["args"]["unknown"] = "key"
    floating = worker.report()
    floating["args"]["lon"] = 1.5
    strange = worker.op("ticket.fly@1", {})
    shapeless = {**worker.report(), "at": "yesterday"}
    fine = worker.report()
    results = worker.push(odd, floating, strange, shapeless, fine)
    assert [r["verdict"] for r in results] == ["refused"] * 4 + ["applied"]
    assert {r["code"] for r in results[:4]} == {"E_INVALID"}
    again = worker.push(odd, floating, strange, shapeless, fine)
    assert [r["code"] for r in again[:4]] == ["E_INVALID"] * 4


def test_an_operation_that_is_too_long_is_decided_so_that_nothing_waits_behind_it(worker):
    long = worker.report(args={"note": "长" * 40_000})
    results = worker.push(long, worker.patrol())
    assert [r["verdict"] for r in results] == ["refused", "applied"]


def test_what_is_added_to_a_record_that_was_refused_is_refused_for_that(worker):
    ticket = worker.report(args={"item": "GONE"})
    to = {"kind": "ticket", "id": ticket["entity"]["id"]}
    args = {"to": to, "note": "又去看过"}
    remark = worker.op("evidence.add@1", args, after=[ticket["op_id"]])
    alone = worker.op("evidence.add@1", args)
    results = worker.push(ticket, remark, alone)
    codes = [r.get("code") for r in results]
    assert codes == ["E_UNKNOWN_ITEM", "E_PARENT_REFUSED", "E_INVALID"]
    worker.pull()
    assert worker.bodies("late_evidence")[results[1]["evidence_id"]]["args"]["note"] == "又去看过"


def test_what_builds_on_a_refused_operation_is_refused_but_content_is_taken(worker):
    ticket = worker.report()
    worker.push(ticket)
    id_ = ticket["entity"]["id"]
    refused = worker.act(id_, "file", "reported", standard=1)
    builds = worker.op(
        "ticket.edit@1",
        {"changes": {"note": {"from": "井盖破损", "to": "井盖丢失"}}},
        id=id_,
        after=[refused["op_id"]],
    )
    remark = worker.op(
        "evidence.add@1",
        {"to": {"kind": "ticket", "id": id_}, "note": "又去看过"},
        after=[refused["op_id"]],
    )
    results = worker.push(refused, builds, remark)
    assert [r.get("code") for r in results] == ["E_FORBIDDEN", "E_PARENT_REFUSED", None]
    later = worker.op("ticket.retract@1", {}, id=id_, after=[refused["op_id"]])
    assert worker.push(later)[0]["code"] == "E_PARENT_REFUSED"


def test_the_actor_is_whom_the_token_names(worker):
    (result,) = worker.push({**worker.report(), "actor": "pq01"})
    assert (result["verdict"], result["code"]) == ("refused", "E_FORBIDDEN")


def test_numbers_of_the_device_stay_and_missing_ones_are_made(worker):
    printed = f"L990101-{worker.device_code}-20260512-0001"
    printed += check_character(printed)
    named, nameless = worker.report(), worker.report()
    named["entity"]["local_no"] = printed
    worker.push(named, nameless)
    worker.pull()
    tickets = worker.bodies("ticket")
    assert tickets[named["entity"]["id"]]["local_no"] == printed
    made = tickets[nameless["entity"]["id"]]["local_no"]
    assert is_local_no(made)
    assert made != printed


def test_a_clock_that_is_wrong_is_flagged_and_never_refused(worker, clock):
    right, skewed, ahead = worker.report(), worker.report(), worker.report()
    right["at"] = {"wall": "2026-05-12T17:00:00+08:00", "skew_ms": 90_000}
    skewed["at"] = {"wall": "2026-05-12T18:00:00+08:00", "skew_ms": -121_000}
    ahead["at"] = {"wall": "2027-05-12T18:00:00+08:00"}
    assert {r["verdict"] for r in worker.push(right, skewed, ahead)} == {"applied"}
    worker.pull()
    tickets = worker.bodies("ticket")
    flags = [tickets[op["entity"]["id"]]["at_flag"] for op in (right, skewed, ahead)]
    assert flags == ["ok", "suspect", "suspect"]
    flows = {f["ticket"]: f for f in worker.bodies("flow_record").values()}
    assert flows[right["entity"]["id"]]["at_estimated"] == "2026-05-12T09:01:30.000Z"
    assert flows[ahead["entity"]["id"]]["at_estimated"] == "2026-05-12T10:00:00.000Z"


class Poisoned(Exception):
    """What a broken rule raises."""


def fails_on_poison(op, actor, world):
    if op.args.get("note") == "poison":
        raise Poisoned
    return apply(op, actor, world)


def test_one_poisoned_operation_among_500_is_kept_and_the_others_are_applied(
    open_centre, make_door, enrol, caplog
):
    door = make_door(open_centre(rules=fails_on_poison))
    worker = enrol("wg0101", door)
    ops = [worker.patrol() for _ in range(500)]
    ops[250]["args"]["note"] = "poison"
    ops[251]["after"] = [ops[250]["op_id"]]
    results = worker.push(*ops)
    verdicts = [r["verdict"] for r in results]
    assert (verdicts[250], verdicts[251]) == ("quarantined", "quarantined")
    assert verdicts.count("applied") == 498
    late = worker.patrol(after=[ops[251]["op_id"]])
    assert worker.push(late)[0]["verdict"] == "quarantined"
    assert worker.push(ops[250])[0]["replay"] is True
    assert "quarantined" in caplog.text
    lines = [json.loads(line) for line in door.centre.state()]
    (kept,) = [line for line in lines if line.get("op") == ops[250]]
    assert kept["verdict"] == "quarantined"


def broken_record(op, actor, world):
    outcome = apply(op, actor, world)
    if op.args.get("note") == "poison":
        put = outcome.puts[0]
        return type(outcome)((type(put)(None, put.id, put.body),))
    return outcome


def test_an_operation_that_cannot_be_written_is_found_and_kept(
    open_centre, make_door, enrol, caplog
):
    worker = enrol("wg0101", make_door(open_centre(rules=broken_record)))
    ops = [worker.patrol() for _ in range(20)]
    for place in (3, 17):
        ops[place]["args"]["note"] = "poison"
    verdicts = [r["verdict"] for r in worker.push(*ops)]
    assert [place for place, v in enumerate(verdicts) if v == "quarantined"] == [3, 17]
    assert verdicts.count("applied") == 18
    assert "quarantined" in caplog.text


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", ["push:before_commit", "push:after_commit"])
def test_a_crash_around_the_commit_loses_nothing_and_doubles_nothing(worker, centre, step):
    def crash(at):
        if at == step:
            raise Crash

    op = worker.report()
    centre.crash_at = crash
    with pytest.raises(Crash):
        worker.send(op)
    centre.crash_at = lambda _step: None
    committed = step == "push:after_commit"
    worker.pull()
    assert len(worker.bodies("ticket")) == committed
    assert worker.push(op)[0].get("replay", False) == committed
    worker.pull()
    assert {row["rev"] for row in worker.base.values() if row["kind"] == "ticket"} == {1}
    heads = centre.parts.store.read(lambda tx: feed.heads(tx, ["grid:G0101"]))
    assert heads["grid:G0101"].seq == heads["grid:G0101"].count == 2

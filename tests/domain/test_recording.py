"""Handing up (T1) and finishing on the spot (T23), on a laptop and at the centre."""

import pytest

from gridworker.domain.problem import Code, RuleBroken


def refusal(town, op, actor):
    before = dict(town.bodies)
    with pytest.raises(RuleBroken) as caught:
        town.do(op, actor)
    assert town.bodies == before
    return caught.value


def test_a_report_begins_a_ticket_with_one_step(town, people, kit):
    ticket = town.reported(people.worker)
    body = town.ticket(ticket)
    assert (body["state"], body["flow"], body["title"]) == ("reported", 1, "上水井盖")
    assert body["reported_at"] == "2026-03-02T01:00:00.000Z"
    assert [p["state"] for p in body["photos"]] == ["local"]
    (step,) = town.timeline(ticket)
    assert (step["action"], step["from_state"], step["to_state"]) == ("report", "draft", "reported")
    assert step["actor_name"] == people.worker.name


def test_who_told_us_is_a_record_of_its_own(town, people):
    told = {"name": "李女士", "phone": "13800000000"}
    ticket = town.reported(people.worker, person=told)
    ((kind, id_),) = [key for key in town.bodies if key[0] == "person"]
    assert town.ticket(ticket)["person"] == id_
    assert town.bodies[kind, id_]["class"] == "敏感"
    assert told["phone"] not in str(town.ticket(ticket))


def test_req_031_a_simple_matter_takes_two_steps(town, people):
    ticket = town.resolved(people.worker)
    found, done = town.timeline(ticket)
    assert (found["action"], found["at"]) == ("found", "2026-03-02T00:50:00.000Z")
    assert (done["action"], done["at"]) == ("resolve", "2026-03-02T00:58:00.000Z")
    assert (done["from_state"], done["to_state"]) == ("draft", "onspot_done")
    assert town.ticket(ticket)["state"] == "onspot_done"


@pytest.mark.parametrize("kind", ["ticket.report", "ticket.resolve"])
def test_the_same_record_twice_is_one_record(town, people, kit, kind):
    args = kit.report_args() if kind == "ticket.report" else kit.resolve_args()
    op = town.op(kind, "t", args)
    assert not town.do(op, people.worker).noop
    after = dict(town.bodies)
    assert town.do(op, people.worker).noop
    assert town.bodies == after


def test_laptop_and_centre_agree_but_for_the_time_of_receipt(kit, people):
    laptop, centre = kit.town(), kit.town(received=kit.now)
    for kind, args in (
        ("ticket.resolve", kit.resolve_args()),
        ("ticket.report", kit.report_args(person={"name": "李"})),
        ("patrol_record.create", patrol_args()),
    ):
        op = laptop.op(kind, laptop.new_id(), args, wall="2026-03-02T09:00:00+08:00")
        assert laptop.do(op, people.worker) == centre.do(op, people.worker)
    assert laptop.bodies == centre.bodies


@pytest.mark.parametrize(
    ("changes", "code", "facts"),
    [
        ({"item": "nix"}, Code.UNKNOWN_ITEM, {"item": "nix"}),
        (
            {"item": "OLD"},
            Code.ITEM_OFF,
            {"item": "旧事项", "since": "2026-02-01", "instead": None},
        ),
        ({"item": "S0410"}, Code.NOT_ON_SPOT, {"item": "非机动车乱停放"}),
        ({"photos": []}, Code.EVIDENCE_RULE, {"missing": ["before", "after"]}),
        ({"place": "  "}, Code.INVALID, {"field": "place", "detail": "empty"}),
        ({"place": "长" * 201}, Code.INVALID, {"field": "place", "detail": "too long"}),
        ({"note": "长" * 2001}, Code.INVALID, {"field": "note", "detail": "too long"}),
        ({"note": "a\0b"}, Code.INVALID, {"field": "args"}),
        ({"grid": "G9"}, Code.INVALID, {"field": "grid"}),
        ({"grid": "G2"}, Code.FORBIDDEN, {"grid": "G2"}),
        ({"found_at": "yesterday"}, Code.INVALID, {"field": "found_at"}),
        ({"done_at": "2026-03-02T09:00:00"}, Code.INVALID, {"field": "done_at"}),
        ({"found_at": "0001-01-01T00:00:00+08:00"}, Code.INVALID, {"field": "found_at"}),
        ({"surprise": 1}, Code.INVALID, {}),
        ({"item": 7}, Code.INVALID, {}),
    ],
)
def test_what_a_laptop_refuses(town, people, kit, changes, code, facts):
    broken = refusal(
        town, town.op("ticket.resolve", "t", kit.resolve_args(**changes)), people.worker
    )
    assert broken.code is code
    assert str(broken) == str(code)
    assert facts.items() <= broken.facts.items()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sha256": "zz"}, Code.INVALID),
        ({"mime": "text/html"}, Code.INVALID),
        ({"bytes": 0}, Code.INVALID),
        ({"bytes": 25 * 1024 * 1024 + 1}, Code.BLOB_TOO_LARGE),
    ],
)
def test_photos_that_no_file_can_match(town, people, kit, change, code):
    bad = {**kit.photo("before"), **change}
    args = kit.resolve_args(photos=[bad, kit.photo("after", "b")])
    assert refusal(town, town.op("ticket.resolve", "t", args), people.worker).code is code


@pytest.mark.parametrize("received", [None, "2026-03-02T01:00:00.000Z"])
def test_the_same_picture_is_no_proof_anywhere(kit, people, received):
    town = kit.town(received=received)
    args = kit.resolve_args(photos=[kit.photo("before"), kit.photo("after")])
    op = town.op("ticket.resolve", "t", args)
    assert refusal(town, op, people.worker).code is Code.PHOTO_SAME


def test_req_062_a_reason_stands_in_for_a_photo(town, people):
    ticket = town.resolved(people.worker, photos=[], no_photo_reason=" 老人不愿拍照 ")
    assert town.ticket(ticket)["no_photo_reason"] == "老人不愿拍照"


def test_an_item_that_asks_for_no_photo_needs_no_reason(town, people):
    ticket = town.resolved(people.worker, item="OTS11", photos=[])
    assert town.ticket(ticket)["state"] == "onspot_done"


@pytest.mark.parametrize("change", [{"item": "S0410"}, {"item": "OLD"}, {"photos": []}])
def test_the_centre_turns_what_it_does_not_know_as_done_into_a_report(kit, people, change):
    town = kit.town(received=kit.now)
    op = town.op("ticket.resolve", "t", kit.resolve_args(**change))
    assert town.do(op, people.worker).converted
    body = town.ticket("t")
    assert (body["state"], body["converted"], body["reported_at"]) == ("reported", True, kit.now)
    assert [step["to_state"] for step in town.timeline("t")] == ["draft", "reported"]


def test_the_centre_takes_reports_of_items_that_are_off(kit, people):
    town = kit.town(received=kit.now)
    assert town.ticket(town.reported(people.worker, item="OLD"))["state"] == "reported"


def test_the_centre_refuses_an_item_that_never_was(kit, people):
    town = kit.town(received=kit.now)
    op = town.op("ticket.resolve", "t", kit.resolve_args(item="nix"))
    assert refusal(town, op, people.worker).code is Code.UNKNOWN_ITEM


def test_only_those_who_may_record_do(town, people, kit):
    op = town.op("ticket.resolve", "t", kit.resolve_args())
    assert refusal(town, op, people.desk).code is Code.FORBIDDEN
    assert refusal(town, op, people.nobody).code is Code.FORBIDDEN
    assert town.ticket(town.reported(people.desk))["state"] == "reported"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("ticket.fly@1", "ticket"), ("ticket.report@2", "ticket"), ("ticket.report@1", "evidence")],
)
def test_an_operation_nobody_knows_is_refused(town, people, kit, type_, kind):
    op = town.op("ticket.report", "t", kit.report_args())
    strange = type(op)(
        op_id=op.op_id,
        type=type_,
        actor=op.actor,
        entity=type(op.entity)(kind, "t"),
        args=op.args,
        at=op.at,
    )
    broken = refusal(town, strange, people.worker)
    assert (broken.code, broken.facts["field"]) == (Code.INVALID, "type")


def test_a_device_without_a_readable_clock_is_told_so(town, people, kit):
    op = town.op("ticket.report", "t", kit.report_args(), wall="whenever")
    assert refusal(town, op, people.worker).facts["field"] == "at"


def test_req_068_every_record_lies_in_a_grid_of_ones_own(town, people, kit):
    for kind, args in (
        ("ticket.report", kit.report_args(grid="G2")),
        ("ticket.resolve", kit.resolve_args(grid="G2")),
        ("patrol_record.create", patrol_args(grid="G2")),
    ):
        broken = refusal(town, town.op(kind, "x", args), people.worker)
        assert (broken.code, broken.facts) == (Code.FORBIDDEN, {"grid": "G2"})
    body = town.ticket(town.reported(people.worker))
    assert (body["grid"], body["org_id"]) == ("G1", "C1")


def patrol_args(**changes):
    args = {
        "place": "5 栋天台",
        "result": "normal",
        "grid": "G1",
        "at": "2026-03-02T09:00:00+08:00",
    }
    return {**args, **changes}


def test_a_patrol_is_one_record(town, people):
    op = town.op("patrol_record.create", "p", patrol_args(note="都好", ticket="t1"))
    town.do(op, people.worker)
    body = town.bodies["patrol_record", "p"]
    assert (body["place"], body["result"], body["ticket"]) == ("5 栋天台", "normal", "t1")
    assert town.do(op, people.worker).noop


def test_a_patrol_with_an_unknown_result_is_refused(town, people):
    op = town.op("patrol_record.create", "p", patrol_args(result="hm"))
    assert refusal(town, op, people.worker).code is Code.INVALID

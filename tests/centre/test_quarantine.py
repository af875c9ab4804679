"""What no rule could decide is decided by a newer release, and the verdict reaches the laptop."""

import json

import pytest

from central.main import main
from central.service import quarantine
from gridworker.domain.apply import apply
from gridworker.domain.redo import handed_id


def poisoned(op, actor, world):
    if op.args.get("note") == "poison":
        raise KeyError(op.op_id)
    return apply(op, actor, world)


@pytest.fixture
def laptop(open_centre, make_door, enrol):
    return enrol("wg0101", make_door(open_centre(rules=poisoned)))


@pytest.fixture
def office(laptop):
    """What an operator opens beside the serving centre."""
    return laptop.door.centre.parts


@pytest.fixture
def run(ground, capfdbinary):
    def run_(*arguments):
        capfdbinary.readouterr()
        code = main([*arguments, "--database", ground.url])
        out, err = capfdbinary.readouterr()
        return code, [json.loads(line) for line in out.decode().splitlines()], err.decode()

    return run_


def logged(laptop, op):
    lines = map(json.loads, laptop.door.centre.state())
    return next(line["verdict"] for line in lines if line.get("op") == op)


def test_a_newer_release_decides_it_and_the_verdict_reaches_the_laptop(laptop, run, caplog):
    op = laptop.report(args={"note": "poison"})
    (said,) = laptop.push(op)
    assert (said["verdict"], said["detail"]) == ("quarantined", "rule")
    assert "quarantined" in caplog.text
    _, (line,), _ = run("quarantine", "list")
    assert line == {
        "op_id": op["op_id"],
        "device_code": laptop.device_code,
        "seq": op["seq"],
        "type": "ticket.report@1",
        "local_no": None,
        "why": "rule",
        "received_at": "2026-05-12T10:00:00.000Z",
    }
    laptop.pull()
    assert laptop.bodies("op_result") == {}

    code, (done,), _ = run("quarantine", "replay")

    assert (code, done) == (0, {"op_id": op["op_id"], "verdict": "applied", "code": None})
    laptop.pull()
    (late,) = laptop.bodies("op_result").values()
    assert (late["op_id"], late["seq"], late["verdict"], late["rev"]) == (
        op["op_id"],
        op["seq"],
        "applied",
        1,
    )
    assert laptop.bodies("ticket")[op["entity"]["id"]]["note"] == "poison"
    assert logged(laptop, op) == "applied"
    (again,) = laptop.push(op)
    assert (again["verdict"], again["replay"]) == ("applied", True)
    assert run("quarantine", "list")[1] == []
    assert run("quarantine", "replay")[1] == []


def test_what_builds_on_it_waits_for_it_and_follows(laptop, office, caplog):
    first = laptop.report(args={"note": "poison"})
    ticket = first["entity"]["id"]
    remark = laptop.op(
        "evidence.add@1",
        {"to": {"kind": "ticket", "id": ticket}, "note": "门卫也看见了"},
        after=[first["op_id"]],
    )
    verdicts = [(r["verdict"], r["detail"]) for r in laptop.push(first, remark)]
    assert verdicts == [("quarantined", "rule"), ("quarantined", "parent")]

    (alone,) = quarantine.replay(office, apply, [remark["op_id"]])
    assert alone["verdict"] == "quarantined"

    both = list(quarantine.replay(office, apply))
    assert [line["verdict"] for line in both] == ["applied", "applied"]
    laptop.pull()
    assert [body["note"] for body in laptop.bodies("evidence").values()] == ["门卫也看见了"]
    assert "makes its rule fail" in caplog.text


def test_a_release_that_is_no_better_leaves_it_where_it_is(laptop, office, caplog):
    poison, good = laptop.report(args={"note": "poison"}), laptop.patrol()
    laptop.push(poison, good)
    (line,) = quarantine.replay(office, poisoned)
    assert line["verdict"] == "quarantined"
    assert "still cannot be decided" in caplog.text
    assert [held["op_id"] for held in quarantine.listed(office)] == [poison["op_id"]]
    laptop.pull()
    assert laptop.bodies("op_result") == {}


def test_a_late_refusal_has_code_and_evidence(laptop, office, caplog):
    op = laptop.report(args={"note": "poison", "item": "B9999"})
    laptop.push(op)
    assert [line["code"] for line in quarantine.replay(office, apply)] == ["E_UNKNOWN_ITEM"]
    laptop.pull()
    (late,) = laptop.bodies("op_result").values()
    assert late["evidence_id"] in laptop.bodies("late_evidence")
    assert logged(laptop, op) == "refused"
    assert "quarantined" in caplog.text


def test_only_what_waits_can_be_replayed(laptop, run):
    laptop.push(op := laptop.report())
    code, lines, said = run("quarantine", "replay", op["op_id"])
    assert (code, lines) == (2, [])
    assert op["op_id"] in said


def test_refusals_are_counted_by_device_and_code_until_they_are_redone(laptop, run, clock):
    first = laptop.report()
    laptop.push(first)
    wish = {"changes": {"place": {"from": "别处", "to": "东门"}}}
    edits = [laptop.op("ticket.edit@1", wish, id=first["entity"]["id"]) for _ in range(2)]
    assert [r["code"] for r in laptop.push(*edits)] == ["E_FIELD_CONFLICT"] * 2
    two = {
        "device_code": laptop.device_code,
        "code": "E_FIELD_CONFLICT",
        "refusals": 2,
        "handed_over": 0,
        "last_at": "2026-05-12T10:00:00.000Z",
    }
    assert run("attention", "--days", "100000")[1] == [two]
    again = laptop.op(
        "ticket.edit@1",
        {"changes": {"place": {"from": "示例路8号", "to": "东门"}}},
        id=first["entity"]["id"],
        after=[edits[0]["op_id"]],
        redo_of=edits[0]["op_id"],
    )
    assert laptop.push(again)[0]["verdict"] == "applied"
    assert run("attention", "--days", "100000")[1] == [{**two, "refusals": 1}]
    remark = {"to": {"kind": "ticket", "id": first["entity"]["id"]}, "note": "请主管看一看"}
    laptop.push(laptop.op("evidence.add@1", remark, id=handed_id(edits[1]["op_id"])))
    asked = {**two, "refusals": 1, "handed_over": 1}
    assert run("attention", "--days", "100000")[1] == [asked]
    assert run("attention", "--days", "0")[1] == []


def test_what_builds_on_a_refusal_without_knowing_of_it_is_refused(laptop):
    first = laptop.report()
    wish = {"changes": {"place": {"from": "别处", "to": "东门"}}}
    lost = laptop.op("ticket.edit@1", wish, id=first["entity"]["id"])
    laptop.push(first, lost)
    good = {"changes": {"place": {"from": "示例路8号", "to": "东门"}}}
    frame = {"id": first["entity"]["id"], "after": [lost["op_id"]]}
    blind = laptop.op("ticket.edit@1", good, **frame)
    elsewhere = laptop.op("ticket.edit@1", good, **{**frame, "after": []}, redo_of=lost["op_id"])
    knowing = laptop.op("ticket.edit@1", good, **frame, redo_of=lost["op_id"])
    results = laptop.push(blind, elsewhere, knowing)
    assert [r.get("code") for r in results] == ["E_PARENT_REFUSED", "E_INVALID", None]

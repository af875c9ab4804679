"""Older and newer laptops at this centre, and answers to laptops of this release (sync.md 4.10)."""

import json
from pathlib import Path

import msgspec
import pytest

from gridworker import wire

RECORDED = Path(__file__).parents[1] / "data" / "released" / "gsp1-0.1.0.json"


@pytest.fixture(scope="module")
def recorded():
    """What a laptop of release 0.1.0 sent on a day, and what the centre of then answered."""
    return json.loads(RECORDED.read_text("utf-8"))


def older(report):
    """An operation of an invented version before the first: it called the place `where`."""
    args = {("where" if key == "place" else key): value for key, value in report["args"].items()}
    return {**report, "type": "ticket.report@0", "args": args}


def translated(raw):
    args = dict(raw["args"])
    args["place"] = args.pop("where")
    return {**raw, "type": "ticket.report@1", "args": args}


def test_an_older_version_is_translated_and_kept_as_it_came(worker, centre):
    centre.parts.translations = {"ticket.report@0": translated}
    sent = older(worker.report())
    (result,) = worker.push(sent)
    assert result["verdict"] == "applied"
    worker.pull()
    assert worker.bodies("ticket")[sent["entity"]["id"]]["place"] == "示例路8号"
    (again,) = worker.push(sent)
    assert (again["verdict"], again["replay"]) == ("applied", True)
    lines = [json.loads(line) for line in centre.state()]
    (kept,) = (line["op"] for line in lines if line.get("op", {}).get("op_id") == sent["op_id"])
    assert kept == sent


def test_what_its_own_version_would_not_have_sent_is_refused_with_its_content(worker, centre):
    centre.parts.translations = {"ticket.report@0": translated}
    odd = {**worker.report(), "type": "ticket.report@0"}
    refused, applied = worker.push(odd, worker.report())
    assert (refused["verdict"], refused["code"]) == ("refused", "E_INVALID")
    assert refused["evidence_id"]
    assert applied["verdict"] == "applied"


def test_what_only_a_newer_program_knows_waits_whole_and_stops_nobody(worker, centre):
    newer = {**worker.report(), "type": "ticket.report@2"}
    after = worker.op("ticket.retract@1", {}, id=newer["entity"]["id"], after=[newer["op_id"]])
    results = worker.push(newer, after, worker.report())
    assert [r["verdict"] for r in results] == ["quarantined", "quarantined", "applied"]
    lines = [json.loads(line) for line in centre.state()]
    kept = [line["op"] for line in lines if line.get("verdict", {}) and "op" in line]
    assert newer in kept


@pytest.mark.parametrize("type_", ["Ticket report", "ticket.teleport@1", "ticket.report@0"])
def test_what_is_no_type_of_ours_is_refused_with_its_content(worker, type_):
    (result,) = worker.push({**worker.report(), "type": type_})
    assert (result["verdict"], result["code"]) == ("refused", "E_INVALID")
    assert result["evidence_id"]


def test_requests_of_the_first_release_are_answered_as_they_were(worker, recorded):
    for request in recorded["requests"]:
        answer = worker.ask("POST", request["path"], request["body"])
        assert answer.status == request["status"], answer.body
        if request["path"].endswith("/push"):
            assert [r["verdict"] for r in answer.json["results"]] == request["verdicts"]
        assert request["answer"].keys() <= answer.json.keys()


def test_answers_of_the_first_release_are_understood(recorded):
    kinds = {
        "/v1/sync/push": wire.PushResponse,
        "/v1/sync/pull": wire.PullResponse,
        "/v1/sync/verify": wire.VerifyResponse,
        "/v1/devices/self/token": wire.TokenResponse,
    }
    for request in recorded["requests"]:
        told = msgspec.json.encode({**request["answer"], "a_key_of_tomorrow": {"x": [1]}})
        msgspec.json.decode(told, type=kinds[request["path"]])


def test_every_type_of_operation_was_recorded(recorded):
    sent = [op["type"] for r in recorded["requests"] for op in r["body"].get("ops", ())]
    assert set(sent) >= {
        "ticket.report@1",
        "ticket.resolve@1",
        "patrol_record.create@1",
        "ticket.act@1",
        "ticket.edit@1",
        "ticket.retract@1",
        "evidence.add@1",
    }

"""Epochs: a centre that was set back says so (sync.md 4.1)."""

import shutil

import msgspec

from central.store import op_log
from gridworker.wire import PushResult, digest_of


def test_another_epoch_is_refused_before_anything_is_read(worker):
    op = worker.report()
    for epoch in ("00" * 8, "", "x"):
        answer = worker.send(op, **{"Sync-Epoch": epoch})
        assert (answer.status, answer.problem) == (409, "epoch-changed")
        assert (answer.json["epoch"], answer.json["acked_seq"]) == (worker.epoch, 0)
    del op["seq"]
    assert worker.push(worker.report() | {"seq": 1})[0]["verdict"] == "applied"


def test_an_epoch_is_demanded(worker):
    for path, body in (
        ("/v1/sync/push", {"ops": []}),
        ("/v1/sync/pull", {"cursors": {}}),
        ("/v1/sync/verify", {"cursors": {}}),
    ):
        headers = {"Authorization": f"Bearer {worker.token}"}
        answer = worker.door.ask("POST", path, body, headers=headers)
        assert (answer.status, answer.problem) == (400, "malformed")


def test_restored_begins_a_new_epoch_that_survives_a_restart(worker, centre, open_centre):
    epoch = centre.restored()
    assert epoch != worker.epoch
    answer = worker.send()
    assert (answer.problem, answer.json["epoch"]) == ("epoch-changed", epoch)
    assert answer.headers["sync-epoch"] == epoch
    centre.close()
    again = open_centre()
    assert again.parts.blobs.read_epoch() == epoch
    assert again.app._epoch == epoch


def test_a_restart_keeps_the_epoch(centre, worker, open_centre, make_door):
    centre.close()
    worker.door = make_door(open_centre())
    assert worker.push(worker.report())[0]["verdict"] == "applied"


def test_a_photo_folder_of_another_time_begins_a_new_epoch(centre, worker, open_centre, ground):
    centre.close()
    shutil.rmtree(ground.blobs)
    assert open_centre().app._epoch != worker.epoch


def test_a_start_beside_other_photos_is_in_the_log(centre, worker, open_centre, ground, caplog):
    centre.close()
    open_centre().close()
    assert "the place of photos" not in caplog.text
    for said in ("another", "no"):
        (ground.blobs / ".epoch").write_text("00112233445566ff\n")
        if said == "no":
            (ground.blobs / ".epoch").unlink()
        caplog.clear()
        open_centre().close()
        assert f"the place of photos has {said} epoch" in caplog.text


def test_a_device_that_knows_more_than_the_centre_makes_it_begin_anew(worker, centre):
    op = worker.report()
    worker.push(op)
    fine = worker.ask("POST", "/v1/sync/pull", {"cursors": {}}, **{"Sync-Acked-Seq": "1"})
    assert fine.status == 200
    answer = worker.ask("POST", "/v1/sync/pull", {"cursors": {}}, **{"Sync-Acked-Seq": "5"})
    assert (answer.status, answer.problem) == (409, "epoch-changed")
    fresh = answer.json["epoch"]
    assert fresh != worker.epoch
    assert answer.json["acked_seq"] == 1
    assert centre.parts.blobs.read_epoch() == fresh
    late = worker.ask("POST", "/v1/sync/pull", {"cursors": {}}, **{"Sync-Acked-Seq": "5"})
    assert (late.problem, late.json["epoch"]) == ("epoch-changed", fresh)
    worker.epoch = fresh
    assert worker.push(op)[0]["replay"] is True


def test_one_device_makes_one_epoch_an_hour(worker, dispatcher, centre, clock):
    """Whoever claims without end holds up himself; a colleague is still believed."""

    def claim(who):
        answer = who.ask("POST", "/v1/sync/pull", {"cursors": {}}, **{"Sync-Acked-Seq": "9"})
        who.epoch = answer.json.get("epoch", who.epoch)
        return answer

    assert claim(worker).problem == "epoch-changed"
    clock.forward(minutes=20)
    again = claim(worker)
    assert (again.status, again.problem) == (503, "overloaded")
    assert 39 * 60 < int(again.headers["retry-after"]) <= 40 * 60 + 1
    metrics = centre.parts.metrics
    assert metrics.value("gridworker_epochs_total") == 1
    assert metrics.value("gridworker_epoch_claims_refused_total") == 1

    dispatcher.epoch = worker.epoch
    assert claim(dispatcher).problem == "epoch-changed"
    clock.forward(minutes=40)
    worker.epoch = dispatcher.epoch
    assert claim(worker).problem == "epoch-changed"
    assert metrics.value("gridworker_epochs_total") == 3


def test_a_new_epoch_tells_what_was_decided_of_what_the_device_claims(worker, centre, monkeypatch):
    """On rows as many as a look-up brings, and on more."""
    results = worker.push(worker.report(), worker.report(grid="nowhere"), worker.report())
    assert [result["verdict"] for result in results] == ["applied", "refused", "applied"]
    said = [msgspec.convert(result, PushResult) for result in results]
    centre.restored()
    for at_once in (1, 2, 1000):
        monkeypatch.setattr(op_log, "AT_ONCE", at_once)
        for claimed, both in ((0, 0), (2, 2), (3, 3), (7, 3)):
            answer = worker.send(**{"Sync-Acked-Seq": str(claimed)})
            assert (answer.problem, answer.json["acked_seq"]) == ("epoch-changed", 3)
            assert answer.json["decided"] == {"seq": both, "digest": digest_of(said[:both])}
    assert "decided" not in worker.send().json


def test_a_device_that_knows_more_is_told_as_well_what_was_decided(worker):
    (result,) = worker.push(worker.report())
    answer = worker.send(**{"Sync-Acked-Seq": "5"})
    said = msgspec.convert(result, PushResult)
    assert answer.json["decided"] == {"seq": 1, "digest": digest_of([said])}

"""Copies of one laptop: a profile put back from an older copy, and a cloned machine."""

import logging
import shutil

import pytest

from gridworker.storage import device_copy, state
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.dice import Fuse
from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import Truth, judge
from tests.syncing.simulator.laptop import JOURNAL_KEY, Laptop
from tests.syncing.simulator.network import Line
from tests.syncing.simulator.work import Worker


@pytest.fixture(scope="module")
def caller():
    caller = Caller()
    yield caller
    caller.close()


@pytest.fixture
def district(caller, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    district = History(0, caller)
    yield district
    district.close()


@pytest.fixture
def one(district):
    return district.workers[0]


@pytest.fixture
def clone(district, one):
    """The same profile on a second machine, started beside the first."""

    def clone_():
        one.laptop.stop()
        folder = district.folder / "clone"
        shutil.copytree(one.laptop.folder, folder)
        one.laptop.start(crashed=False)
        fuse = Fuse(district.tell)
        laptop = Laptop(one.login, folder, Line(district.network, fuse.step), district.world, fuse)
        worker = Worker(laptop, one.login, district.dice, district.world)
        worker.saved = list(one.saved)
        district.workers.append(worker)
        return worker

    return clone_


@pytest.fixture
def all_is_well(district):
    def check():
        for _ in range(3):
            for worker in district.workers:
                assert worker.laptop.engine.round().failure is None
        truth = Truth(district.host.database, district.host.blobs)
        assert judge(district.workers, truth) == []

    return check


def device(worker):
    with worker.laptop.read() as session:
        return state.get(session).device_id


def token(worker):
    with worker.laptop.read() as session:
        return state.get(session).token


def notes(worker):
    return [code for (code,) in worker.laptop.rows("SELECT code FROM sync_log")]


def test_two_machines_with_one_profile_become_two_devices_and_lose_nothing(
    district, one, clone, all_is_well
):
    one.report_with_photo()
    other = clone()
    before = device(one)
    one.report_with_photo()
    other.report_with_photo()
    assert one.laptop.engine.round().failure is None
    assert other.laptop.engine.round().failure is None
    assert device(one) == before
    assert device(other) != before
    assert "sync_device_forked" in notes(other)
    for worker in (one, other):
        kept = device_copy.read(worker.laptop.folder, JOURNAL_KEY)
        assert (kept.device_id, kept.token) == (device(worker), token(worker))
    all_is_well()
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 3


def test_a_profile_put_back_from_an_older_copy_gets_everything_back(district, one, all_is_well):
    one.report_with_photo()
    one.laptop.engine.round()
    one.laptop.stop()
    shutil.copytree(one.laptop.folder, district.folder / f"copy-{one.login}")
    one.laptop.start(crashed=False)
    one.report_with_photo()
    one.laptop.engine.round()
    one.laptop.stop()
    shutil.rmtree(one.laptop.folder)
    shutil.copytree(district.folder / f"copy-{one.login}", one.laptop.folder)
    one.laptop.start(crashed=False)
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 1
    one.report_with_photo()
    del one.saved[1]
    assert one.laptop.engine.round().failure is None
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 3
    all_is_well()


def test_a_restart_of_the_same_laptop_is_no_copy(one, all_is_well):
    before = device(one)
    for crashed in (False, True):
        one.report_with_photo()
        one.laptop.engine.round()
        one.laptop.restart(crashed=crashed)
    all_is_well()
    assert device(one) == before


def test_a_lost_answer_makes_no_third_device(district, one, clone, all_is_well):
    other = clone()
    one.report_with_photo()
    one.laptop.engine.round()
    other.report_with_photo()
    send, lost = other.laptop.transport.send, []

    def losing(method, path, headers, body=b"", *, timeout):
        reply = send(method, path, headers, body, timeout=timeout)
        if path.endswith("/again") and not lost:
            lost.append(reply)
            return send("GET", "/nowhere", {}, timeout=timeout)
        return reply

    other.laptop.transport.send = losing
    assert other.laptop.engine.round().failure is not None
    assert other.laptop.engine.round().failure is None
    assert lost
    ids = {row[2] for row in Truth(district.host.database, district.host.blobs).log}
    assert len(ids) == 2
    all_is_well()

"""Copies of one laptop: a profile put back from an older copy, and a cloned machine."""

import logging
import shutil

import pytest
from msgspec import structs

from central.service import parcels
from central.store import devices
from gridworker.storage import device_copy, state
from sync.parcels import ParcelRefused
from tests.syncing.simulator.copying import CopiedHistory
from tests.syncing.simulator.dice import Fuse
from tests.syncing.simulator.invariants import Truth, check, judge
from tests.syncing.simulator.laptop import JOURNAL_KEY, Laptop
from tests.syncing.simulator.network import Line
from tests.syncing.simulator.work import Worker


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


def kept(worker, folder):
    """Copy a laptop as it is now; it goes on afterwards."""
    worker.laptop.stop()
    shutil.copytree(worker.laptop.folder, folder)
    worker.laptop.start(crashed=False)
    return folder


def put_back(worker, copy):
    """Start a laptop from an older copy of itself."""
    worker.laptop.stop()
    shutil.rmtree(worker.laptop.folder)
    shutil.copytree(copy, worker.laptop.folder)
    worker.laptop.start(crashed=False)


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
    copy = kept(one, district.folder / "copy")
    one.report_with_photo()
    one.laptop.engine.round()
    put_back(one, copy)
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 1
    one.report_with_photo()
    del one.saved[1]
    assert one.laptop.engine.round().failure is None
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 3
    all_is_well()


def test_a_copy_that_has_nothing_to_send_hears_of_it_as_well(district, one, all_is_well):
    """What it holds may have been decided anew since: it asks about all of it at once."""
    one.report_with_photo()
    one.laptop.engine.round()
    copy = kept(one, district.folder / "copy")
    one.report_with_photo()
    one.laptop.engine.round()
    put_back(one, copy)
    del one.saved[1]
    result = one.laptop.engine.round()
    assert (result.failure, result.pushed) == (None, 1)
    assert "sync_device_forked" in notes(one)
    all_is_well()


def test_a_number_that_means_two_things_gives_a_copy_away(district, one, all_is_well):
    """Its operation came by way of another copy; after a restore its number would be a lie."""
    one.report_with_photo()
    one.laptop.engine.round()
    first = kept(one, district.folder / "first")
    one.report_with_photo()
    one.laptop.engine.round()
    put_back(one, first)
    del one.saved[1]
    one.report_with_photo()  # under the number of the one before
    second = kept(one, district.folder / "second")
    district.host.backup(district.folder / "backup")
    one.laptop.engine.round()
    put_back(one, second)
    centre = district.host.centre.parts.store
    centre.write(lambda tx: tx.run("UPDATE device SET generation = 0"))  # so starts tell nothing
    assert one.laptop.engine.round().failure is None
    assert "sync_device_forked" in notes(one)
    district.host.set_back(district.folder / "backup", declared=True)
    all_is_well()


def test_a_copy_begins_where_its_own_verdicts_end_in_a_new_epoch_too(district, one, all_is_well):
    copy = kept(one, district.folder / "copy")
    for _ in range(2):
        one.report_with_photo()
    one.laptop.engine.round()
    put_back(one, copy)
    one.saved.clear()
    one.report_with_photo()
    district.host.centre.restored()
    for _ in range(2):
        one.laptop.engine.round()
    all_is_well()
    assert notes(one).count("sync_device_forked") == 1


@pytest.fixture
def carry(district):
    """A stick of a laptop goes to the centre, and its answer comes back."""

    def all_the_way(worker, name="stick"):
        there, back = district.folder / f"{name}.gwp", district.folder / f"{name}-back.gwp"
        worker.laptop.courier.write(there)
        handed = parcels.take_in(district.host.centre.parts, there, back)
        taken = worker.laptop.courier.read(back)
        worker.laptop.engine.start_over()
        return handed, taken

    return all_the_way


def test_a_copy_that_no_network_reaches_becomes_a_device_of_its_own_by_stick(
    district, one, clone, carry, all_is_well
):
    one.report_with_photo()
    other = clone()
    before = device(one)
    one.report_with_photo()
    other.report_with_photo()
    assert carry(one)[1].copied is False
    handed, taken = carry(other, "first")
    assert handed.problem.endswith("device-forked")
    assert (taken.copied, taken.applied) == (True, 0)
    assert device(one) == before
    assert device(other) != before
    assert "sync_device_forked" in notes(other)
    kept = device_copy.read(other.laptop.folder, JOURNAL_KEY)
    assert (kept.device_id, kept.token) == (device(other), token(other))
    handed, taken = carry(other, "second")
    assert (handed.problem, taken.copied) == (None, False)
    assert taken.applied == 2
    assert other.laptop.rows("SELECT 1 FROM outbox") == []
    all_is_well()
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 3


def test_the_stick_of_a_copy_makes_one_device_however_often_it_comes(
    district, one, clone, all_is_well
):
    other = clone()
    one.report_with_photo()
    other.report_with_photo()
    one.laptop.engine.round()
    there, back = district.folder / "there.gwp", district.folder / "back.gwp"
    other.laptop.courier.write(there)
    parts = district.host.centre.parts
    for _ in range(2):
        parcels.take_in(parts, there, back)
    assert len([d for d in parts.store.read(devices.everyone) if d.login == one.login]) == 2
    assert other.laptop.courier.read(back).copied
    with pytest.raises(ParcelRefused, match="parcel_not_ours"):
        other.laptop.courier.read(back)
    other.laptop.engine.start_over()
    all_is_well()


def test_an_answer_that_calls_a_laptop_a_copy_is_not_used_once_it_has_heard_otherwise(
    district, one, clone, all_is_well
):
    other = clone()
    one.report_with_photo()
    other.report_with_photo()
    there, back = district.folder / "there.gwp", district.folder / "back.gwp"
    other.laptop.courier.write(there)
    one.laptop.engine.round()
    parcels.take_in(district.host.centre.parts, there, back)
    with other.laptop.write.begin() as session:
        state.put(session, acked_seq=1)
    before = device(other)
    assert other.laptop.courier.read(back).overtaken
    assert device(other) == before
    with other.laptop.write.begin() as session:
        state.put(session, acked_seq=0)
    other.laptop.engine.start_over()
    all_is_well()


def test_a_device_made_of_a_copy_by_stick_is_made_anew_after_a_restore(
    district, one, clone, carry, all_is_well
):
    other = clone()
    one.report_with_photo()
    other.report_with_photo()
    one.laptop.engine.round()
    district.host.backup(district.folder / "backup")
    carry(other)
    now = device(other)
    district.host.set_back(district.folder / "backup", declared=True)
    all_is_well()
    assert device(other) == now


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


@pytest.mark.parametrize("fault", ["lost_after", "portal"])
def test_a_copy_that_is_killed_before_it_is_a_device_of_its_own_goes_on_becoming_one(
    district, one, all_is_well, fault
):
    """Its next start has a number that nobody has passed yet; the centre could not tell it."""
    one.report_with_photo()
    one.laptop.engine.round()
    copy = kept(one, district.folder / "copy")
    one.report_with_photo()
    one.laptop.engine.round()
    put_back(one, copy)
    del one.saved[1]
    before = device(one)
    district.host.centre.restored()  # in the new epoch as well
    district.network.certain = (fault, "POST", "/v1/devices/self/again")
    assert one.laptop.engine.round().failure is not None
    for _ in range(3):
        one.laptop.restart(crashed=True)
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    assert notes(one).count("sync_device_forked") == 1
    assert device(one) != before
    all_is_well()
    with one.laptop.read() as session:
        assert state.get(session).leaving == ""


@pytest.fixture
def set_back(district):
    """Put last night's backup of the centre in place."""

    def set_back_(*, declared):
        district.host.set_back(district.folder / "backup.db", declared=declared)

    district.host.backup(district.folder / "backup.db")
    return set_back_


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("months", [0, 1])
def test_a_centre_set_back_to_before_a_copy_makes_that_device_anew(
    district, one, clone, set_back, all_is_well, declared, months
):
    one.report_with_photo()
    other = clone()
    for worker in (one, other):
        worker.report_with_photo()
        assert worker.laptop.engine.round().failure is None
    for _ in range(months):
        district.world.pass_time(31 * 24 * 3600)
        for worker in (one, other):
            assert worker.laptop.engine.round().failure is None
    other.report_with_photo()
    before = device(one), device(other)
    set_back(declared=declared)
    for _ in range(2):
        for worker in (other, one):
            worker.laptop.engine.round()
    assert (device(one), device(other)) == before
    assert notes(other).count("sync_device_forked") == 1
    assert "sync_device_forked" not in notes(one)
    all_is_well()
    kept = device_copy.read(other.laptop.folder, JOURNAL_KEY)
    assert (kept.device_id, kept.token) == (device(other), token(other))


def test_a_copy_of_a_copy_whose_store_is_lost_is_made_anew_too(
    district, one, clone, set_back, all_is_well
):
    one.report_with_photo()
    for worker in (one, other := clone()):
        worker.report_with_photo()
        assert worker.laptop.engine.round().failure is None
    copy = kept(other, district.folder / "copy")
    other.report_with_photo()
    other.laptop.engine.round()
    put_back(other, copy)
    del other.saved[-1]
    other.report_with_photo()
    assert other.laptop.engine.round().failure is None
    assert notes(other).count("sync_device_forked") == 2
    other.report_with_photo()
    before = device(one), device(other)
    set_back(declared=True)
    other.laptop.lose_store()
    other.made_anew = True
    for worker in (other, one, other):
        worker.laptop.engine.round()
    assert (device(one), device(other)) == before
    all_is_well()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_copies_and_backups_put_back_in_turn_lose_nothing(caller, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    caplog.set_level(logging.WARNING, "central.service.forks")
    for seed in range(120):
        history = CopiedHistory(seed, caller)
        try:
            history.run()
            assert check(history) == [], "\n".join([f"seed {seed}", *history.trace])
        finally:
            history.close()
    made_anew = [record for record in caplog.records if "was made anew" in record.message]
    assert len(made_anew) > 1


@pytest.mark.parametrize("state_", [devices.SUSPENDED, devices.WIPED])
def test_what_may_not_work_makes_no_device_anew(district, one, clone, set_back, state_):
    one.report_with_photo()
    other = clone()
    for worker in (one, other):
        worker.report_with_photo()
        worker.laptop.engine.round()
    set_back(declared=True)
    district.operators.put_state(device(one), state_)
    failure = other.laptop.engine.round().failure
    assert failure.code == "sync_token_expired"
    district.operators.put_state(device(one), devices.ACTIVE)
    assert other.laptop.engine.round().failure is None


def test_a_token_that_has_ended_stays_ended(district, one, clone):
    one.report_with_photo()
    other = clone()
    for worker in (one, other):
        worker.report_with_photo()
        worker.laptop.engine.round()
    with other.laptop.read() as session:
        known = state.get(session)
    centre = district.host.centre.parts.store
    centre.write(lambda tx: tx.run("DELETE FROM token WHERE device_id = ?", known.device_id))
    assert other.laptop.engine.round().failure.code == "sync_token_expired"
    forged = structs.replace(known.forks[0], key="another")
    with other.laptop.engines.write.begin() as session:
        state.put(session, forks=(forged,))
    assert other.laptop.engine.round().failure.code == "sync_token_expired"
    assert len(centre.read(devices.everyone)) == len(district.workers)

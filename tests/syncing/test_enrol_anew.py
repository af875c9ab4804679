"""A laptop whose tokens are all unknown comes back by a code, with everything that was in it."""

import logging
import shutil

import pytest

from central.store import devices
from gridworker.storage import device_copy, state
from gridworker.wire import content_digest
from sync.enrol_anew import FILE
from sync.problem import CentreSaid
from sync.transport import NoConnection
from tests.syncing.simulator.copying import OldCopies
from tests.syncing.simulator.dice import Crash
from tests.syncing.simulator.invariants import Truth, check, judge
from tests.syncing.simulator.laptop import JOURNAL_KEY
from tests.syncing.simulator.mishaps import MONTH

SEEDS = 20


@pytest.fixture
def one(district):
    """A laptop from an old copy, with work done since, whose tokens are all over."""
    one = district.workers[0]
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    one.report_with_photo()
    one.laptop.stop()
    shutil.copytree(one.laptop.folder, district.folder / "old")
    saved = list(one.saved)
    one.laptop.start(crashed=False)
    for _ in range(2):
        one.report_with_photo()
        district.world.pass_time(MONTH)
        assert one.laptop.engine.round().failure is None
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    one.laptop.stop()
    shutil.rmtree(one.laptop.folder)
    shutil.copytree(district.folder / "old", one.laptop.folder)
    one.laptop.start(crashed=False)
    one.saved[:] = saved
    district.world.pass_time(3600)  # until the last of the tokens of then is over
    one.report_with_photo()
    assert one.laptop.engine.round().failure.code == "sync_token_expired"
    return one


@pytest.fixture
def code(district, one):
    return district.host.centre.enrol_code(one.login)


def known(worker):
    with worker.laptop.read() as session:
        return state.get(session)


def states(district):
    everyone = district.host.centre.parts.store.read(devices.everyone)
    return {device.id: device.state for device in everyone}


def all_is_well(district):
    for _ in range(3):
        for worker in district.workers:
            assert worker.laptop.engine.round().failure is None
    assert judge(district.workers, Truth(district.host.database, district.host.blobs)) == []


def test_everything_arrives_once_and_what_was_sent_since_the_copy_comes_back(district, one, code):
    before = known(one)
    one.laptop.enrol_anew(code)
    after = known(one)
    assert after.device_id != before.device_id
    assert (after.user_id, after.next_seq) == (before.user_id, before.next_seq)
    result = one.laptop.engine.round()
    assert (result.failure, result.pushed) == (None, 3)
    all_is_well(district)
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 6
    assert device_copy.read(one.laptop.folder, JOURNAL_KEY).device_id == after.device_id
    assert not (one.laptop.folder / FILE).exists()


def test_the_device_that_it_was_only_hands_in_from_then_on(district, one, code):
    former = known(one).device_id
    one.laptop.enrol_anew(code)
    assert states(district)[former] == devices.DRAINING
    assert states(district)[known(one).device_id] == devices.ACTIVE


@pytest.mark.parametrize("state_", [devices.SUSPENDED, devices.WIPED])
def test_a_stricter_state_of_it_stays(district, one, code, state_):
    former = known(one).device_id
    district.operators.put_state(former, state_)
    one.laptop.enrol_anew(code)
    assert states(district)[former] == state_


def test_a_code_of_another_person_is_not_taken_and_is_not_used_up(district, one):
    theirs = district.host.centre.enrol_code(district.workers[1].login)
    before, there = known(one), states(district)
    with pytest.raises(CentreSaid) as said:
        one.laptop.enrol_anew(theirs)
    assert said.value.code == "sync_code_invalid"
    assert (known(one), states(district)) == (before, there)
    district.workers[1].laptop.enrol_anew(theirs)


def test_another_centre_is_not_shown_the_code(district, one, code):
    asked = []
    one.watch.asking = lambda sent: asked.append(sent.path)
    with one.laptop.engines.write.begin() as session:
        state.put(session, server_id="another")
    with pytest.raises(NoConnection, match="not_the_centre"):
        one.laptop.enrol_anew(code)
    assert asked == ["/v1/meta"]


def test_a_lost_answer_makes_one_device_and_the_same_code_goes_on(district, one, code):
    there = states(district)
    lost = one.laptop.transport.send

    def losing(method, path, headers, body=b"", *, timeout):
        reply = lost(method, path, headers, body, timeout=timeout)
        if path == "/v1/devices":
            raise NoConnection(reached=True)
        return reply

    one.laptop.transport.send = losing
    before = known(one)
    with pytest.raises(NoConnection):
        one.laptop.enrol_anew(code)
    assert known(one) == before
    del one.laptop.transport.send
    one.laptop.restart(crashed=True)
    one.laptop.enrol_anew(code)
    assert len(states(district)) == len(there) + 1
    all_is_well(district)


def test_killed_at_any_step_it_is_one_device_or_the_other_and_the_same_code_goes_on(
    district, one, code
):
    there = states(district)
    for step in range(1, 20):
        one.laptop.fuse.arm(step)
        try:
            one.laptop.enrol_anew(code)
        except Crash:
            one.laptop.restart(crashed=True)
            if known(one).device_id not in there:
                break
        else:
            break
    one.laptop.fuse.disarm()
    assert step > 5
    assert len(states(district)) == len(there) + 1
    all_is_well(district)


@pytest.mark.parametrize("declared", [True, False])
def test_a_centre_set_back_to_before_it_knew_the_laptop_at_all(district, one, code, declared):
    """Enrolled in the morning, and last night's backup put back: nobody has to be left behind."""
    one.laptop.enrol_anew(code)
    all_is_well(district)

    def forget(tx):
        for table in ("token WHERE device_id", "device WHERE id"):
            tx.run(f"DELETE FROM {table} = ?", known(one).device_id)

    district.host.centre.parts.store.write(forget)
    if declared:
        district.host.centre.restored()
    one.report_with_photo()
    assert one.laptop.engine.round().failure.code == "sync_token_expired"
    one.laptop.enrol_anew(district.host.centre.enrol_code(one.login))
    all_is_well(district)


def test_a_store_that_was_made_anew_is_enrolled_anew(district, one, code):
    one.laptop.lose_store()
    one.made_anew = True
    assert one.laptop.engine.round().failure.code == "sync_token_expired"
    one.laptop.enrol_anew(code)
    all_is_well(district)


def test_what_it_says_of_its_numbers_has_to_be_a_number(district, one, code):
    wire = one.laptop.transport.send

    def spoilt(method, path, headers, body=b"", *, timeout):
        if path == "/v1/devices":
            body = body.replace(b'"former"', b'"acked":-1,"former"')
            headers = {**headers, "Content-Digest": content_digest(body)}
        return wire(method, path, headers, body, timeout=timeout)

    one.laptop.transport.send = spoilt
    before = known(one)
    with pytest.raises(CentreSaid) as said:
        one.laptop.enrol_anew(code)
    assert said.value.code == "sync_malformed"
    assert known(one) == before


@pytest.mark.long
def test_copies_that_are_months_old_lose_nothing(caller, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    times = 0
    for seed in range(SEEDS):
        history = OldCopies(seed, caller)
        try:
            history.run()
            assert check(history) == [], f"seed {seed}"
            times += history.readmission.times
        finally:
            history.close()
    assert times > 1

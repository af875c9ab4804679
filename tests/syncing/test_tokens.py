"""Tokens that a centre does not know any more: which of them lets a laptop through again."""

import shutil

import pytest

from central.store import devices
from gridworker.storage import device_copy, state
from sync.tokens import MOST_FORMER
from tests.syncing.simulator.invariants import Truth, judge
from tests.syncing.simulator.laptop import JOURNAL_KEY
from tests.syncing.simulator.mishaps import MONTH


@pytest.fixture
def backup(district, tmp_path):
    district.host.backup(tmp_path / "backup.db")
    return tmp_path / "backup.db"


@pytest.fixture
def months(district, one):
    """Let months pass; each of them the token is renewed, and the new one shown."""

    def months(many):
        seen = [known(one).token]
        for _ in range(many):
            one.report_with_photo()
            assert one.laptop.engine.round().failure is None
            district.world.pass_time(MONTH)
            assert one.laptop.engine.round().failure is None
            assert known(one).token not in seen
            seen.append(known(one).token)
        one.report_with_photo()
        assert one.laptop.engine.round().failure is None
        return seen

    return months


def known(worker):
    with worker.laptop.read() as session:
        return state.get(session)


def asked_for_tokens(worker):
    """Count the requests for a token of one round."""
    paths = []
    worker.watch.asking = lambda sent: paths.append(sent.path)
    result = worker.laptop.engine.round()
    return result, paths.count("/v1/devices/self/token")


def all_is_well(district):
    for _ in range(3):
        for worker in district.workers:
            assert worker.laptop.engine.round().failure is None
    assert judge(district.workers, Truth(district.host.database, district.host.blobs)) == []


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("many", [1, 2, 5])
def test_a_laptop_gets_through_by_itself_however_often_its_token_was_changed_since(
    district, one, backup, months, many, declared
):
    months(many)
    district.host.set_back(backup, declared=declared)
    result, tried = asked_for_tokens(one)
    assert result.failure is None
    assert tried == many + 1, "the present one and the former ones, the newest first"
    all_is_well(district)


def test_a_store_that_is_made_anew_has_the_former_tokens_too(district, one, backup, months):
    seen = months(3)
    assert known(one).former_tokens == tuple(reversed(seen[:-1]))
    kept = device_copy.read(one.laptop.folder, JOURNAL_KEY)
    assert kept.former_tokens == known(one).former_tokens
    one.laptop.lose_store()
    one.made_anew = True
    district.host.set_back(backup, declared=True)
    assert one.laptop.engine.round().failure is None
    all_is_well(district)


def test_a_lost_answer_is_no_word_about_a_token(district, one, backup, months):
    months(2)
    district.host.set_back(backup, declared=True)
    before = known(one)
    district.network.certain = ("lost_before", "POST", "/v1/devices/self/token")
    assert one.laptop.engine.round().failure.code == "timeout", "not that the login is over"
    assert known(one) == before
    all_is_well(district)


def test_former_tokens_are_over_at_a_centre_that_was_not_set_back(district, one, months):
    """A laptop from an older copy shows them all, and none of them proves anything."""
    months(2)
    one.laptop.stop()
    shutil.copytree(one.laptop.folder, district.folder / "old")
    one.laptop.start(crashed=False)
    months(2)
    one.laptop.stop()
    shutil.rmtree(one.laptop.folder)
    shutil.copytree(district.folder / "old", one.laptop.folder)
    one.laptop.start(crashed=False)
    before = known(one)
    result, tried = asked_for_tokens(one)
    assert result.failure.code == "sync_token_expired"
    assert tried == 3
    assert known(one) == before


def test_a_device_that_may_not_work_hears_so_by_its_former_token(district, one, months, tmp_path):
    """Not that its login is over: the centre of that time knows it, and says what is so."""
    district.operators.put_state(known(one).device_id, devices.SUSPENDED)
    district.host.backup(tmp_path / "suspended.db")
    district.operators.put_state(known(one).device_id, devices.ACTIVE)
    months(2)
    district.host.set_back(tmp_path / "suspended.db", declared=True)
    assert one.laptop.engine.round().failure.code == "sync_device_suspended"
    district.operators.put_state(known(one).device_id, devices.ACTIVE)
    all_is_well(district)


def test_no_more_are_kept_than_of_a_year(one, months):
    seen = months(MOST_FORMER + 2)
    assert known(one).former_tokens == tuple(reversed(seen[-MOST_FORMER - 1 : -1]))

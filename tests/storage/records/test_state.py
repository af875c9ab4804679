"""The one row about this device, and the numbers it gives."""

import pytest

from gridworker.domain.number import is_local_no
from gridworker.domain.organisation import Role
from gridworker.storage import state
from gridworker.storage.migrate import bring_up
from gridworker.storage.state import DeviceState
from tests.storage.records.small_district import DB_KEY, Store


def test_a_store_that_is_not_enrolled_answers_with_nothing_known(tmp_path):
    bring_up(tmp_path / "main.db", DB_KEY)
    store = Store(tmp_path)
    with store.read() as session:
        assert state.get(session) == DeviceState()
    store.close()


def test_named_facts_change_and_all_others_stay(store):
    with store.write.begin() as session:
        before = state.get(session)
        after = state.put(session, token="t", last_sync="2026-05-12T04:00:00.000Z", epoch="beef")
        assert state.get(session) == after
        assert (after.roles, after.next_seq) == ((Role.GRID_WORKER,), before.next_seq)
        with pytest.raises(TypeError):
            state.put(session, tokn="t")


def test_a_number_is_never_given_twice_whatever_the_clock_does(store):
    days = ["2026-05-12T04:00:00Z", "2027-05-12T04:00:00Z", "2026-05-12T17:00:00Z"] * 3
    with store.write.begin() as session:
        known = state.get(session)
        given = [state.next_local_no(session, known, day) for day in days]
    assert len(set(given)) == len(given)
    assert all(map(is_local_no, given))
    assert given[2].split("-")[2] == "20260513"  # the day in UTC+08:00

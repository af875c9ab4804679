"""What the simulator's judge may believe of a laptop that was put back from a copy."""

import pytest

from gridworker.storage.statements import Statements
from tests.syncing.simulator.history import History


@pytest.fixture
def history(caller):
    history = History(0, caller)
    yield history
    history.close()


def test_what_was_spoilt_in_a_copy_is_spoilt_again_and_no_fault_of_the_product(history):
    worker = history.workers[0]
    history._sync_at(worker)
    history.mishaps.rot(worker)
    history.mishaps.copy(worker)
    history.world.pass_time(2 * 86_400.0)
    assert "sync_scope_reset" in notes(history._sync_at(worker))
    assert not worker.watch.in_doubt
    history.mishaps.put_back(history.workers)
    assert "sync_scope_reset" in notes(history._sync_at(worker))
    assert not worker.watch.in_doubt
    assert history.problems == []


def test_what_a_sound_copy_lost_by_itself_is_complained_of(history):
    worker = history.workers[0]
    history._sync_at(worker)
    history.mishaps.copy(worker)
    history.mishaps.put_back(history.workers)
    with worker.laptop.engines.write.begin() as session:
        Statements(session).execute("DELETE FROM base WHERE id = (SELECT min(id) FROM base)")
    history._sync_at(worker)
    assert [problem[:2] for problem in history.problems] == ["8 "]


def test_an_answer_on_a_stick_brings_what_a_centre_set_back_since_has_forgotten(history):
    one, other, _ = history.workers
    history._sync_at(one)
    history.mishaps.copy(one)
    history.host.centre.restored()
    history._sync_at(other)
    history._back_up()
    other.report_with_photo()
    history._sync_at(other)
    history.sticks.write(one)
    history.dice.chance = lambda _: False  # no fault at the centre, and nobody tells of a restore
    history.sticks.carry()
    history._set_back()
    assert history.restores == 1
    history._read_stick()
    assert one.watch.in_doubt
    history.world.pass_time(2 * 86_400.0)
    history._sync_at(one)
    assert not one.watch.in_doubt
    assert history.problems == []


def notes(result):
    return [note.code for note in result.notes]

"""What a person records goes out at once where there is a network, not with the next poll."""

import time

import pytest

from gridworker.app.ports import NewPatrol
from gridworker.build import enrol, open_desk
from sync.schedule import POLL

PASSWORD = "Wangge-Tong-2026"
PATIENCE = POLL / 3


@pytest.fixture
def desk(tmp_path, centre):
    home = tmp_path / "own"
    enrol(home, centre.url, centre.centre.enrol_code("wg0101"), PASSWORD)
    with open_desk(home, PASSWORD) as desk:
        yield desk


def wait_until(is_so):
    """Wait for less than a poll."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def rests(desk):
    now = desk.sync.connection()
    return now.state == "online" and not now.busy and now.next_try is not None


def test_what_is_recorded_is_sent_at_once(desk):
    desk.work()
    wait_until(lambda: rests(desk))
    for number in range(2):
        desk.commands.patrol(NewPatrol(place=f"{number}号楼", result="normal"))
        wait_until(lambda: desk.queries.status().queued_ops == 0 and rests(desk))


def test_without_a_network_no_attempt_is_hurried(desk, monkeypatch):
    desk.work()
    wait_until(lambda: rests(desk))
    desk.sync.cut_network(cut=True)
    wait_until(lambda: desk.sync.connection().code == "demo_offline")
    monkeypatch.setattr(desk.sync, "sync_now", lambda: pytest.fail("hurried"))
    desk.commands.patrol(NewPatrol(place="3号楼", result="normal"))
    assert desk.queries.status().queued_ops == 1

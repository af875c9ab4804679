"""Scenario 16: a worker is given another grid while work from the old one still waits."""

import pytest

from gridworker.app.who import places
from gridworker.storage import state
from tests.syncing.simulator.places import GRIDS

pytestmark = pytest.mark.timeout(180)


def test_what_waited_when_a_worker_was_moved_arrives_and_the_rest_leaves(
    centre, new_laptop, all_is_well
):
    one, stays = new_laptop("wg0101"), new_laptop("wg0102")
    one.report_with_photo()
    stays.report_with_photo()
    all_is_well(one, stays)
    seen = one.laptop.rows("SELECT count(*) FROM view_ticket")[0][0]
    one.report_with_photo()
    stays.report_with_photo()

    centre.office("user", "move", "wg0101", "--scope", f"grid:{GRIDS[1]}")
    for _ in range(4):
        for worker in (one, stays):
            assert worker.laptop.engine.round().failure is None

    all_is_well(one, stays)
    scopes = {scope for (scope,) in one.laptop.rows("SELECT scope FROM cursor")}
    assert f"grid:{GRIDS[1]}" in scopes
    assert f"grid:{GRIDS[0]}" not in scopes
    assert one.laptop.rows("SELECT count(*) FROM view_ticket")[0][0] < seen
    with one.laptop.read() as session:
        assert state.get(session).moved  # so the windows tell where this person works now
        assert state.get(session).grids == (GRIDS[1],)
        assert places(session)
    with stays.laptop.read() as session:
        assert not state.get(session).moved

"""Scenario 20: an operation that makes a rule of the running centre fail stops nobody.

It is kept, the others go on, and the next release decides it; the verdict reaches the laptop.
"""

import sys

import pytest

from gridworker.domain.times import utc_text
from tests.stories.processes import CENTRAL, CentreProcess
from tests.syncing.simulator.places import POISON

pytestmark = pytest.mark.timeout(180)
BUGGY = (sys.executable, "-P", "-m", "tests.faults.poisoned_centre")


@pytest.fixture
def centre(tmp_path):
    centre = CentreProcess(tmp_path, command=BUGGY)
    yield centre
    centre.end()


def poison(worker):
    now = utc_text(worker.laptop.clock.now())
    args = {"item": "S0101", **worker._place(), "place": POISON, "found_at": now}
    worker._write("ticket.report@1", "ticket", args, ["other"])
    return worker.saved[-1].op_id


def states(worker):
    rows = "SELECT op_id, state FROM outbox UNION ALL SELECT op_id, state FROM sent_log"
    return dict(worker.laptop.rows(rows))


def test_one_poisoned_operation_is_kept_for_the_next_release(centre, new_laptop, all_is_well):
    one, two = new_laptop("wg0101"), new_laptop("wg0102")
    one.report_with_photo()
    poisoned = poison(one)
    one.report_with_photo()
    two.report_with_photo()
    done = one.laptop.engine.round()
    assert (done.failure, done.pushed, done.quarantined) == (None, 3, 1)
    assert two.laptop.engine.round().failure is None
    assert states(one)[poisoned] == "quarantined"
    assert sorted(states(one).values()) == ["applied", "applied", "quarantined"]
    (held,) = centre.office("quarantine", "list")
    assert held["op_id"] == poisoned
    all_is_well(one, two)

    assert centre.stop() == 0
    centre.start((*CENTRAL, "serve"))
    (decided,) = centre.office("quarantine", "replay")
    assert (decided["op_id"], decided["verdict"]) == (poisoned, "applied")

    all_is_well(one, two)
    assert states(one)[poisoned] == "applied"
    assert centre.office("quarantine", "list") == []

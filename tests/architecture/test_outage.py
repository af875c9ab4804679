"""The simulated return after an outage ends with nobody left, whatever the centre's speed."""

import pytest

from bench.outage import Outage
from central.lanes import MOST_WAITING


@pytest.mark.parametrize("service", [0.001, 0.05, 0.2])
def test_everybody_is_served_and_the_queue_keeps_its_bound(service):
    drained = Outage(service, laptops=1500).run()
    assert drained.left == 0
    assert drained.longest <= MOST_WAITING
    assert drained.tries >= 1500
    assert drained.minutes * 60 >= 1500 * service


def test_a_centre_that_serves_nobody_in_time_drains_nobody():
    assert Outage(service=31.0, laptops=3).run().left == 3

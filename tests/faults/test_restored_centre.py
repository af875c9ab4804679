"""Scenario 14: the centre's database is put back from last night's copy, for real.

Everything the laptops had delivered since is delivered again, whether the operator says that it was
a restore or forgets to; a push from before that arrives days late changes nothing.
"""

import shutil

import pytest

from sync.http import HttpTransport
from tests.stories.processes import calm_down
from tests.syncing.simulator.invariants import Truth

pytestmark = pytest.mark.timeout(180)


class Remembering(HttpTransport):
    """Keeps what it sent, for the network to deliver once more."""

    def __init__(self, url):
        super().__init__(url)
        self.pushes = []

    def send(self, method, path, headers, body=b"", *, timeout):
        if path == "/v1/sync/push":
            self.pushes.append((method, path, dict(headers), body))
        return super().send(method, path, headers, body, timeout=timeout)


def known(centre):
    """Return the ids of the operations that the centre has decided."""
    return set(Truth(centre.database, centre.blobs).verdicts)


@pytest.mark.parametrize("declared", [True, False])
def test_a_centre_put_back_a_day_receives_that_day_again(
    tmp_path, centre, new_laptop, all_is_well, declared
):
    one, two = new_laptop("wg0101", Remembering), new_laptop("wg0102")
    one.report_with_photo()
    calm_down(one, two)
    before = len(known(centre))
    assert centre.stop() == 0
    shutil.copy(centre.database, tmp_path / "night.db")
    centre.start()
    for worker in (one, two):
        worker.report_with_photo()
        for _ in range(5):
            worker.record()
    calm_down(one, two)
    day = known(centre)
    assert len(day) > before + 1
    late = one.laptop.transport.pushes[-1]

    assert centre.stop() == 0
    for old in centre.database.parent.glob("centre.db*"):
        old.unlink()
    shutil.copy(tmp_path / "night.db", centre.database)
    centre.start()
    assert len(known(centre)) == before
    if declared:
        (said,) = centre.office("restored")
        assert said["epoch"]
    one.record()

    all_is_well(one, two)

    assert known(centre) >= day
    now = known(centre)
    method, path, headers, body = late
    again = HttpTransport(centre.url)
    assert again.send(method, path, headers, body, timeout=10).status == 409
    again.close()
    assert known(centre) == now
    all_is_well(one, two)

"""Scenario 11: a clock that is wrong, jumps and races in a live process decides nothing.

It races by an hour at each look: the factor of libfaketime would hurry the time-outs as well.
"""

import shutil
from pathlib import Path

import pytest

from tests.faults.telling import ToldLaptop, look_at
from tests.syncing.simulator.invariants import Truth, judge

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
JUMPS = ("-3h", "+51h", "-1y", "+1y", *(f"+{hours}h" for hours in range(1, 4)))
HOUR = 3_600_000


@pytest.fixture
def clock(tmp_path):
    """The file that says how wrong the clock of a laptop is."""
    if not LIBRARIES or shutil.which("faketime") is None:
        pytest.skip("libfaketime is not installed")
    file = tmp_path / "clock"
    file.write_text("+0")
    return file


@pytest.mark.timeout(180)
def test_jumps_of_the_clock_change_no_order_and_lose_nothing(tmp_path, centre, clock):
    wrong = {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "Asia/Kathmandu",
    }
    with (
        ToldLaptop(tmp_path, "wg0101", centre.url, **wrong) as laptop,
        ToldLaptop(tmp_path, "wg0102", centre.url) as right,
    ):
        for jump in JUMPS:
            clock.write_text(jump)
            laptop.record()
            right.record()
            assert laptop.round()["failure"] is None, jump
            assert right.round()["failure"] is None
            laptop.record()
        seen = [at(laptop, clock, jump) for jump in ("+0", "-3h", "+51h")]
        clock.write_text("+0")
        laptop.until_all_is_there()
        right.until_all_is_there()
        laptop.until_all_is_there()
        laptop.end()
        right.end()
    assert seen[1]["unix_ms"] < seen[0]["unix_ms"] - 2 * HOUR
    assert seen[2]["unix_ms"] > seen[0]["unix_ms"] + 50 * HOUR
    assert seen[0]["mono"] < seen[1]["mono"] < seen[2]["mono"] < seen[0]["mono"] + HOUR / 1000
    assert seen[0]["zone"] == -(5 * 3600 + 45 * 60)

    truth = Truth(centre.database, centre.blobs)

    def check(workers):
        assert judge(workers, truth) == []

    look_at([laptop, right], check)
    decided = [op_id for op_id, *_ in truth.log if op_id in {one[0] for one in laptop.safe}]
    assert decided == [op_id for op_id, *_ in laptop.safe]


def at(laptop, clock, jump):
    clock.write_text(jump)
    return laptop.clock()

"""When to try again and how much to send."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridworker.wire import Problem, problem_type
from sync.problem import CentreSaid
from sync.schedule import LONGEST_WAIT, BackOff, BatchSize, Pause, side_by_side
from sync.transport import NoConnection


def said(name: str, status: int, wait: float | None = None) -> CentreSaid:
    return CentreSaid(Problem(problem_type(name), name, status), wait=wait)


@given(st.integers(), st.integers(1, 40))
def test_back_off_is_spread_below_a_ceiling_that_doubles_to_a_quarter_of_an_hour(seed, failures):
    back_off = BackOff(Random(seed))
    waits = [back_off.after_failure(NoConnection()) for _ in range(failures)]
    for n, wait in enumerate(waits):
        assert 0 < wait <= min(LONGEST_WAIT, 2.0 * 2**n)


def test_ten_thousand_laptops_do_not_come_back_in_the_same_second():
    waits = []
    for seed in range(10_000):
        back_off = BackOff(Random(seed))
        waits.append([back_off.after_failure(NoConnection()) for _ in range(9)][-1])
    per_ten_seconds = [0] * 60
    for wait in waits:
        per_ten_seconds[min(59, int(wait / 10))] += 1
    assert max(per_ten_seconds) < 400
    assert max(waits) > 400


def test_success_ends_the_back_off():
    back_off = BackOff(Random(1))
    for _ in range(10):
        back_off.after_failure(NoConnection())
    assert 54 <= back_off.after_success() <= 66
    assert back_off.after_failure(NoConnection()) <= 2


def test_what_the_centre_asks_for_is_obeyed_and_never_shortened():
    back_off = BackOff(Random(2))
    waits = [back_off.after_failure(said("overloaded", 503, 120.0)) for _ in range(50)]
    assert all(120 <= wait <= 132 for wait in waits)


def test_what_waiting_does_not_heal_is_asked_for_rarely():
    assert BackOff(Random(3)).after_failure(said("device-suspended", 401)) > 800


def test_batches_double_while_quick_and_halve_on_failure():
    size = BatchSize()
    assert size.now == 100
    size.succeeded(0.1)
    size.succeeded(0.1)
    assert size.now == 400
    size.succeeded(0.1)
    assert size.now == 500
    size.succeeded(2.5)
    assert size.now == 500
    for _ in range(3):
        size.failed(NoConnection())
    assert size.now == 62
    for _ in range(10):
        size.failed(NoConnection())
    assert size.now == 1


def test_five_equal_failures_of_the_centre_send_one_by_one():
    size = BatchSize()
    size.now = 500
    for _ in range(4):
        size.failed(said("internal", 500))
    assert size.now > 1
    size.failed(said("internal", 500))
    assert size.now == 1


@pytest.mark.parametrize("other", [NoConnection(), said("overloaded", 503)])
def test_failures_that_differ_do_not_add_up(other):
    size = BatchSize()
    size.now = 500
    for _ in range(2):
        size.failed(said("internal", 500))
        size.failed(other)
    size.failed(said("internal", 500))
    assert size.now == 15


def test_photos_pause_while_there_is_no_room():
    pause = Pause()
    assert pause.over(0.0)
    pause.begin(100.0, 600.0)
    assert not pause.over(699.9)
    assert pause.over(700.0)


@pytest.mark.parametrize(("seconds", "most"), [(0.1, 8), (0.6, 4), (1.9, 4), (2.0, 1)])
def test_the_quicker_the_network_the_more_photos_go_side_by_side(seconds, most):
    width = 1
    for _ in range(10):
        width = side_by_side(width, seconds, 8)
    assert width == most
    assert side_by_side(8, seconds, 8) == most
    assert side_by_side(1, seconds, 1) == 1

"""The table of figures says plainly what was missed."""

import math

import pytest

from bench.figure import Figure, percentile, table


def figure(*, ours: float, theirs: float, goal: float | None, note: str = "") -> Figure:
    return Figure(
        name="P0", what="work", ours=ours, theirs=theirs, against="floor", goal=goal, note=note
    )


@pytest.mark.parametrize(
    ("ours", "goal", "said"),
    [(6.0, 3.0, "yes"), (6.0001, 3.0, "**no**"), (600.0, 3.0, "**no**"), (600.0, None, "–")],
)
def test_only_a_ratio_within_its_goal_counts_as_reached(ours, goal, said):
    found = figure(ours=ours, theirs=2.0, goal=goal)
    assert found.reached == said
    assert table([found]).splitlines()[2].endswith(f"| {said} |")


def test_a_figure_that_is_not_a_number_is_a_miss():
    assert figure(ours=math.nan, theirs=2.0, goal=3.0).reached == "**no**"


def test_misses_stand_in_the_same_table_as_the_rest_with_ratio_and_reason():
    rows = table(
        [
            figure(ours=2.0, theirs=2.0, goal=3.0),
            figure(ours=15.0, theirs=2.0, goal=7.0, note="the centre decides one by one"),
        ]
    ).splitlines()
    assert rows[3] == "| P0 | work | 15 ms | floor: 2 ms | 7.50 | ≤ 7 | **no** |"
    assert rows[-1] == "- P0: the centre decides one by one"


def test_a_high_percentile_is_one_of_the_worst_samples():
    assert percentile([float(n) for n in range(100, 0, -1)], 0.99) == 100.0
    assert percentile([5.0], 0.95) == 5.0

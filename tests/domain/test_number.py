"""Numbers people read out: a slip of the tongue is noticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridworker.domain.number import SIGNS, check_character, is_local_no, local_no, official_no

numbers = st.builds(
    local_no,
    region=st.from_regex(r"[0-9]{6}", fullmatch=True),
    device_code=st.text(SIGNS, min_size=4, max_size=4),
    day=st.just("20260512"),
    sequence=st.integers(1, 20_000),
)


def test_the_shape_of_a_number():
    number = local_no(region="440310", device_code="7K2Q", day="20260512", sequence=17)
    assert number[:-1] == "L440310-7K2Q-20260512-0017"
    assert is_local_no(number)
    many = local_no(region="440310", device_code="7K2Q", day="20260512", sequence=12_345)
    assert "-12345" in many


def test_the_published_example_of_the_standard():
    assert check_character("A12425GABC1234002") == "M"


@given(numbers, st.data())
def test_every_single_wrong_sign_is_found(number, data):
    at = data.draw(st.sampled_from([i for i, sign in enumerate(number) if sign != "-"]))
    wrong = data.draw(st.sampled_from(SIGNS))
    assume(wrong != number[at])
    assert not is_local_no(number[:at] + wrong + number[at + 1 :])


@pytest.mark.parametrize("text", ["", "L440310", "l440310-7k2q-20260512-0017z", "2026051200001"])
def test_what_is_no_number(text):
    assert not is_local_no(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "4403"},
        {"device_code": "7k2q"},
        {"device_code": "7K2-"},
        {"day": "2026-05-12"},
        {"sequence": 0},
        {"sequence": 1_000_000},
    ],
)
def test_parts_of_another_shape_make_no_number(wrong):
    parts = {"region": "440310", "device_code": "7K2Q", "day": "20260512", "sequence": 1}
    with pytest.raises(ValueError, match=r".+"):
        local_no(**{**parts, **wrong})


def test_the_centres_number():
    assert official_no(day="20260512", counter=7) == "20260512000007"


@pytest.mark.parametrize("wrong", [{"day": "2026512"}, {"counter": 0}])
def test_the_centre_makes_no_other(wrong):
    with pytest.raises(ValueError, match=r".+"):
        official_no(**{"day": "20260512", "counter": 1, **wrong})

"""Classes of values by schemes, and the nutrient index of a village."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.classes import (
    HIGH,
    LOW,
    MEDIUM,
    LimitsWrong,
    digits_to_tell,
    level_of_index,
    nutrient_index,
    scheme,
)

ORGANIC = scheme([None, 1.0, 2.2, 4.3, 6.0])  # organic matter %, Ngô Ngọc Hưng 2004


@pytest.mark.parametrize(
    ("value", "place"), [(0.0, 0), (0.99, 0), (1.0, 1), (2.19, 1), (2.2, 2), (4.3, 3), (5.9, 3), (6.0, 4), (30.0, 4)]
)
def test_a_lower_limit_belongs_to_its_class(value: float, place: int) -> None:
    assert ORGANIC.class_of(value) == place


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8, unique=True), st.floats(-200, 200))
def test_every_value_has_one_class_between_its_limits(limits: list[float], value: float) -> None:
    rising = sorted(limits)
    place = scheme([None, *rising]).class_of(value)
    assert place == 0 or rising[place - 1] <= value
    assert place == len(rising) or value < rising[place]


@pytest.mark.parametrize(
    ("lowers", "code"),
    [
        ([], "no classes"),
        ([1.0, 2.0], "first"),
        ([None, 2.0, None], "first"),
        ([None, 2.0, 2.0], "overlap"),
        ([None, 2.0, 1.0], "overlap"),
    ],
)
def test_limits_that_overlap_or_leave_a_gap_are_refused(lowers: list[float | None], code: str) -> None:
    with pytest.raises(LimitsWrong) as refused:
        scheme(lowers)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "digits"), [(5.96, 2), (5.9996, 4), (5.94, 1), (6.0, 1), (6.04, 1), (5.9999999999, 1)]
)
def test_a_figure_has_as_many_digits_as_tell_its_class(value: float, digits: int) -> None:
    assert digits_to_tell(value, ORGANIC.class_of, 1) == digits


@given(st.floats(0, 10).map(lambda each: round(each, 6)), st.integers(0, 3))
def test_what_is_shown_is_in_the_class_of_what_is_kept(value: float, digits: int) -> None:
    shown = digits_to_tell(value, ORGANIC.class_of, digits)
    assert ORGANIC.class_of(round(value, shown)) == ORGANIC.class_of(value)
    assert shown == digits or ORGANIC.class_of(round(value, shown - 1)) != ORGANIC.class_of(value)


def test_the_nutrient_index_is_parkers() -> None:
    index = nutrient_index([LOW] * 5 + [MEDIUM] * 3 + [HIGH] * 2)
    assert index == pytest.approx((5 + 2 * 3 + 3 * 2) / 10)
    assert nutrient_index([]) is None
    assert [level_of_index(one) for one in (1.49, 1.5, 2.5, 2.51)] == [LOW, MEDIUM, MEDIUM, HIGH]

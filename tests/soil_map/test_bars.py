"""Where a value is marked among its classes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.bars import bar
from soil_map.classes import scheme

CLASSES = (("#b2182b", "rất chua"), ("#f4a582", "ít chua"), ("#a6dba0", "trung tính"), ("#5aae61", "kiềm"))
LIMITS = (4.0, 6.0, 7.0)


def test_a_value_lies_in_its_class_as_far_as_between_its_limits() -> None:
    half = bar(LIMITS, CLASSES, 5.0)
    assert half.mark == pytest.approx(0.375) and half.label == "ít chua"
    assert [limit for _, limit in half.limits] == [4, 6, 7]
    assert bar(LIMITS, CLASSES, 6.0).label == "trung tính"  # a limit belongs to the class above it


def test_an_estimate_shows_how_far_it_may_be() -> None:
    drawn = bar(LIMITS, CLASSES, 5.0, (4.5, 6.5))
    assert (drawn.low, drawn.high) == (pytest.approx(0.3125), pytest.approx(0.625))


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6, unique=True).map(sorted),
    st.floats(-1e9, 1e9, allow_nan=False),
)
def test_no_value_is_marked_in_a_class_that_is_not_its_own(limits: list[float], value: float) -> None:
    classes = [("#000000", str(place)) for place in range(len(limits) + 1)]
    drawn = bar(limits, classes, value)
    own = scheme([None, *limits]).class_of(value)
    assert drawn.label == str(own)
    assert own < drawn.mark * len(classes) < own + 1
    assert math.isclose(sum(one.width for one in drawn.classes), 1)


def test_classes_and_limits_have_to_match() -> None:
    with pytest.raises(ValueError, match="2 classes for 3 limits"):
        bar(LIMITS, CLASSES[:2], 5)

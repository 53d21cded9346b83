"""Areas are rounded so that what is shown adds up to the whole that is shown."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.areas import apportioned, hectares, percents, vietnamese


@given(parts=st.lists(st.floats(0, 5e7), min_size=1, max_size=30))
def test_rounded_parts_add_up_to_the_rounded_whole(parts: list[float]) -> None:
    shown = hectares(parts)
    assert round(math.fsum(shown), 2) == round(math.fsum(parts) / 10_000, 2)
    assert all(abs(one - part / 10_000) < 0.01 + 1e-9 for one, part in zip(shown, parts, strict=True))


@given(parts=st.lists(st.floats(1, 1e6), min_size=1, max_size=12))
def test_shares_add_up_to_a_hundred(parts: list[float]) -> None:
    assert round(math.fsum(percents(parts)), 1) == 100.0


def test_thirds_of_a_hectare_lose_none_of_it() -> None:
    assert apportioned([1 / 3, 1 / 3, 1 / 3], 2) == [0.34, 0.33, 0.33]
    assert percents([0, 0]) == [0.0, 0.0]


@pytest.mark.parametrize(("value", "digits", "text"), [(14486.9, 1, "14.486,9"), (0, 2, "0,00"), (-3.5, 1, "−3,5")])
def test_numbers_are_written_as_in_vietnam(value: float, digits: int, text: str) -> None:
    assert vietnamese(value, digits) == text

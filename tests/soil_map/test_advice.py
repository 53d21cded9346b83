"""Doses from rules, and bags from doses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.advice import NUTRIENTS, Bag, Missing, as_bags, by_class, for_area, ssnm_rice

SSNM = {"n_kg_per_t": 15, "k2o_kg_per_t": 30, "most_gain_t": 3, "splits": [{"key": "basal", "n": 0.3, "k2o": 0.5}]}
UREA, SUPER, POTASH = (
    Bag("urea", 46, 0, 0, 50),
    Bag("super", 0, 16, 0, 50),
    Bag("potash", 0, 0, 60, 50),
)
NPK = Bag("npk", 16, 16, 8, 25)


def test_rice_gets_what_its_target_yield_takes_up() -> None:
    """6 t/ha, 4.5 without potassium: 15 kg N a tonne, and 30 kg K2O for each of 1.5 t."""
    dose = ssnm_rice(SSNM, target_t_per_ha=6, zero_k_t_per_ha=4.5)
    assert dose.kg_per_ha("n") == pytest.approx(90)
    assert dose.kg_per_ha("k2o") == pytest.approx(45)
    assert dose.kg_per_ha("p2o5") == 0
    assert dose.splits[0].shares == {"n": 0.3, "p2o5": 0.0, "k2o": 0.5}


def test_more_than_three_tonnes_above_the_plot_without_potassium_are_not_paid_for() -> None:
    assert ssnm_rice(SSNM, target_t_per_ha=9, zero_k_t_per_ha=2).kg_per_ha("k2o") == pytest.approx(90)
    assert ssnm_rice(SSNM, target_t_per_ha=4, zero_k_t_per_ha=5).kg_per_ha("k2o") == 0


@pytest.mark.parametrize(
    ("target", "zero_k", "code"), [(0, 3, "target"), (float("nan"), 3, "target"), (6, None, "zero_k")]
)
def test_what_is_not_known_is_named_and_nothing_is_guessed(target: float, zero_k: float | None, code: str) -> None:
    with pytest.raises(Missing) as refused:
        ssnm_rice(SSNM, target_t_per_ha=target, zero_k_t_per_ha=zero_k)
    assert refused.value.code == code


def test_a_table_by_class_names_every_property_without_a_class() -> None:
    terms = {
        "table": [
            {"nutrient": "p2o5", "property": "p_available", "kg": [90, 60, 30]},
            {"nutrient": "k2o", "property": "k_available", "kg": [60, 40, 20]},
        ]
    }
    dose = by_class(terms, [0, 2])
    assert (dose.kg_per_ha("p2o5"), dose.kg_per_ha("k2o")) == (90, 20)
    with pytest.raises(Missing) as refused:
        by_class(terms, [None, None])
    assert refused.value.what == ("p_available", "k_available")


def test_a_compound_goes_first_and_straight_fertilisers_give_the_rest() -> None:
    spread = {one.bag.key: one for one in as_bags({"n": 92, "p2o5": 48, "k2o": 60}, [NPK, UREA, SUPER, POTASH])}
    assert spread["npk"].kg == pytest.approx(300)  # all of the phosphorus
    assert "super" not in spread
    assert spread["urea"].kg == pytest.approx((92 - 48) / 0.46)
    assert spread["potash"].kg == pytest.approx((60 - 24) / 0.60)
    assert spread["npk"].bags == pytest.approx(12)


@given(st.tuples(*[st.floats(0, 300)] * 3), st.permutations([NPK, UREA, SUPER, POTASH]))
def test_bags_hold_exactly_what_is_needed(need: tuple[float, float, float], bags: list[Bag]) -> None:
    wanted = dict(zip(NUTRIENTS, need, strict=True))
    spread = as_bags(wanted, bags)
    for nutrient in NUTRIENTS:
        assert sum(one.kg * one.bag.share(nutrient) for one in spread) == pytest.approx(wanted[nutrient], abs=1e-6)


def test_a_nutrient_that_no_bag_has_is_named() -> None:
    with pytest.raises(Missing) as refused:
        as_bags({"n": 50, "k2o": 30}, [UREA])
    assert (refused.value.code, refused.value.what) == ("fertiliser", ("k2o",))


def test_a_sao_is_a_twentieth_of_a_hectare() -> None:
    assert for_area(90, 500) == pytest.approx(4.5)

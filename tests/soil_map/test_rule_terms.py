"""Terms of dose rules: what cannot be calculated with is refused by its place."""

from __future__ import annotations

from typing import Any

import pytest

from soil_map import advice, rule_terms
from soil_map.rule_terms import TermsWrong


@pytest.mark.parametrize(
    ("kind", "terms", "code", "where"),
    [
        ("magic", {}, "kind", "magic"),
        ("ssnm_rice", {"n_kg_per_t": 15, "k2o_kg_per_t": 30}, "missing", "most_gain_t"),
        ("ssnm_rice", {"n_kg_per_t": "15", "k2o_kg_per_t": 30, "most_gain_t": 3}, "number", "n_kg_per_t"),
        ("fixed", {"kg": {"n": 1500}}, "number", "kg.n"),
        ("fixed", {"kg": {"n": float("nan")}}, "number", "kg.n"),
        ("fixed", {"kg": {"zn": 5}}, "nutrient", "kg.zn"),
        ("fixed", {"kg": {}}, "missing", "kg"),
        ("uptake", {"kg_per_t": {"n": -1}}, "number", "kg_per_t.n"),
        ("by_class", {"table": []}, "missing", "table"),
        (
            "by_class",
            {"table": [{"nutrient": "n", "property": "n_total", "kg": [1, True]}]},
            "number",
            "table[0].kg[1]",
        ),
        ("lime_by_ph", {"methods": ["ph_h2o"], "steps": [[5.5, 1000], [4.5, 2000]]}, "order", "steps[1][0]"),
        ("lime_by_ph", {"steps": [[5.5, 1000]]}, "missing", "methods"),
        ("fixed", {"kg": {"n": 60}, "splits": [{"key": "a", "n": 0.5}, {"key": "b", "n": 0.4}]}, "sum", "splits.n"),
        ("fixed", {"kg": {"n": 60}, "splits": [{"n": 1}]}, "text", "splits[0].key"),
        ("fixed", {"kg": {"n": 60, "k2o": 30}, "splits": [{"key": "a", "n": 1}]}, "sum", "splits.k2o"),
        ("uptake", {"kg_per_t": {"n": 15, "p2o5": 6}, "splits": [{"key": "a", "n": 1}]}, "sum", "splits.p2o5"),
        (
            "ssnm_rice",
            {"n_kg_per_t": 15, "k2o_kg_per_t": 30, "most_gain_t": 3, "splits": [{"key": "a", "n": 1}]},
            "sum",
            "splits.k2o",
        ),
        (
            "by_class",
            {
                "table": [{"nutrient": "k2o", "property": "k_available", "kg": [60, 0]}],
                "splits": [{"key": "a", "n": 1}],
            },
            "sum",
            "splits.k2o",
        ),
    ],
)
def test_wrong_terms_are_refused_where_they_are_wrong(kind: str, terms: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(TermsWrong) as refused:
        rule_terms.check(kind, terms)
    assert (refused.value.code, refused.value.where) == (code, where)


def test_parts_of_the_season_need_no_share_of_what_is_not_given() -> None:
    rule_terms.check("fixed", {"kg": {"n": 60, "k2o": 0}, "splits": [{"key": "a", "n": 0.4}, {"key": "b", "n": 0.6}]})
    rule_terms.check("fixed", {"kg": {"n": 60, "k2o": 30}})


def test_lime_falls_as_ph_rises_and_a_limit_belongs_to_the_higher_step() -> None:
    terms = {"methods": ["ph_h2o"], "steps": [[4.5, 2000], [5.5, 1000]]}
    rule_terms.check("lime_by_ph", terms)
    assert [advice.lime_by_ph(terms, ph) for ph in (3.9, 4.49, 4.5, 5.49, 5.5, 7)] == [2000, 2000, 1000, 1000, 0, 0]


def test_what_a_harvest_takes_up() -> None:
    dose = advice.uptake({"kg_per_t": {"n": 14.7, "k2o": 17.47}}, target_t_per_ha=6)
    assert (dose.kg_per_ha("n"), dose.kg_per_ha("p2o5")) == (pytest.approx(88.2), 0)
    with pytest.raises(advice.Missing):
        advice.uptake({"kg_per_t": {"n": 14.7}}, target_t_per_ha=0)

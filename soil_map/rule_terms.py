"""What the terms of a dose rule have to be, by its kind: a wrong one is refused before anybody spreads by it. Pure.

Kinds: `ssnm_rice`, `uptake`, `fixed` and `by_class` give nutrients, `lime_by_ph` gives lime; `soil_map.advice` says
how each of them reads its terms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from soil_map.advice import NUTRIENTS

LIME: Final = "lime_by_ph"
KINDS: Final = ("ssnm_rice", "uptake", "fixed", "by_class", LIME)
NEEDS_TARGET: Final = frozenset({"ssnm_rice", "uptake"})

MOST_KG: Final = 1_000.0
"""No crop gets a tonne of one nutrient: such a figure is a slip."""
MOST_LIME_KG: Final = 20_000.0
_SUM_TOLERANCE: Final = 0.011  # shares are written with two digits


class TermsWrong(ValueError):
    """Terms that a calculation cannot read: `where` is the path of the term, `code` what is wrong with it.

    Codes: "kind" (no such calculation), "missing", "number" (not a number from nought to what is possible), "sum" (the
    shares of a nutrient do not add up to 1, or the rule gives it and no part of the season has it), "order" (limits
    that do not rise), "nutrient" (unknown), "text".
    """

    def __init__(self, code: str, where: str) -> None:
        super().__init__(code, where)
        self.code = code
        self.where = where


def check(kind: str, terms: Mapping[str, Any]) -> None:
    """Raise TermsWrong unless `soil_map.advice` can calculate with them."""
    if kind not in _CHECKS:
        raise TermsWrong("kind", kind)
    _CHECKS[kind](terms)
    _check_splits(terms, _given(kind, terms))


def properties_of(kind: str, terms: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the properties whose values a rule asks for."""
    if kind == "by_class":
        return tuple(dict.fromkeys(row["property"] for row in terms["table"]))
    return ("ph",) if kind == LIME else ()


def _ssnm(terms: Mapping[str, Any]) -> None:
    for name in ("n_kg_per_t", "k2o_kg_per_t"):
        _number(terms, name, MOST_KG)
    _number(terms, "most_gain_t", 20)


def _uptake(terms: Mapping[str, Any]) -> None:
    _kilograms(terms, "kg_per_t")


def _fixed(terms: Mapping[str, Any]) -> None:
    _kilograms(terms, "kg")


def _by_class(terms: Mapping[str, Any]) -> None:
    table = terms.get("table")
    if not isinstance(table, list) or not table:
        raise TermsWrong("missing", "table")
    for place, row in enumerate(table):
        where = f"table[{place}]"
        if not isinstance(row, dict) or row.get("nutrient") not in NUTRIENTS:
            raise TermsWrong("nutrient", f"{where}.nutrient")
        if not isinstance(row.get("property"), str):
            raise TermsWrong("text", f"{where}.property")
        kilograms = row.get("kg")
        if not isinstance(kilograms, list) or not kilograms:
            raise TermsWrong("missing", f"{where}.kg")
        for index in range(len(kilograms)):
            _number({"kg": kilograms[index]}, "kg", MOST_KG, f"{where}.kg[{index}]")


def _lime(terms: Mapping[str, Any]) -> None:
    methods, steps = terms.get("methods"), terms.get("steps")
    if not isinstance(methods, list) or not methods or not all(isinstance(one, str) for one in methods):
        raise TermsWrong("missing", "methods")
    if not isinstance(steps, list) or not steps:
        raise TermsWrong("missing", "steps")
    last = -math.inf
    for place, step in enumerate(steps):
        if not isinstance(step, list) or len(step) != 2:
            raise TermsWrong("missing", f"steps[{place}]")
        _number({"ph": step[0]}, "ph", 14, f"steps[{place}][0]")
        _number({"kg": step[1]}, "kg", MOST_LIME_KG, f"steps[{place}][1]")
        if step[0] <= last:
            raise TermsWrong("order", f"steps[{place}][0]")
        last = step[0]


_CHECKS: Final[dict[str, Callable[[Mapping[str, Any]], None]]] = {
    "ssnm_rice": _ssnm, "uptake": _uptake, "fixed": _fixed, "by_class": _by_class, LIME: _lime,
}  # fmt: skip


def _kilograms(terms: Mapping[str, Any], name: str) -> None:
    kilograms = terms.get(name)
    if not isinstance(kilograms, dict) or not kilograms:
        raise TermsWrong("missing", name)
    for nutrient in kilograms:
        if nutrient not in NUTRIENTS:
            raise TermsWrong("nutrient", f"{name}.{nutrient}")
        _number(kilograms, nutrient, MOST_KG, f"{name}.{nutrient}")


def _given(kind: str, terms: Mapping[str, Any]) -> frozenset[str]:
    """The nutrients of which a rule, whose terms were checked, gives any kilogram."""
    if kind == "ssnm_rice":
        return frozenset(nutrient for nutrient in ("n", "k2o") if terms[f"{nutrient}_kg_per_t"] > 0)
    if kind == "by_class":
        return frozenset(row["nutrient"] for row in terms["table"] if any(kg > 0 for kg in row["kg"]))
    kilograms = {"uptake": "kg_per_t", "fixed": "kg"}.get(kind)
    return frozenset(nutrient for nutrient, kg in terms[kilograms].items() if kg > 0) if kilograms else frozenset()


def _check_splits(terms: Mapping[str, Any], given: Collection[str]) -> None:
    """A nutrient that is `given` and left out of all parts would be told without a fertiliser to bring it."""
    splits = terms.get("splits", [])
    if not isinstance(splits, list):
        raise TermsWrong("missing", "splits")
    for place, split in enumerate(splits):
        if not isinstance(split, dict) or not isinstance(split.get("key"), str) or not split["key"]:
            raise TermsWrong("text", f"splits[{place}].key")
        for nutrient in NUTRIENTS:
            if nutrient in split:
                _number(split, nutrient, 1, f"splits[{place}].{nutrient}")
    for nutrient in NUTRIENTS:
        shares = [split[nutrient] for split in splits if nutrient in split]
        is_left_out = splits and nutrient in given and not shares
        if is_left_out or (shares and abs(sum(shares) - 1) > _SUM_TOLERANCE):
            raise TermsWrong("sum", f"splits.{nutrient}")


def _number(terms: Mapping[str, Any], name: str, most: float, where: str = "") -> None:
    value = terms.get(name)
    if value is None:
        raise TermsWrong("missing", where or name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise TermsWrong("number", where or name)

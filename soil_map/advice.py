"""What a crop needs on a field, as nutrients, bags and lime. Pure.

A dose is computed only by a rule that was approved and names its source; whoever calls this hands over the rule's
terms and the measured values, and gets the dose with every number that went into it, or a Missing that says what is
not known. Nothing is guessed in between: advice is acted upon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from soil_map.classes import Scheme, digits_to_tell

HECTARE_M2: Final = 10_000.0
NUTRIENTS: Final = ("n", "p2o5", "k2o")


class Missing(ValueError):
    """Why there is no dose: `code` and the properties or terms that are not known."""

    def __init__(self, code: str, *what: str) -> None:
        super().__init__(code, *what)
        self.code = code
        self.what = what


@dataclass(frozen=True)
class Step:
    """One nutrient of a dose and how it came about: kilograms a hectare, and the terms of the sum."""

    nutrient: str
    kg_per_ha: float
    terms: Mapping[str, float]


@dataclass(frozen=True)
class Split:
    """A part of the season: its key, what the rule calls it, and the share of each nutrient that is given then."""

    key: str
    shares: Mapping[str, float]
    name_vi: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Dose:
    """Nutrients for one hectare and season, and when they are given."""

    steps: tuple[Step, ...]
    splits: tuple[Split, ...] = field(default=())

    def kg_per_ha(self, nutrient: str) -> float:
        """Kilograms of a nutrient a hectare; 0 where the rule says nothing of it."""
        return sum(step.kg_per_ha for step in self.steps if step.nutrient == nutrient)


def ssnm_rice(terms: Mapping[str, Any], *, target_t_per_ha: float, zero_k_t_per_ha: float | None) -> Dose:
    """Return N and K2O for rice by target yield, as IRRI's site-specific nutrient management does.

    N: what the grain takes up, `n_kg_per_t` (15) for each tonne. K2O: `k2o_kg_per_t` (30) for each tonne above the
    yield of a plot without K, at most `most_gain_t` (3). Raises Missing: "target" for a yield that is not above zero,
    "zero_k" where the plot without K is not known.
    """
    if not target_t_per_ha > 0:
        raise Missing("target", "target")
    if zero_k_t_per_ha is None:
        raise Missing("zero_k", "zero_k")
    above = max(target_t_per_ha - zero_k_t_per_ha, 0.0)
    gain = min(above, float(terms["most_gain_t"]))
    steps = (
        Step(
            "n",
            float(terms["n_kg_per_t"]) * target_t_per_ha,
            {"kg_per_t": float(terms["n_kg_per_t"]), "tonnes": target_t_per_ha},
        ),
        Step(
            "k2o",
            float(terms["k2o_kg_per_t"]) * gain,
            {
                "kg_per_t": float(terms["k2o_kg_per_t"]),
                "tonnes": gain,
                "above": above,
                "zero_k": zero_k_t_per_ha,
                "target": target_t_per_ha,
            },
        ),
    )
    return Dose(steps, splits_of(terms))


def by_class(terms: Mapping[str, Any], classes: Sequence[int | None]) -> Dose:
    """Return the dose of a table that names kilograms for each class of each nutrient's property.

    `terms["table"]` is a list of {nutrient, property, kg: [lowest class first]}; `classes` are the places of the class
    that the value is in by each row's scheme, None where there is no value. Raises Missing("class", property, …) with
    all properties that have none.
    """
    unknown = [row["property"] for row, place in zip(terms["table"], classes, strict=True) if place is None]
    if unknown:
        raise Missing("class", *dict.fromkeys(unknown))
    steps = tuple(
        Step(row["nutrient"], float(row["kg"][place]), {"class": float(place)})
        for row, place in zip(terms["table"], classes, strict=True)
        if place is not None
    )
    return Dose(steps, splits_of(terms))


def uptake(terms: Mapping[str, Any], *, target_t_per_ha: float) -> Dose:
    """Return what a harvest takes up: `terms["kg_per_t"]` of each nutrient for each tonne. Raises Missing("target")."""
    if not target_t_per_ha > 0:
        raise Missing("target", "target")
    steps = tuple(
        Step(nutrient, float(kg) * target_t_per_ha, {"kg_per_t": float(kg), "tonnes": target_t_per_ha})
        for nutrient, kg in terms["kg_per_t"].items()
    )
    return Dose(steps, splits_of(terms))


def fixed(terms: Mapping[str, Any]) -> Dose:
    """Return the same dose whatever the soil: `terms["kg"]` of each nutrient a hectare."""
    return Dose(tuple(Step(nutrient, float(kg), {}) for nutrient, kg in terms["kg"].items()), splits_of(terms))


def lime_by_ph(terms: Mapping[str, Any], ph: float) -> float:
    """Return kilograms of lime for a hectare: `terms["steps"]` are [below this pH, kilograms], the lowest pH first."""
    return next((float(kg) for below, kg in terms["steps"] if ph < below), 0.0)


def digits_of_ph(terms: Mapping[str, Any], ph: float) -> int:
    """Return how many digits behind the mark show a pH on its side of every step of a lime rule; one at least."""
    return digits_to_tell(ph, Scheme(tuple(float(below) for below, _kg in terms["steps"])).class_of, 1)


def splits_of(terms: Mapping[str, Any]) -> tuple[Split, ...]:
    """Return the parts of the season that a rule names."""
    return tuple(
        Split(one["key"], {n: float(one.get(n, 0)) for n in NUTRIENTS}, one.get("name_vi", ""), one.get("name_en", ""))
        for one in terms.get("splits", ())
    )


@dataclass(frozen=True)
class Bag:
    """A fertiliser as it is sold: shares of its mass, and the mass of a bag."""

    key: str
    n: float
    p2o5: float
    k2o: float
    bag_kg: float

    def share(self, nutrient: str) -> float:
        """Share of a nutrient, 0 to 1."""
        return {"n": self.n, "p2o5": self.p2o5, "k2o": self.k2o}[nutrient] / 100.0


@dataclass(frozen=True)
class Spread:
    """How much of a fertiliser goes on an area."""

    bag: Bag
    kg: float

    @property
    def bags(self) -> float:
        """How many bags that is."""
        return self.kg / self.bag.bag_kg


def as_bags(need_kg: Mapping[str, float], bags: Sequence[Bag]) -> list[Spread]:
    """Return what to spread for kilograms of nutrients, with the fertilisers a farmer has, in the order to use them.

    A compound comes first: as much of it as its scarcest nutrient allows, so that nothing is overdosed; what is left
    of each nutrient comes from the first straight fertiliser of it. Raises Missing("fertiliser", nutrient, …) where a
    nutrient is needed that none of them has.
    """
    left = {nutrient: max(0.0, need_kg.get(nutrient, 0.0)) for nutrient in NUTRIENTS}
    spread: dict[str, Spread] = {}

    def use(bag: Bag, kg: float) -> None:
        before = spread[bag.key].kg if bag.key in spread else 0.0
        spread[bag.key] = Spread(bag, before + kg)
        for nutrient in NUTRIENTS:
            left[nutrient] = max(0.0, left[nutrient] - kg * bag.share(nutrient))

    for bag in bags:
        holds = [nutrient for nutrient in NUTRIENTS if bag.share(nutrient) > 0]
        if len(holds) > 1:
            kg = min(left[nutrient] / bag.share(nutrient) for nutrient in holds)
            if kg > 0:
                use(bag, kg)
    for nutrient in NUTRIENTS:
        straight = next((bag for bag in bags if [n for n in NUTRIENTS if bag.share(n) > 0] == [nutrient]), None)
        if left[nutrient] > 1e-9 and straight is not None:
            use(straight, left[nutrient] / straight.share(nutrient))
    lacking = [nutrient for nutrient in NUTRIENTS if left[nutrient] > 1e-6]
    if lacking:
        raise Missing("fertiliser", *lacking)
    return list(spread.values())


def for_area(kg_per_ha: float, area_m2: float) -> float:
    """Return kilograms for an area: a field, or a sào."""
    return kg_per_ha * area_m2 / HECTARE_M2

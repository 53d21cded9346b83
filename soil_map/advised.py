"""What advice is once it is given: doses, fertilisers, parts of the season; or a refusal. See `soil_map.advising`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from soil_map.models import Crop, DoseRule, Fertiliser
from soil_map.schemes import UsedScheme

NUTRIENT_NAMES: Final = {"n": "N", "p2o5": "P₂O₅", "k2o": "K₂O"}


@dataclass(frozen=True)
class Refusal:
    """Why there is no dose, and what would help."""

    code: str
    sentences: tuple[str, ...]
    crop: Crop | None = None


@dataclass(frozen=True)
class Needed:
    """One nutrient: kilograms for a hectare and for a sào, and how that came about."""

    nutrient: str
    kg_per_ha: float
    kg_per_sao: float
    why: str

    @property
    def name(self) -> str:
        """As it stands on a bag."""
        return NUTRIENT_NAMES[self.nutrient]


@dataclass(frozen=True)
class Bagged:
    """How much of a fertiliser: kilograms for a hectare and for a sào, and bags for a hectare."""

    fertiliser: Fertiliser
    kg_per_ha: float
    kg_per_sao: float
    bags_per_ha: float


@dataclass(frozen=True)
class Part:
    """A part of the season: nutrients and fertilisers that are given then."""

    name_vi: str
    name_en: str
    kg_per_ha: Mapping[str, float]
    bags: tuple[Bagged, ...] = ()

    def name_in(self, language: str) -> str:
        """What the rule calls it."""
        return (self.name_en if language.startswith("en") else self.name_vi) or self.name_vi


@dataclass(frozen=True)
class Advice:
    """What to give a crop in one season, and whose word that is.

    `silent` are nutrients that the rule says nothing of; `no_bags` says why there are no fertilisers, "" where there
    are some.
    """

    crop: Crop
    rule: DoseRule
    needed: tuple[Needed, ...]
    silent: tuple[str, ...]
    bags: tuple[Bagged, ...]
    no_bags: str
    parts: tuple[Part, ...]
    target_t_per_ha: float | None
    zero_k_t_per_ha: float | None
    classed_by: tuple[UsedScheme, ...] = field(default=())

    @property
    def source(self) -> str:
        """The rule with its version and where it is from."""
        return f"{self.rule.name}, v{self.rule.version}. {self.rule.citation}"


@dataclass(frozen=True)
class Liming:
    """How much lime, by which rule."""

    rule: DoseRule
    kg_per_ha: float
    kg_per_sao: float
    why: str

    @property
    def source(self) -> str:
        """The rule with its version and where it is from."""
        return f"{self.rule.name}, v{self.rule.version}. {self.rule.citation}"

"""Units of soil analysis and what they count: from what a laboratory wrote to a property's canonical unit. Pure.

A unit is a mass fraction or a charge a mass, together with the substance whose mass it is: "mg/100g P2O5" and
"mg/kg P" are two ways to tell the same phosphorus. Values of one element in another form are converted by the ratio
of their masses (facts of chemistry); organic carbon and organic matter by the convention 1.724 (van Bemmelen), which
is why that conversion is told as one. Class limits are never converted from one property to another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mapping.text import fold

P2O5_PER_P: Final = 2.2914
K2O_PER_K: Final = 1.2046
OM_PER_OC: Final = 1.724

# How much of the substance that the others are counted in, the last of each family, one part of this one is.
_FAMILIES: Final[dict[str, dict[str, float]]] = {
    "phosphorus": {"P": P2O5_PER_P, "P2O5": 1.0},
    "potassium": {"K": K2O_PER_K, "K2O": 1.0},
    "organic": {"OC": OM_PER_OC, "OM": 1.0},
    "nitrogen": {"N": 1.0},
}
_FAMILY_OF: Final = {substance: family for family, members in _FAMILIES.items() for substance in members}

# Measures and their size in mg/kg, or in cmol(+)/kg.
_MASS: Final = {"mg/kg": 1.0, "mg/100g": 10.0, "g/kg": 1_000.0, "%": 10_000.0}
_CHARGE: Final = {"cmol/kg": 1.0, "mmol/kg": 0.1}
_OTHER: Final = {"": 1.0, "mS/cm": 1.0, "dS/m": 1.0}

# How people write them, folded and without spaces. Milliequivalents of a charge are centimoles of it.
_WRITTEN: Final = {
    "mg/kg": "mg/kg", "mgkg-1": "mg/kg", "ppm": "mg/kg", "ug/g": "mg/kg", "mg/1kg": "mg/kg", "mg/kgdat": "mg/kg",
    "mg/100g": "mg/100g", "mg/100gdat": "mg/100g", "mg100g-1": "mg/100g", "mg/100gr": "mg/100g",
    "g/kg": "g/kg", "gkg-1": "g/kg",
    "%": "%", "phantram": "%", "percent": "%", "pct": "%", "g/100g": "%",
    "cmol/kg": "cmol/kg", "cmol(+)/kg": "cmol/kg", "cmolc/kg": "cmol/kg", "cmolkg-1": "cmol/kg", "cmol+/kg": "cmol/kg",
    "meq/100g": "cmol/kg", "me/100g": "cmol/kg", "ldl/100g": "cmol/kg", "meq/100gdat": "cmol/kg",
    "lidl/100g": "cmol/kg", "mdl/100g": "cmol/kg", "meq%": "cmol/kg", "meq": "cmol/kg", "cmol": "cmol/kg",
    "mmol/kg": "mmol/kg", "mmol(+)/kg": "mmol/kg", "mmolc/kg": "mmol/kg",
    "ms/cm": "mS/cm", "ds/m": "dS/m",
}  # fmt: skip
_SUBSTANCES: Final = {"p2o5": "P2O5", "k2o": "K2O", "om": "OM", "oc": "OC", "p": "P", "k": "K", "n": "N"}
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺µμ", "01234567890123456789-+uu")


def told_in(value: float, factor: float) -> float:
    """A value in the unit that `factor` leads from, as somebody wrote it there.

    To eight digits: the tenth of what is kept is rounded, and a mean of replicates may lie beside it by more.
    """
    return float(f"{value / factor:.8g}")


class UnitUnknown(ValueError):
    """A text that is no unit; the text is the argument."""


class UnitsDiffer(ValueError):
    """Two units that measure different things: the keys are the arguments."""


@dataclass(frozen=True)
class AnalysisUnit:
    """A measure, and the substance that it counts ("" where the measure says it all: pH, charge)."""

    measure: str
    substance: str = ""

    @property
    def key(self) -> str:
        """As it is kept: "mg/100g P2O5"."""
        return f"{self.measure} {self.substance}".strip()

    def __str__(self) -> str:
        return self.key.replace("P2O5", "P₂O₅").replace("K2O", "K₂O").replace("/100g", "/100 g")


@dataclass(frozen=True)
class Conversion:
    """What a value is multiplied with to be told in another unit, and whether that is a convention only."""

    source: AnalysisUnit
    target: AnalysisUnit
    factor: float
    is_convention: bool = False

    @property
    def changes(self) -> bool:
        """Whether there is anything to show."""
        return self.source != self.target

    def convert(self, value: float) -> float:
        """A value in the target unit, to ten digits: a figure and a limit of the same value stay the same."""
        return float(f"{value * self.factor:.10g}")


def unit_of(key: str) -> AnalysisUnit:
    """Return the unit of a kept key; raises UnitUnknown."""
    measure, _, substance = key.partition(" ")
    if measure in _MASS | _CHARGE | _OTHER and (not substance or substance in _FAMILY_OF):
        return AnalysisUnit(measure, substance)
    raise UnitUnknown(key)


def read_unit(text: str) -> AnalysisUnit:
    """Return the unit that a header or a cell writes, with the substance where it names one; raises UnitUnknown.

    "mg P2O5/100g đất", "mg/100g P₂O₅", "P2O5 (mg/100 g)", "ppm", "%", "meq/100g" and "lđl/100g" are read.
    """
    folded = fold(text.translate(_SUBSCRIPTS)).lower()
    found = [name for name in _SUBSTANCES if re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", folded)]
    substance = _SUBSTANCES[found[0]] if len(found) == 1 else ""
    bare = re.sub(rf"(?<![a-z0-9])(?:{'|'.join(found)})(?![a-z0-9])", "", folded) if found else folded
    compact = re.sub(r"[\s,;:()\[\]]+", "", bare)
    charge = re.sub(r"[\s,;:\[\]]+", "", bare)
    for candidate in (charge, compact):
        if candidate in _WRITTEN:
            return AnalysisUnit(_WRITTEN[candidate], substance)
    if not compact and not substance:
        return AnalysisUnit("")
    raise UnitUnknown(text)


def conversion(source: AnalysisUnit, target: AnalysisUnit) -> Conversion:
    """Return how values go from one unit to another; a source that names no substance is taken to count the target's.

    Raises UnitsDiffer where they do not measure the same thing.
    """
    substance = source.substance or target.substance
    for measures in (_MASS, _CHARGE, _OTHER):
        if source.measure in measures and target.measure in measures:
            break
    else:
        raise UnitsDiffer(source.key, target.key)
    if measures is _OTHER and (source.measure == "") != (target.measure == ""):
        raise UnitsDiffer(source.key, target.key)
    factor = measures[source.measure] / measures[target.measure]
    if substance != target.substance:
        family = _FAMILY_OF.get(substance)
        if family is None or family != _FAMILY_OF.get(target.substance):
            raise UnitsDiffer(source.key, target.key)
        members = _FAMILIES[family]
        factor *= members[substance] / members[target.substance]
        return Conversion(AnalysisUnit(source.measure, substance), target, factor, is_convention=family == "organic")
    return Conversion(AnalysisUnit(source.measure, substance), target, factor)

"""The unit that values of a method are shown in: that of the scheme which classes them.

Values are kept, computed and taken out in the property's canonical unit; Olsen phosphorus, which every source tells in
mg P a kilogram, is kept as mg P₂O₅ in 100 g like any other available phosphorus, and shown as the limits are that stand
beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mapping.wording import Sentence, decimal
from soil_map import classes, units
from soil_map.models import Method
from soil_map.schemes import UsedScheme


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit (a key of `soil_map.units`), and what a number in it is multiplied with to be in the canonical one."""

    unit: str
    factor: float
    decimals: int
    limits: tuple[float, ...] = ()
    """Those of the scheme's classes, in this unit; none where nothing classes the values."""

    def number(self, value: float) -> float:
        """A canonical value, or a difference or standard deviation of such, in this unit."""
        return units.told_in(value, self.factor)

    def digits(self, value: float) -> int:
        """How many digits behind the mark show a canonical value on its side of every limit: `decimals` or more."""
        return classes.digits_to_tell(self.number(value), classes.Scheme(self.limits).class_of, self.decimals)

    def figure(self, value: float) -> Sentence:
        """A canonical value in this unit, as it stands beside its class."""
        return decimal(self.number(value), self.digits(value))


def shown_of(method: Method, used: UsedScheme | None) -> Shown:
    """Return how values of a method are shown; `used` is the scheme that classes them, None where there is none."""
    of = method.property
    if used is None:
        return Shown(of.unit, 1.0, of.decimals)
    decimals = of.decimals + max(0, round(math.log10(used.factor)))
    return Shown(used.scheme.unit, used.factor, decimals, tuple(used.own_limits))

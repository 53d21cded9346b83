"""From a value to its class, by a named scheme; and from classes to the index of a village. Pure.

A class is derived each time from value, method and scheme, and never kept instead of the value. A lower limit
belongs to its class: 2.2 in a scheme with a limit of 2.2 is already the higher one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LOW: Final = -1
MEDIUM: Final = 0
HIGH: Final = 1

INDEX_LOW_BELOW: Final = 1.5
INDEX_HIGH_ABOVE: Final = 2.5

MOST_MORE_DIGITS: Final = 6
"""A value nearer to a limit than these can tell lies on it for whoever reads it."""


class LimitsWrong(ValueError):
    """A scheme that does not put each value in one class; `code` says why, `where` the limit at fault."""

    def __init__(self, code: str, where: float | None = None) -> None:
        super().__init__(code, where)
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Scheme:
    """Lower limits of all classes but the lowest, rising. A value of class i lies in [limits[i - 1], limits[i])."""

    limits: tuple[float, ...]

    def class_of(self, value: float) -> int:
        """Return the place of the value's class, 0 the lowest."""
        return bisect_right(self.limits, value)


def scheme(lowers: Sequence[float | None]) -> Scheme:
    """Return the scheme of the classes' lower limits in order, the first of them None.

    Raises LimitsWrong: "no classes", "first" where the lowest class has a limit or another has none, "overlap" where a
    limit is not above the one before it.
    """
    if not lowers:
        raise LimitsWrong("no classes")
    if lowers[0] is not None:
        raise LimitsWrong("first", lowers[0])
    limits: list[float] = []
    for lower in lowers[1:]:
        if lower is None:
            raise LimitsWrong("first")
        if limits and lower <= limits[-1]:
            raise LimitsWrong("overlap", lower)
        limits.append(lower)
    return Scheme(tuple(limits))


def digits_to_tell(value: float, class_of: Callable[[float], int], digits: int) -> int:
    """Return how many digits behind the mark show a value as what it is called: `digits`, or the fewest more.

    In one digit pH 5.96 would be 6.0 and stand beside the class that ends below 6.
    """
    own = class_of(value)
    those = range(digits, digits + MOST_MORE_DIGITS + 1)
    return next((more for more in those if class_of(round(value, more)) == own), digits)


def nutrient_index(levels: Iterable[int]) -> float | None:
    """Return Parker's index of samples that are LOW, MEDIUM or HIGH, from 1 to 3; None of no samples."""
    points = [level + 2 for level in levels]
    return sum(points) / len(points) if points else None


def level_of_index(index: float) -> int:
    """Return what an index is called: below 1.5 LOW, up to 2.5 MEDIUM, above HIGH (as in Kerala)."""
    if index < INDEX_LOW_BELOW:
        return LOW
    return HIGH if index > INDEX_HIGH_ABOVE else MEDIUM

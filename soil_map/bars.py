"""A value among its classes as a bar: classes of equal width, the value where it lies within its own. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_EDGE: Final = 0.06  # of a class: so far a mark keeps from its ends, so that nobody reads the neighbour's


@dataclass(frozen=True, slots=True)
class BarClass:
    """One class of a bar: where it lies, from 0 to 1, its colour ("#rrggbb") and label."""

    start: float
    width: float
    colour: str
    label: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of 1 by some height: its classes, the limits between them, and where the value is marked.

    `low` and `high` are the ends of what it may be as well, where it is an estimate.
    """

    classes: tuple[BarClass, ...]
    limits: tuple[tuple[float, float], ...]
    """Where each limit lies, and what it is."""
    mark: float
    low: float | None = None
    high: float | None = None

    @property
    def label(self) -> str:
        """The class of the value."""
        return next(one.label for one in self.classes if one.is_own)


def bar(
    limits: Sequence[float],
    classes: Sequence[tuple[str, str]],
    value: float,
    spread: tuple[float, float] | None = None,
) -> Bar:
    """Return the bar of a value; `classes` are (colour, label) from the lowest, one more than limits.

    `spread` is the lowest and highest that it may be. Raises ValueError where classes and limits do not match.
    """
    if len(classes) != len(limits) + 1:
        raise ValueError(f"{len(classes)} classes for {len(limits)} limits")
    width = 1 / len(classes)
    own = bisect_right(limits, value)
    drawn = tuple(
        BarClass(place * width, width, colour, label, place == own) for place, (colour, label) in enumerate(classes)
    )
    between = tuple(((place + 1) * width, limit) for place, limit in enumerate(limits))
    ends = (None, None) if spread is None else (_place(limits, spread[0], 0.0), _place(limits, spread[1], 0.0))
    return Bar(drawn, between, _place(limits, value, _EDGE), *ends)


def _place(limits: Sequence[float], value: float, edge: float) -> float:
    """Where a value lies, 0 to 1; a class without an end is as wide as its neighbour."""
    width = 1 / (len(limits) + 1)
    if not limits:
        return 0.5
    own = bisect_right(limits, value)
    step = limits[1] - limits[0] if len(limits) > 1 else abs(limits[0]) or 1.0
    last = limits[-1] - limits[-2] if len(limits) > 1 else step
    low = limits[own - 1] if own else limits[0] - step
    high = limits[own] if own < len(limits) else limits[-1] + last
    share = (value - low) / (high - low) if high > low else 0.5
    return (own + min(1 - edge, max(edge, share))) * width

"""Areas as people read them: figures that were rounded and still add up to the rounded whole. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

M2_A_HECTARE: Final = 10_000.0


def apportioned(parts: Sequence[float], digits: int, whole: float | None = None) -> list[float]:
    """Return the parts rounded to `digits` decimals so that they add up to the rounded `whole`, their sum by default.

    What rounding leaves over goes, a last digit each, to the parts that lost most (largest remainders), so no part
    is more than one last digit from what it is. `whole` is close to the sum: other wholes belong to other parts.
    """
    step = 10**digits
    total = round((math.fsum(parts) if whole is None else whole) * step)
    scaled = [part * step for part in parts]
    floors = [math.floor(value + 1e-9) for value in scaled]
    left = total - sum(floors)
    by_loss = sorted(range(len(parts)), key=lambda place: (floors[place] - scaled[place], place))
    if left < 0:
        by_loss.reverse()
    for place in by_loss[: min(abs(left), len(parts))]:
        floors[place] += 1 if left > 0 else -1
    return [value / step for value in floors]


def hectares(parts_m2: Sequence[float], digits: int = 2, whole_m2: float | None = None) -> list[float]:
    """Return areas in hectares that add up to the whole, rounded alike."""
    whole = None if whole_m2 is None else whole_m2 / M2_A_HECTARE
    return apportioned([part / M2_A_HECTARE for part in parts_m2], digits, whole)


def percents(parts: Sequence[float], digits: int = 1) -> list[float]:
    """Return shares in percent that add up to 100; zeros of no whole."""
    whole = math.fsum(parts)
    if whole <= 0:
        return [0.0] * len(parts)
    return apportioned([100 * part / whole for part in parts], digits, 100.0)


def vietnamese(value: float, digits: int = 0) -> str:
    """Return a number as it is written in Vietnam: 1.234,50."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")).replace("-", "−")

"""What was measured where: one value at each place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SAME_PLACE_M = 0.01
"""Samples nearer than about a centimetre stand at one place: two values there make the system singular."""


class NotUsable(ValueError):
    """Samples that no map can be made of; `code` names why, for a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Samples:
    """Distinct places and a value at each.

    `places` is (n, 2): easting and northing in metres. `values` is (n,), in the property's own unit.
    """

    places: Floats
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    @property
    def diagonal(self) -> float:
        """Length of the diagonal of the box around all places, in metres."""
        return float(np.hypot(*np.ptp(self.places, axis=0))) if len(self) else 0.0


def at_distinct_places(places: ArrayLike, values: ArrayLike) -> Samples:
    """Average the values of each place, so that replicates and repeated visits weigh as one.

    Raises NotUsable: "shape" when the two do not belong together, "not finite" for a value or place that is no number.
    """
    where = np.asarray(places, dtype=np.float64)
    what = np.asarray(values, dtype=np.float64)
    if where.ndim != 2 or where.shape[1] != 2 or what.shape != where.shape[:1]:
        raise NotUsable("shape")
    if not (np.isfinite(where).all() and np.isfinite(what).all()):
        raise NotUsable("not finite")
    if len(what) == 0:
        return Samples(where, what)
    _, first, group, count = np.unique(
        np.round(where / SAME_PLACE_M), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    means = np.bincount(group.reshape(-1), weights=what) / count
    in_order = np.argsort(first)  # as they were given: whoever compares lists finds them again
    return Samples(where[first[in_order]], means[in_order])

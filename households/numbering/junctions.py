"""Where two streets meet, for houses that stand at the corner."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from households.numbering.ground import Ground, Places
from households.numbering.model import Bools, Floats, Ints

_MEET_M: Final = 6.0
"""Streets meet when their lines come this near: an alley is often drawn only up to the edge of its road."""
_AT_CORNER_M: Final = 30.0


def at_junction(ground: Ground, parent: Ints, first: Places, second: Places, xy: Floats) -> Bools:
    """Tell for each pair of streets and point beside it whether the streets meet within 30 m of the point.

    An alley meets the street that it leaves however short of it it was drawn.
    """
    count = len(ground.street_m)
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second)
    pairs, which = np.unique(low * count + high, return_inverse=True)
    one, two = ground.lines[pairs // count], ground.lines[pairs % count]
    meeting = shapely.intersection(one, two)
    apart = np.flatnonzero(shapely.is_empty(meeting))
    shortest = shapely.shortest_line(one[apart], two[apart])
    below, above = (pairs % count)[apart], (pairs // count)[apart]
    leaves = (parent[below] == above) | (parent[above] == below)
    meeting[apart] = np.where(leaves | (shapely.length(shortest) <= _MEET_M), shortest, None)
    at: Bools = shapely.dwithin(meeting[which], shapely.points(xy), _AT_CORNER_M)
    return at

"""Ways from a house to a street that nobody can go: past another house, or over another street."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from households.numbering.ground import Ground, Places, Ways
from households.numbering.model import Bools, Floats

_HOUSE_M: Final = 3.0
"""A way that comes nearer to another house's point than this leads over its ground."""
_STREET_M: Final = 0.5
"""How far a way is cut short at its street, so that it does not cross what meets its street just there."""


def past_houses(ways: Ways, own: Places, houses: Floats, tree: shapely.STRtree) -> Bools:
    """Tell for every way whether another house stands on it, at least 3 m nearer to the street than its own house.

    `own` is the place of each way's house in `houses` (n, 2); `tree` holds those points.
    """
    blocked = np.zeros(len(ways), np.bool_)
    long = np.flatnonzero(ways.distance_m > _HOUSE_M)
    lines = shapely.linestrings(np.stack((houses[own[long]], ways.foot[long]), axis=1))
    place, other = tree.query(lines, predicate="dwithin", distance=_HOUSE_M)
    way = long[place]
    foreign = own[way] != other
    way, other = way[foreign], other[foreign]
    start = houses[own[way]]
    gone = ((houses[other] - start) * (ways.foot[way] - start)).sum(axis=1) / ways.distance_m[way]
    blocked[way[gone >= _HOUSE_M]] = True
    return blocked


def over_streets(ways: Ways, own: Places, houses: Floats, ground: Ground, pieces: shapely.STRtree) -> Bools:
    """Tell for every way whether it crosses a street other than its own."""
    crossed = np.zeros(len(ways), np.bool_)
    long = np.flatnonzero(ways.distance_m > _STREET_M)
    start = houses[own[long]]
    part = 1.0 - _STREET_M / ways.distance_m[long]
    lines = shapely.linestrings(np.stack((start, start + (ways.foot[long] - start) * part[:, None]), axis=1))
    place, piece = pieces.query(lines, predicate="intersects")
    way = long[place]
    crossed[way[ground.street[piece] != ways.street[way]]] = True
    return crossed

"""Where houses front, as it is being found out, and what is looked at to find it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from households.numbering import blocked
from households.numbering.ground import Ground, Places, Ways
from households.numbering.hints import Hints
from households.numbering.model import NONE, Bools, Floats, Ints, Texts


@dataclass(slots=True)
class Matches:
    """Where each house fronts, in ground directions: see `ground.Ways`; `doubt` and `other` as in `Frontages`."""

    street: Places
    distance_m: Floats
    position_m: Floats
    beyond_m: Floats
    offset_m: Floats
    foot: Floats
    doubt: Texts
    other: Ints
    detour: Bools  # a farther street was taken than the nearest

    def write(self, houses: Places, ways: Ways) -> None:
        """Let each house front on the street of the way beside it."""
        self.street[houses] = ways.street
        self.distance_m[houses] = ways.distance_m
        self.position_m[houses] = ways.position_m
        self.beyond_m[houses] = ways.beyond_m
        self.offset_m[houses] = ways.offset_m
        self.foot[houses] = ways.foot


@dataclass(frozen=True, slots=True)
class Scene:
    """What every step of the matching looks at."""

    ground: Ground
    pieces: shapely.STRtree
    size: Ints
    parent: Ints
    xy: Floats
    points: shapely.STRtree
    hints: Hints
    reach_m: float

    def reachable(self, ways: Ways, own: Places) -> Bools:
        """Tell which ways can be gone; `own` is the house of each."""
        free: Bools = ~blocked.past_houses(ways, own, self.xy, self.points)
        rest = np.flatnonzero(free)
        free[rest] = ~blocked.over_streets(ways.at(rest), own[rest], self.xy, self.ground, self.pieces)
        return free


def nothing(count: int) -> Matches:
    """Return the matches of so many houses before any is made."""
    return Matches(
        street=np.full(count, NONE, np.intp), distance_m=np.full(count, np.nan), position_m=np.full(count, np.nan),
        beyond_m=np.zeros(count), offset_m=np.zeros(count), foot=np.full((count, 2), np.nan),
        doubt=np.full(count, "", object), other=np.full(count, NONE, np.int32), detour=np.zeros(count, np.bool_),
    )  # fmt: skip


def shortest_of(keys: Places, ways: Ways, wanted: Bools) -> Places:
    """Return the place of the shortest wanted way of each key (a point, a house); of equals that of the first street.

    Keys without a wanted way have none; the others come in rising order.
    """
    places = np.flatnonzero(wanted)
    order = places[np.lexsort((ways.street[places], ways.distance_m[places], keys[places]))]
    return order[np.unique(keys[order], return_index=True)[1]]

"""Which street a house's address names: "5 ngõ Đình" one near it of that name, "12/5 đường Xã" the alley 12 of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from households.numbering.model import NONE, Bools, Ints
from households.proposals.ground import Ground
from mapping.text import fold

NEAR_M: Final = 200.0
"""A street that an address names and that lies farther away is another one of the same name."""

Key = tuple[str, str]  # folded name of a street, "" or the number of an alley off it


def named_streets(ground: Ground) -> Ints:
    """Return the place of the street that each house's address names, or NONE."""
    streets = ground.street_rows
    known: dict[Key, list[int]] = {}
    for place, (name, number) in enumerate(zip(streets.full_name, streets.numbers, strict=True)):
        if ground.streets.named[place] or number:
            known.setdefault((fold(name), ""), []).append(place)
        if not ground.streets.named[place] and number and streets.root[place] != NONE:
            known.setdefault((fold(streets.full_name[streets.root[place]]), number), []).append(place)
    hinted = np.full(len(ground.houses), NONE, np.int32)
    for key, houses in _by_address(ground, known).items():
        candidates = known[key]
        at = np.array(houses, np.intp)
        points = shapely.points(ground.houses.xy[at])
        distances = np.array([shapely.distance(points, ground.streets.lines[place]) for place in candidates])
        nearest = distances.argmin(axis=0)
        near = distances[nearest, np.arange(len(at))] <= NEAR_M
        hinted[at[near]] = np.array(candidates, np.int32)[nearest[near]]
    return hinted


def _by_address(ground: Ground, known: dict[Key, list[int]]) -> dict[Key, list[int]]:
    folded: dict[str, str] = {}
    houses: dict[Key, list[int]] = {}
    rows = zip(ground.house_rows.streets, ground.house_rows.numbers, strict=True)
    for place, (street, number) in enumerate(rows):
        if not street:
            continue
        name = folded.get(street)
        if name is None:
            name = folded[street] = fold(street)
        key = (name, number.rpartition("/")[0])
        if key not in known:
            key = (name, "")
        if key in known:
            houses.setdefault(key, []).append(place)
    return houses


def far_from(ground: Ground, streets: Ints, reach_m: float) -> Bools:
    """Return which houses stand farther than `reach_m` from the street given for each; never where it is NONE."""
    far = np.zeros(len(ground.houses), bool)
    at: NDArray[np.intp] = np.flatnonzero(streets != NONE)
    if len(at):
        points = shapely.points(ground.houses.xy[at])
        far[at] = shapely.distance(points, ground.streets.lines[streets[at]]) > reach_m
    return far

"""Which way the numbers of each street rise.

In this order: as drawn or from the centre outward where an officer said so; as the locked numbers rise that are there
already; an alley from its mouth; the rest by compass, from north to south, east to west, north-east to south-west and
south-east to north-west.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from households.numbering.ground import Ground, Places
from households.numbering.model import NONE, Bools, Floats, Ints, Rules, Streets

FROM_DEGREES, TO_DEGREES = 157.5, 337.5
"""Headings, clockwise from grid north, in which numbers rise; the first belongs to them, the last does not."""
CLEARLY: Final = 0.5
"""Existing numbers say a direction when at least three of four neighbours rise, or fall: (rising - falling) / all."""
_SAME_PLACE_M: Final = 1.0


def against_ground(
    streets: Streets, ground: Ground, rules: Rules, street: Places, position_m: Floats, number: Ints
) -> Bools:
    """Tell for every street whether its numbers rise against its ground direction.

    The last three arrays have one entry a locked number: its street, metres along in ground direction, the number.
    """
    first, last = ground.ends[:, 0], ground.ends[:, 1]
    against = by_compass(last - first)
    mouth = mouth_ends(streets, ground)
    against = np.where(mouth == NONE, against, mouth == 1)
    said = _by_numbers(len(streets), street, position_m, number)
    against = np.where(said == 0, against, said < 0)
    kinds = np.array(streets.direction, object)
    against = np.where(kinds == "as_drawn", ground.drawn_against, against)
    if rules.centre is not None:
        away = np.hypot(*(ground.ends - np.array(rules.centre)).transpose(2, 0, 1))
        outward = (kinds == "outward") & (np.abs(away[:, 0] - away[:, 1]) > _SAME_PLACE_M)
        against = np.where(outward, away[:, 1] < away[:, 0], against)
    decided: Bools = against
    return decided


def by_compass(way: Floats) -> Bools:
    """Tell for headings (n, 2) of east and north whether numbers rise the other way."""
    heading = np.degrees(np.arctan2(way[:, 0], way[:, 1])) % 360.0
    other_way: Bools = ~((heading >= FROM_DEGREES) & (heading < TO_DEGREES))
    return other_way


def mouth_ends(streets: Streets, ground: Ground) -> Places:
    """The end of every alley that lies at its parent: 0 the first in ground direction, 1 the last, or NONE.

    An alley that leaves its parent and comes back to it has no mouth, as a street without a parent has none.
    """
    ends = np.full(len(streets), NONE, np.intp)
    alleys = np.flatnonzero(streets.is_alley & (streets.parent != NONE))
    parents = ground.lines[streets.parent[alleys]]
    away = [shapely.distance(parents, shapely.points(ground.ends[alleys, end])) for end in (0, 1)]
    clear = np.abs(away[0] - away[1]) > _SAME_PLACE_M
    ends[alleys[clear]] = (away[1] < away[0])[clear]
    return ends


def _by_numbers(count: int, street: Places, position_m: Floats, number: Ints) -> Ints:
    """1 where numbers clearly rise in ground direction, -1 where they fall, 0 where they say nothing.

    Odd and even numbers are compared among themselves: across the street nothing says who comes first.
    """
    order = np.lexsort((number, position_m, number % 2, street))
    street, position_m, number = street[order], position_m[order], number[order]
    steps = np.sign(np.diff(number))
    steps[(street[1:] != street[:-1]) | (number[1:] % 2 != number[:-1] % 2) | (np.diff(position_m) <= 0)] = 0
    balance = np.bincount(street[1:], steps, minlength=count)
    total = np.bincount(street[1:], np.abs(steps), minlength=count)
    said = np.where((total > 0) & (np.abs(balance) >= CLEARLY * total), np.sign(balance), 0)
    return said.astype(np.int32)

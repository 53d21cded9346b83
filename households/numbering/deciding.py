"""One street of several: the one that a locked number names, the larger at a corner, the one that the address names.

What is left is a doubt: the nearest is taken, and an officer looks.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from households.numbering import junctions
from households.numbering.ground import Places, Ways
from households.numbering.matches import Matches, Scene, shortest_of
from households.numbering.model import NONE, Bools

AS_NEAR_SHARE: Final = 1.25
AS_NEAR_M: Final = 4.0
"""A second street is nearly as near when it is less than a quarter, or less than 4 m, farther than the first."""
CORNER_M: Final = 20.0
CORNER_MORE_M: Final = 8.0
"""A corner house stands within 20 m of both streets, and not more than 8 m farther from one than from the other."""


def settle(scene: Scene, matches: Matches, houses: Places, ways: Ways, base: Places) -> None:
    """Decide between the base way of each house and others nearly as near, and write it down.

    `ways` are those of `houses`, by their place there; `base` is the place of one of them for each, or NONE: not now.
    """
    now = np.flatnonzero(base != NONE)
    matches.write(houses[now], ways.at(base[now]))
    of = base[ways.point]  # the base way of each way's house
    own, distance, least = houses[ways.point], ways.distance_m, ways.distance_m[of]
    more = distance - least
    as_near = (distance < least * AS_NEAR_SHARE) | (more < AS_NEAR_M)
    cornering = (distance <= CORNER_M) & (more <= CORNER_MORE_M)
    bound = scene.hints.must_follow[own] & (of != NONE)
    _follow(scene, matches, ways, own, bound)
    loose = np.flatnonzero(~bound & (of != NONE) & (as_near | cornering) & (more >= 0) & (np.arange(len(ways)) != of))
    loose = loose[scene.reachable(ways.at(loose), own[loose])]
    rival, base_street = ways.at(loose), ways.street[of[loose]]
    corner = junctions.at_junction(scene.ground, scene.parent, rival.street, base_street, scene.xy[own[loose]])
    kept = corner | as_near[loose]
    _decide(scene, matches, rival.at(kept), own[loose[kept]], base_street[kept], corner[kept])


def _follow(scene: Scene, matches: Matches, ways: Ways, own: Places, bound: Bools) -> None:
    """Keep houses with a locked number on the street that it names, the nearest that it can mean."""
    some = np.flatnonzero(bound)
    agreeing = some[scene.hints.agree(own[some], ways.street[some])]
    wanted = np.zeros(len(ways), np.bool_)
    wanted[agreeing] = True
    taken = shortest_of(own, ways, wanted)
    matches.write(own[taken], ways.at(taken))


def _decide(scene: Scene, matches: Matches, rival: Ways, own: Places, base: Places, corner: Bools) -> None:
    """Settle houses with rivals to their base street. Arrays with one entry a rival: its house, the base, a corner."""
    if not len(rival):
        return
    count = len(scene.xy)
    size, top = scene.size[rival.street], np.zeros(count, np.int64)
    top[own] = scene.size[base]
    bigger = corner & (size > top[own])
    np.maximum.at(top, own[bigger], size[bigger])
    # The largest street at the corner wins, and leaves no other doubt but one as large.
    largest = bigger & (size == top[own])
    won = shortest_of(own, rival, largest)
    _detour(matches, own[won], rival.at(won))
    has_won = np.zeros(count, np.bool_)
    has_won[own[won]] = True
    left = np.where(has_won[own], largest, ~corner | (size == top[own]))
    left[won] = False
    # The address decides when it names one of those left, or the one taken, alone.
    agrees = left & scene.hints.agree(own, rival.street)
    said = np.bincount(own[agrees], minlength=count)
    taken_agrees = scene.hints.agree(own, matches.street[own])
    named = agrees & (said[own] == 1) & ~taken_agrees
    _detour(matches, own[named], rival.at(named))
    decided = np.zeros(count, np.bool_)
    decided[own[named | (taken_agrees & (said[own] == 0))]] = True
    doubtful = shortest_of(own, rival, left & ~decided[own])
    matches.doubt[own[doubtful]] = np.where(corner[doubtful], "corner", "two_streets")
    matches.other[own[doubtful]] = rival.street[doubtful]


def _detour(matches: Matches, houses: Places, ways: Ways) -> None:
    matches.write(houses, ways)
    matches.detour[houses] = True

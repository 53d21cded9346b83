"""On which street each house fronts: the nearest that it can reach, and what is doubtful about it.

Most houses have one street near and nothing between: they are settled in one pass with a short radius. The others are
asked again with a longer one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from households.numbering import blocked
from households.numbering.deciding import AS_NEAR_M, AS_NEAR_SHARE, CORNER_M, settle
from households.numbering.ground import Ground, Places, Ways, pieces_tree, ways_to, ways_within
from households.numbering.hints import Hints
from households.numbering.matches import Matches, Scene, nothing, shortest_of
from households.numbering.model import NONE, Bools, Floats, Houses, Rules, Streets

FAR_TIMES: Final = 3.0
"""A house farther than this many times the reach from every street has none."""
DETOUR_TIMES: Final = 2.0
"""A street that is taken because the nearest is blocked is doubtful when it is more than twice as far, and 20 m."""
_FIRST_LOOK_M: Final = 34.0
_CHUNK: Final = 50_000
"""Houses looked at together, so that memory stays flat in a city."""


def match(ground: Ground, streets: Streets, houses: Houses, hints: Hints, given: Places, rules: Rules) -> Matches:
    """Match houses with streets. `given` is the street that is not to be asked about (chosen, of a group), or NONE."""
    matches = nothing(len(houses))
    if not len(ground.street_m):
        return matches
    tree = shapely.STRtree(shapely.points(houses.xy))
    scene = Scene(ground, pieces_tree(ground), streets.size, streets.parent, houses.xy, tree, hints, rules.reach_m)
    told = np.where(given == NONE, hints.told, given)
    said, asked = np.flatnonzero(told != NONE), [np.flatnonzero(told == NONE)]
    for at in range(0, len(said), _CHUNK):
        some = said[at : at + _CHUNK]
        ways = ways_to(ground, houses.xy[some], told[some])
        near = (given[some] != NONE) | (ways.distance_m <= scene.reach_m * FAR_TIMES)
        matches.write(some[near], ways.at(near))
        asked.append(some[~near])
    open_ones = np.concatenate(asked)
    for at in range(0, len(open_ones), _CHUNK):
        rest = _look(scene, matches, open_ones[at : at + _CHUNK])
        rest = _look_farther(scene, matches, rest)
        _take_far(scene, matches, rest)
    _doubt_crossing(matches, houses.xy)
    return matches


def _look(scene: Scene, matches: Matches, houses: Places) -> Places:
    """Settle the houses whose nearest street is near and free to go to; return the others."""
    ways = _ways(scene, houses, _FIRST_LOOK_M)
    first = _firsts(ways, len(houses))
    seen = np.flatnonzero(first != NONE)
    nearest = ways.at(first[seen])
    most = np.maximum(nearest.distance_m * AS_NEAR_SHARE, nearest.distance_m + AS_NEAR_M)
    clear = (most <= _FIRST_LOOK_M) & (nearest.distance_m <= scene.reach_m)  # no rival lies beyond this look
    clear &= ~scene.hints.must_follow[houses[seen]] | _has_hinted(scene, ways, houses)[seen]
    clear[clear] = ~blocked.past_houses(nearest.at(clear), houses[seen[clear]], scene.xy, scene.points)
    done = np.zeros(len(houses), np.bool_)
    done[seen[clear]] = True
    settle(scene, matches, houses, ways, np.where(done, first, NONE))
    return houses[~done]


def _look_farther(scene: Scene, matches: Matches, houses: Places) -> Places:
    """Settle the houses that have a street within the reach, by a way that is free if there is one; return the others.

    Where the nearest street is blocked and the present address names it, it is kept.
    """
    ways = _ways(scene, houses, max(scene.reach_m * AS_NEAR_SHARE, scene.reach_m + AS_NEAR_M))
    nearest = _firsts(ways, len(houses), ways.distance_m <= scene.reach_m)
    free = _firsts(ways, len(houses), scene.reachable(ways, houses[ways.point]) & (ways.distance_m <= scene.reach_m))
    walled_in = (nearest != NONE) & (free == NONE)
    base = np.where(walled_in, nearest, free)
    around = np.flatnonzero(base != nearest)
    named = scene.hints.agree(houses[around], ways.street[nearest[around]])
    named &= ~scene.hints.agree(houses[around], ways.street[base[around]])
    base[around[named]] = nearest[around[named]]
    settle(scene, matches, houses, ways, base)

    around = np.flatnonzero(base != nearest)
    matches.detour[houses[around]] = True
    long = ways.distance_m[base[around]] > np.maximum(DETOUR_TIMES * ways.distance_m[nearest[around]], CORNER_M)
    around = around[long & (matches.doubt[houses[around]] == "")]
    around = around[~scene.hints.agree(houses[around], matches.street[houses[around]])]
    matches.doubt[houses[around]] = "crosses"
    matches.other[houses[around]] = ways.street[nearest[around]]
    walled = houses[walled_in]
    matches.doubt[walled[~scene.hints.agree(walled, matches.street[walled])]] = "crosses"
    left: Places = houses[base == NONE]
    return left


def _take_far(scene: Scene, matches: Matches, houses: Places) -> None:
    """Give houses beyond the reach the nearest street all the same, with a doubt; beyond three times it, none."""
    ways = _ways(scene, houses, scene.reach_m * FAR_TIMES)
    first = _firsts(ways, len(houses))
    seen = first != NONE
    matches.write(houses[seen], ways.at(first[seen]))
    matches.doubt[houses[seen]] = "far"


def _ways(scene: Scene, houses: Places, radius_m: float) -> Ways:
    """Ways of some houses; `point` is the place in `houses`."""
    return ways_within(scene.ground, scene.pieces, scene.xy[houses], radius_m)


def _firsts(ways: Ways, count: int, wanted: Bools | None = None) -> Places:
    """The place of the shortest (wanted) way of each of `count` points, or NONE."""
    shortest = shortest_of(ways.point, ways, np.ones(len(ways), np.bool_) if wanted is None else wanted)
    first = np.full(count, NONE, np.intp)
    first[ways.point[shortest]] = shortest
    return first


def _has_hinted(scene: Scene, ways: Ways, houses: Places) -> Bools:
    """Which of the houses have a way to a street that agrees with their hint."""
    has = np.zeros(len(houses), np.bool_)
    has[ways.point[scene.hints.agree(houses[ways.point], ways.street)]] = True
    return has


def _doubt_crossing(matches: Matches, xy: Floats) -> None:
    """Doubt ways to farther streets that cross another house's way; two ways to nearest streets never do."""
    placed = np.flatnonzero(matches.distance_m > 0.0)
    ways = shapely.linestrings(np.stack((xy[placed], matches.foot[placed]), axis=1))
    asked = np.flatnonzero(matches.detour[placed] & (matches.doubt[placed] == ""))
    first, second = shapely.STRtree(ways).query(ways[asked], predicate="crosses")
    different = matches.street[placed[asked[first]]] != matches.street[placed[second]]
    matches.doubt[placed[asked[first[different]]]] = "crosses"

"""On which street each house fronts: the nearest that it can reach, the larger one at a corner, and what is doubtful.

Most houses have one street near and nothing between: they are settled in one pass with a short radius. The others are
asked again with a longer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from households.numbering import blocked, junctions
from households.numbering.ground import Ground, Places, Ways, pieces_tree, ways_to, ways_within
from households.numbering.hints import Hints
from households.numbering.model import NONE, Bools, Floats, Houses, Ints, Rules, Streets, Texts

AS_NEAR_SHARE: Final = 1.25
AS_NEAR_M: Final = 4.0
"""A second street is nearly as near when it is less than a quarter, or less than 4 m, farther than the first."""
CORNER_M: Final = 20.0
CORNER_MORE_M: Final = 8.0
"""A corner house stands within 20 m of both streets, and not more than 8 m farther from one than from the other."""
FAR_TIMES: Final = 3.0
"""A house farther than this many times the reach from every street has none."""
_FIRST_LOOK_M: Final = 34.0
_CHUNK: Final = 50_000
"""Houses looked at together, so that memory stays flat in a city."""


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


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every step of the matching looks at."""

    ground: Ground
    pieces: shapely.STRtree
    size: Ints
    parent: Ints
    xy: Floats
    points: shapely.STRtree
    hints: Hints
    reach_m: float


def match(ground: Ground, streets: Streets, houses: Houses, hints: Hints, given: Places, rules: Rules) -> Matches:
    """Match houses with streets. `given` is the street that is not to be asked about (chosen, of a group), or NONE."""
    count = len(houses)
    matches = Matches(
        np.full(count, NONE, np.intp), np.full(count, np.nan), np.full(count, np.nan), np.zeros(count),
        np.zeros(count), np.full((count, 2), np.nan), np.full(count, "", object), np.full(count, NONE, np.int32),
        np.zeros(count, np.bool_),
    )  # fmt: skip
    if not len(ground.street_m):
        return matches
    tree = shapely.STRtree(shapely.points(houses.xy))
    scene = _Scene(ground, pieces_tree(ground), streets.size, streets.parent, houses.xy, tree, hints, rules.reach_m)
    told = np.where(given == NONE, hints.told, given)
    said, open_ones = np.flatnonzero(told != NONE), np.flatnonzero(told == NONE)
    for at in range(0, len(said), _CHUNK):
        some = said[at : at + _CHUNK]
        ways = ways_to(ground, houses.xy[some], told[some])
        kept = (given[some] != NONE) | (ways.distance_m <= scene.reach_m * FAR_TIMES)
        _write(matches, some[kept], ways.at(kept))
        open_ones = np.concatenate((open_ones, some[~kept]))
    for at in range(0, len(open_ones), _CHUNK):
        _match_some(scene, matches, open_ones[at : at + _CHUNK])
    _doubt_crossing(matches, houses.xy)
    return matches


def _match_some(scene: _Scene, matches: Matches, houses: Places) -> None:
    """Match some houses: a short look for most, a longer one for the rest, the nearest street for those far out."""
    near = _ways(scene, houses, min(_FIRST_LOOK_M, scene.reach_m))
    first = _firsts(near, len(houses))
    seen = np.flatnonzero(first != NONE)
    nearest = near.at(first[seen])
    clear = ~blocked.past_houses(nearest, houses[seen], scene.xy, scene.points)
    clear &= nearest.distance_m * AS_NEAR_SHARE <= _FIRST_LOOK_M
    clear &= ~scene.hints.must_follow[houses[seen]] | _has_hinted(scene, near, houses)[seen]
    done = np.zeros(len(houses), np.bool_)
    done[seen[clear]] = True
    _settle(scene, matches, houses, near, np.where(done, first, NONE))
    rest = houses[~done]
    if not rest.size:
        return
    wide = _ways(scene, rest, max(scene.reach_m * AS_NEAR_SHARE, scene.reach_m + AS_NEAR_M))
    nearest_of = _firsts(wide, len(rest))
    reachable = _reachable(scene, wide, rest) & (wide.distance_m <= scene.reach_m)
    base = _firsts(wide, len(rest), reachable)
    within = nearest_of != NONE
    within[within] = wide.distance_m[nearest_of[within]] <= scene.reach_m
    walled_in = within & (base == NONE)
    base[walled_in] = nearest_of[walled_in]
    blocked_ones = np.flatnonzero(within & (base != nearest_of))
    said = scene.hints.agree(rest[blocked_ones], wide.street[nearest_of[blocked_ones]])
    said &= ~scene.hints.agree(rest[blocked_ones], wide.street[base[blocked_ones]])
    base[blocked_ones[said]] = nearest_of[blocked_ones[said]]
    _settle(scene, matches, rest, wide, base)
    detour = within & (base != nearest_of)
    matches.detour[rest[detour]] = True
    detour[detour] = wide.distance_m[base[detour]] > np.maximum(2 * wide.distance_m[nearest_of[detour]], CORNER_M)
    detour &= matches.doubt[rest] == ""
    matches.other[rest[detour]] = wide.street[nearest_of[detour]]
    doubtful = rest[(detour | walled_in)]
    doubtful = doubtful[~scene.hints.agree(doubtful, matches.street[doubtful])]
    matches.doubt[doubtful] = "crosses"
    _take_far(scene, matches, rest[matches.street[rest] == NONE])


def _take_far(scene: _Scene, matches: Matches, houses: Places) -> None:
    """Give houses beyond the reach the nearest street all the same, with a doubt; beyond three times it, none."""
    ways = _ways(scene, houses, scene.reach_m * FAR_TIMES)
    first = _firsts(ways, len(houses))
    seen = first != NONE
    _write(matches, houses[seen], ways.at(first[seen]))
    matches.doubt[houses[seen]] = "far"


def _ways(scene: _Scene, houses: Places, radius_m: float) -> Ways:
    """Ways of some houses; `point` is the place in `houses`."""
    return ways_within(scene.ground, scene.pieces, scene.xy[houses], radius_m)


def _firsts(ways: Ways, count: int, wanted: Bools | None = None) -> Places:
    """The place of the shortest (wanted) way of each of `count` points, or NONE; of equals that of the first street."""
    places = np.arange(len(ways)) if wanted is None else np.flatnonzero(wanted)
    order = places[np.lexsort((ways.street[places], ways.distance_m[places], ways.point[places]))]
    points, at = np.unique(ways.point[order], return_index=True)
    first = np.full(count, NONE, np.intp)
    first[points] = order[at]
    return first


def _reachable(scene: _Scene, ways: Ways, houses: Places) -> Bools:
    own = houses[ways.point]
    free: Bools = ~blocked.past_houses(ways, own, scene.xy, scene.points)
    rest = np.flatnonzero(free)
    free[rest] = ~blocked.over_streets(ways.at(rest), own[rest], scene.xy, scene.ground, scene.pieces)
    return free


def _has_hinted(scene: _Scene, ways: Ways, houses: Places) -> Bools:
    """Which of the houses have a way to a street that agrees with their hint."""
    has = np.zeros(len(houses), np.bool_)
    has[ways.point[scene.hints.agree(houses[ways.point], ways.street)]] = True
    return has


def _settle(scene: _Scene, matches: Matches, houses: Places, ways: Ways, base: Places) -> None:
    """Decide between the base way of each house (NONE: not now) and others nearly as near, and write it down."""
    now = np.flatnonzero(base != NONE)
    _write(matches, houses[now], ways.at(base[now]))
    of = base[ways.point]  # the base way of each way's house
    distance, least = ways.distance_m, ways.distance_m[of]
    more = distance - least
    as_near = (distance < least * AS_NEAR_SHARE) | (more < AS_NEAR_M)
    cornering = (distance <= CORNER_M) & (more <= CORNER_MORE_M)
    follow = scene.hints.must_follow[houses[ways.point]] & scene.hints.agree(houses[ways.point], ways.street)
    rivals = (of != NONE) & (as_near | cornering | follow) & (more >= 0) & (np.arange(len(ways)) != of)
    place = np.flatnonzero(rivals)
    if not place.size:
        return
    rival, own = ways.at(place), houses[ways.point[place]]
    # A number that the law protects says its street itself.
    bound = follow[place] & ~scene.hints.agree(own, ways.street[of[place]])
    if bound.any():
        nearest = _firsts(rival, len(houses), bound)
        taken = np.flatnonzero(nearest != NONE)
        _write(matches, houses[taken], rival.at(nearest[taken]))
    loose = ~scene.hints.must_follow[own] & (as_near | cornering)[place]
    loose[loose] = _reachable(scene, rival.at(loose), houses)
    if not loose.any():
        return
    rival, own, of = rival.at(loose), own[loose], of[place][loose]
    corner = junctions.at_junction(scene.ground, scene.parent, rival.street, ways.street[of], scene.xy[own])
    kept = corner | as_near[place][loose]
    _decide(scene, matches, rival.at(kept), own[kept], ways.street[of[kept]], corner[kept])


def _decide(scene: _Scene, matches: Matches, rival: Ways, own: Places, base: Places, corner: Bools) -> None:
    """Settle houses with rivals to their base street: the larger at a corner; then the hint; else a doubt."""
    if not len(rival):
        return
    count = len(scene.xy)
    size, base_size = scene.size[rival.street], scene.size[base]
    # At a corner the largest street wins; the nearest of those equally large.
    bigger = np.flatnonzero(corner & (size > base_size))
    top = np.full(count, NONE, np.int64)
    np.maximum.at(top, own[bigger], size[bigger])
    winner = np.zeros(len(rival), np.bool_)
    winner[bigger] = size[bigger] == top[own[bigger]]
    best = _nearest_of_house(rival, own, winner)
    _write(matches, own[best], rival.at(best))
    matches.detour[own[best]] = True
    rank = np.where(top[own] != NONE, top[own], base_size)
    beaten = corner & (size < rank)
    beaten |= (top[own] != NONE) & ~winner  # a clear corner leaves no other doubt
    beaten[best] = True
    open_ones = np.flatnonzero(~beaten)
    if not open_ones.size:
        return
    # The hint decides when it agrees with one of the contenders alone.
    agrees = scene.hints.agree(own, rival.street) & ~beaten
    said = np.bincount(own[agrees], minlength=count)
    base_agrees = scene.hints.agree(own, matches.street[own])
    by_hint = agrees & (said[own] == 1) & ~base_agrees
    _write(matches, own[by_hint], rival.at(by_hint))
    matches.detour[own[by_hint]] = True
    decided = np.zeros(count, np.bool_)
    decided[own[by_hint]] = True
    decided[own[base_agrees & (said[own] == 0)]] = True
    doubtful = _nearest_of_house(rival, own, ~beaten & ~decided[own])
    matches.doubt[own[doubtful]] = np.where(corner[doubtful], "corner", "two_streets")
    matches.other[own[doubtful]] = rival.street[doubtful]


def _nearest_of_house(ways: Ways, own: Places, wanted: Bools) -> Places:
    """The nearest wanted way of each house."""
    places = np.flatnonzero(wanted)
    order = places[np.lexsort((ways.street[places], ways.distance_m[places], own[places]))]
    return order[np.unique(own[order], return_index=True)[1]]


def _write(matches: Matches, houses: Places, ways: Ways) -> None:
    matches.street[houses] = ways.street
    matches.distance_m[houses] = ways.distance_m
    matches.position_m[houses] = ways.position_m
    matches.beyond_m[houses] = ways.beyond_m
    matches.offset_m[houses] = ways.offset_m
    matches.foot[houses] = ways.foot


def _doubt_crossing(matches: Matches, xy: Floats) -> None:
    """Doubt ways to farther streets that cross another house's way; two ways to nearest streets never do."""
    placed = np.flatnonzero(matches.distance_m > 0.0)
    ways = shapely.linestrings(np.stack((xy[placed], matches.foot[placed]), axis=1))
    asked = np.flatnonzero(matches.detour[placed] & (matches.doubt[placed] == ""))
    first, second = shapely.STRtree(ways).query(ways[asked], predicate="crosses")
    different = matches.street[placed[asked[first]]] != matches.street[placed[second]]
    matches.doubt[placed[asked[first[different]]]] = "crosses"

"""On which street each alley hangs, found from the lines alone.

An alley leaves the street on which one of its ends lies. Where there is a choice, in this order: a street that the end
touches before one that is only near; one that it leaves at its side before one whose end it prolongs; a street of a
higher kind before one of a lower; for a sub-alley an alley before a road; the larger; the nearer. A parent that an
officer chose is kept, and nothing is ever above itself.

Lines are in metres, in one VN-2000 zone. Streets are known by their place in the arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NONE: Final = -1
REACH_M: Final = 8.0
"""So far from a street's middle an alley may begin: a road's half width and the error of a survey."""
TOUCH_M: Final = 3.0
"""What `shape.snapped` puts together; an end so near lies on the street."""
STRAIGHT_DEGREES: Final = 45.0
"""Two lines that meet end to end with less of a turn are one way going on."""

LEVELS: Final = {"road": 0, "street": 0, "ngo": 1, "kiet": 1, "hem": 1, "ngach": 2}
# Twice a width class, so that a street whose width nobody measured stands where its kind usually does: a road between a
# lane and a road, an alley between narrow and lane.
_USUAL_WIDTH: Final = {"road": 7, "street": 7, "ngo": 5, "kiet": 5, "hem": 5, "ngach": 3}


def size_of(kind: str, width_class: int) -> int:
    """Return how large a street is, to compare two: its width class first, then its kind.

    A width that nobody knows (0) counts as what is usual of the kind, so that no footpath is larger than a road. The
    numbering compares streets at a corner by this too.
    """
    return (2 * width_class or _USUAL_WIDTH[kind]) * 4 + 3 - LEVELS[kind]


@dataclass(frozen=True, slots=True)
class Network:
    """Streets of one commune; all arrays have one entry a street.

    `lines` are shapely LineStrings, `level` is of LEVELS, `size` of `size_of`. `parent` is what each hangs on now, or
    NONE. `fixed` ones keep it: those an officer chose, and those that were not asked for.
    """

    lines: NDArray[np.object_]
    level: Ints
    size: Ints
    parent: Ints
    fixed: Bools

    def __len__(self) -> int:
        return len(self.lines)


def network_of(
    lines: NDArray[np.object_], kinds: list[str], width_classes: list[int], parent: Ints, fixed: Bools
) -> Network:
    """Return the network of streets with these kinds (values of `StreetKind`) and width classes."""
    sizes = [size_of(kind, width) for kind, width in zip(kinds, width_classes, strict=True)]
    levels = [LEVELS[kind] for kind in kinds]
    return Network(lines, np.array(levels, np.int32), np.array(sizes, np.int32), parent, fixed)


def parents(streets: Network, reach_m: float = REACH_M) -> Ints:
    """Return what each street hangs on, or NONE. Roads hang on nothing.

    60,000 streets take a few seconds. Where fixed parents alone make a ring, which no officer can enter, the first of
    it loses its own.
    """
    parent = np.where(streets.fixed, streets.parent, NONE).astype(np.int32)
    alley, other, *_ = choice = _candidates(streets, reach_m)
    if len(alley):
        first = np.flatnonzero(np.r_[True, alley[1:] != alley[:-1]])
        parent[alley[first]] = other[first]
    return _without_rings(parent, streets, choice[0], choice[1])


def _candidates(streets: Network, reach_m: float) -> tuple[Ints, Ints]:
    """Return pairs of alley and a street that it may hang on, by alley, the best first."""
    asked = np.flatnonzero(~streets.fixed & (streets.level > 0))
    if len(asked) == 0:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    lines = streets.lines[asked]
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    inward = np.concatenate([_way_in(lines, 0, 1), _way_in(lines, -1, -2)])
    tree = shapely.STRtree(streets.lines)
    end, other = tree.query(ends, predicate="dwithin", distance=reach_m)
    alley = np.concatenate([asked, asked])[end]
    kept = alley != other
    end, other, alley = end[kept], other[kept], alley[kept]

    distance = shapely.distance(ends[end], streets.lines[other])
    along = shapely.line_locate_point(streets.lines[other], ends[end])
    length = shapely.length(streets.lines[other])
    at_start, at_end = along <= reach_m, along >= length - reach_m
    meets_end = (at_start | at_end) & (shapely.distance(ends[end], _nearer_end(streets.lines[other], along)) <= reach_m)
    out_of_other = np.where(
        (along < length / 2)[:, None], _way_in(streets.lines[other], 0, 1), _way_in(streets.lines[other], -1, -2)
    )
    # Both directions point away from the place where the two meet: opposite ones make one straight way.
    straight = (inward[end] * out_of_other).sum(axis=1) < -np.cos(np.radians(STRAIGHT_DEGREES))
    goes_on = meets_end & straight & (streets.level[other] == streets.level[alley])
    lower = streets.level[other] > streets.level[alley]
    sub_alley_on_road = (streets.level[alley] == LEVELS["ngach"]) & (streets.level[other] == 0)
    order = np.lexsort(
        (other, distance, -streets.size[other], sub_alley_on_road, lower, meets_end, distance > TOUCH_M, alley)
    )
    order = order[~goes_on[order]]
    return alley[order].astype(np.int32), other[order].astype(np.int32)


def _way_in(lines: NDArray[np.object_], end: int, next_to_it: int) -> Floats:
    """Unit vectors (n, 2) from an end of each line into it."""
    one = shapely.get_coordinates(shapely.get_point(lines, end))
    two = shapely.get_coordinates(shapely.get_point(lines, next_to_it))
    step = two - one
    return np.asarray(step / np.maximum(np.hypot(*step.T), 1e-9)[:, None], dtype=np.float64)


def _nearer_end(lines: NDArray[np.object_], along: Floats) -> NDArray[np.object_]:
    first_half = along < shapely.length(lines) / 2
    ends: NDArray[np.object_] = np.where(first_half, shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    return ends


def _without_rings(parent: Ints, streets: Network, alley: Ints, other: Ints) -> Ints:
    """Return parents without rings: in each, the largest alley takes its next choice that closes none, or none."""
    parent = parent.copy()
    for ring in _rings(parent):
        free = [member for member in ring if not streets.fixed[member]]
        if not free:
            parent[ring[0]] = NONE
            continue
        # The lower its kind and the smaller, the more surely an alley hangs on what it met.
        loose = min(free, key=lambda member: (streets.level[member], -streets.size[member], member))
        parent[loose] = NONE
        first, last = np.searchsorted(alley, [loose, loose + 1])
        for choice in other[first:last].tolist():
            if not is_above(parent, loose, choice):
                parent[loose] = choice
                break
    return parent


def is_above(parent: Ints | list[int], street: int, other: int) -> bool:
    """Return whether `street` is `other` itself or stands somewhere above it."""
    seen = 0
    while other != NONE and seen <= len(parent):
        if other == street:
            return True
        other = int(parent[other])
        seen += 1
    return False


def _rings(parent: Ints) -> list[list[int]]:
    """Return the members of every ring, each ring once."""
    state = np.zeros(len(parent), np.int8)  # 1: on the way being walked, 2: done
    above = parent.tolist()
    rings = []
    for start in np.flatnonzero(parent != NONE).tolist():
        way = []
        at = start
        while at != NONE and state[at] == 0:
            state[at] = 1
            way.append(at)
            at = above[at]
        if at != NONE and state[at] == 1:
            rings.append(way[way.index(at) :])
        state[way] = 2
    return rings

"""Streets cut into straight pieces, and where points lie along and beside them: all of it in arrays.

A line is measured the same way however it was drawn: from the end that lies farther west (then south). That way is
called its *ground* direction; offsets are metres to the left of it, negative to the right. So a line that is redrawn
from its other end gives the same numbers to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from households.numbering.model import Bools, Floats

Places = NDArray[np.intp]

_ON_THE_LINE_M: Final = 1e-6
"""A point no farther than this from the line, or from its line carried on past the end, is on no side of it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All streets as straight pieces, in the order of the streets and along each.

    Arrays with one entry a piece: `start` (m, 2), `step` (m, 2) to its end, `length_m`, `before_m` along its street,
    `street`; `bend_at_start` and `bend_at_end` (m, 2) point along the street in its corners. With one entry a street:
    `first` piece (n + 1, the last is m), `street_m` its length, `drawn_against` whether it was drawn against its
    ground direction, `ends` (n, 2, 2) its two ends.
    """

    start: Floats
    step: Floats
    length_m: Floats
    before_m: Floats
    street: Places
    bend_at_start: Floats
    bend_at_end: Floats
    first: Places
    street_m: Floats
    drawn_against: Bools
    ends: Floats
    lines: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Ways:
    """The shortest ways from points to streets, sorted by point and then by street.

    `position_m` is from 0 to the street's length; a point past an end lies `beyond_m` more along the line carried on,
    negative before the first end. `foot` (k, 2) is where the way meets the street, `offset_m` how far to the left of
    the ground direction the point lies (past an end: of the line carried on), 0 where it is on no side.
    """

    point: Places
    street: Places
    distance_m: Floats
    position_m: Floats
    beyond_m: Floats
    offset_m: Floats
    foot: Floats

    def __len__(self) -> int:
        return len(self.point)

    def at(self, places: Places | Bools) -> Ways:
        """Return some of the ways."""
        return Ways(
            self.point[places],
            self.street[places],
            self.distance_m[places],
            self.position_m[places],
            self.beyond_m[places],
            self.offset_m[places],
            self.foot[places],
        )


@dataclass(frozen=True, slots=True)
class Along:
    """Where points lie as streets are numbered: metres from the beginning, metres in order (more, or less than none,
    past an end), and whether on the left. Who is on no side counts as on the left.
    """

    position_m: Floats
    order_m: Floats
    left: Bools


def lay(lines: NDArray[np.object_]) -> Ground:
    """Cut streets into pieces. Raises `ValueError` naming the place of a line without length."""
    lines = lines.copy()
    against = _against_ground(lines)
    lines[against] = shapely.reverse(lines[against])
    count = len(lines)
    points, street = shapely.get_coordinates(lines, return_index=True)
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    whole = (street[1:] == street[:-1]) & (length > 0)
    start, step, length, street = points[:-1][whole], step[whole], length[whole], street[:-1][whole]
    first = np.searchsorted(street, np.arange(count + 1))
    if (empty := np.flatnonzero(first[1:] == first[:-1])).size:
        raise ValueError(f"the line of street {empty[0]} has no length")
    run = np.concatenate(([0.0], np.cumsum(length)))
    before = run[:-1] - run[first[:-1]][street]
    way = step / length[:, None]
    bend_at_start, bend_at_end = way.copy(), way.copy()
    joined = np.flatnonzero(street[1:] == street[:-1])
    bend_at_start[joined + 1] += way[joined]
    bend_at_end[joined] += way[joined + 1]
    ends = np.stack((shapely.get_coordinates(shapely.get_point(lines, 0)),
                     shapely.get_coordinates(shapely.get_point(lines, -1))), axis=1)  # fmt: skip
    return Ground(
        start, step, length, before, street, bend_at_start, bend_at_end, first,
        np.diff(run[first]), against, ends, lines,
    )  # fmt: skip


def _against_ground(lines: NDArray[np.object_]) -> Bools:
    """Which lines were drawn from the end that lies farther east (then north); of rings, the second point decides."""
    against = np.zeros(len(lines), np.bool_)
    undecided = np.arange(len(lines))
    for place in (0, 1):
        near = shapely.get_coordinates(shapely.get_point(lines[undecided], place))
        far = shapely.get_coordinates(shapely.get_point(lines[undecided], -1 - place))
        same = (near == far).all(axis=1)
        against[undecided] = (far[:, 0] < near[:, 0]) | ((far[:, 0] == near[:, 0]) & (far[:, 1] < near[:, 1]))
        undecided = undecided[same]
    return against


def ways_within(ground: Ground, tree: shapely.STRtree, xy: Floats, radius_m: float) -> Ways:
    """Return the ways from points (k, 2) to every street within the radius. `tree` is `pieces_tree(ground)`."""
    point, piece = tree.query(shapely.points(xy), predicate="dwithin", distance=radius_m)
    return _shortest(ground, xy, point, piece)


def ways_to(ground: Ground, xy: Floats, street: Places) -> Ways:
    """Return the way from each point to the one street beside it in `street`, however far."""
    many = ground.first[street + 1] - ground.first[street]
    point = np.repeat(np.arange(len(street)), many)
    piece = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(ground.first[street], many)
    return _shortest(ground, xy, point, piece)


def as_numbered(
    ground: Ground, against: Bools, street: Places, position_m: Floats, beyond_m: Floats, offset_m: Floats
) -> Along:
    """Turn ground directions into those in which numbers rise; `against` says of every street whether they differ."""
    turned = against[street]
    # Rounding must put nobody before the beginning.
    position = np.where(turned, np.maximum(ground.street_m[street] - position_m, 0.0), position_m)
    return Along(position, position + np.where(turned, -beyond_m, beyond_m), np.where(turned, -offset_m, offset_m) >= 0)


def pieces_tree(ground: Ground) -> shapely.STRtree:
    """Return a tree of the pieces: their boxes are tight, those of whole winding streets are not."""
    corners = np.stack((ground.start, ground.start + ground.step), axis=1)
    return shapely.STRtree(shapely.linestrings(corners))


def _shortest(ground: Ground, xy: Floats, point: Places, piece: Places) -> Ways:
    """Of the ways from points to pieces, the shortest to each street; of equals the first along it."""
    order = np.argsort(point.astype(np.int64) * len(ground.start) + piece, kind="stable")
    point, piece = point[order], piece[order]
    relative = xy[point] - ground.start[piece]
    step = ground.step[piece]
    whole = (relative * step).sum(axis=1) / ground.length_m[piece] ** 2
    part = np.clip(whole, 0.0, 1.0)
    rest = relative - part[:, None] * step
    distance = np.hypot(rest[:, 0], rest[:, 1])
    street = ground.street[piece]
    fresh = np.ones(len(point), np.bool_)
    fresh[1:] = (point[1:] != point[:-1]) | (street[1:] != street[:-1])
    starts = np.flatnonzero(fresh)
    if not starts.size:
        return Ways(point, street, distance, distance, distance, distance, rest)
    least = np.minimum.reduceat(distance, starts)
    best = np.flatnonzero(distance == np.repeat(least, np.diff(np.append(starts, len(point)))))
    chosen = best[np.searchsorted(best, starts)]
    point, piece, part, distance = point[chosen], piece[chosen], part[chosen], distance[chosen]
    at_end = (whole[chosen] < 0.0) & (piece == ground.first[street[chosen]])
    at_end |= (whole[chosen] > 1.0) & (piece + 1 == ground.first[street[chosen] + 1])
    return Ways(
        point,
        street[chosen],
        distance,
        ground.before_m[piece] + part * ground.length_m[piece],
        np.where(at_end, (whole[chosen] - part) * ground.length_m[piece], 0.0),
        _offset(ground, piece, part, relative[chosen], distance),
        xy[point] - rest[chosen],
    )


def _offset(ground: Ground, piece: Places, part: Floats, relative: Floats, distance: Floats) -> Floats:
    """The distance with the sign of the side: in a corner the bend's own direction decides, past an end the piece."""
    along = ground.step[piece] / ground.length_m[piece][:, None]
    at_start, at_end = part <= 0.0, part >= 1.0
    along[at_start] = ground.bend_at_start[piece[at_start]]
    along[at_end] = ground.bend_at_end[piece[at_end]]
    relative = relative - np.where(at_end[:, None], ground.step[piece], 0.0)
    across = along[:, 0] * relative[:, 1] - along[:, 1] * relative[:, 0]
    sign = np.where(np.abs(across) <= _ON_THE_LINE_M, 0.0, np.sign(across))
    signed: Floats = sign * distance
    return signed

"""What a street's line may be, and what is done to lines: cut, joined, turned round, snapped, made longer.

Lines are shapely LineStrings in metres, in one VN-2000 zone. What a line must not be is a `ShapeError`: a code, a place
and the figures that a sentence needs. Nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString, Point
from shapely.ops import substring

Floats = NDArray[np.float64]
Place = tuple[float, float]

SHORTEST_M: Final = 2.0
LONGEST_M: Final = 50_000.0
"""No commune is so large; whoever draws such a line has slipped or has read degrees as metres."""
MOST_POINTS: Final = 5_000
LOOP_M: Final = 1.0
"""Ends so near each other close the line: nobody could say where its numbers begin."""
OUTSIDE_SHARE: Final = 0.2
"""A road may run over the border, or along one that was drawn roughly, with so much of its length."""
IN_ONE: Final = 0.9
SNAP_M: Final = 3.0
GAP_M: Final = 5.0
REACH_M: Final = 15.0
"""Whoever points at a line to cut it points no farther beside it than this."""
_SAME_M: Final = 0.01

Code = Literal[
    "numbers",  # something that is no number, or none in this system
    "points",  # fewer than two different points
    "too_many",  # count, most
    "short",  # length_m
    "long",  # length_m
    "loop",  # the ends meet: gap_m
    "crosses",  # the line meets itself, at the place
    "outside",  # share of its length outside the commune, at the middle of the longest part there
    "cut_far",  # the cut is so far beside the line: distance_m
    "cut_end",  # the cut is so near an end: distance_m
    "gap",  # the ends that are nearest each other are too far apart: distance_m
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, where (metres, None where no place can be told), and the figures to say it."""

    code: Code
    at: Place | None
    figures: dict[str, float]


class ShapeError(ValueError):
    """A line that no street can have, or an act that cannot be done to it."""

    def __init__(self, code: Code, at: Place | None = None, **figures: float) -> None:
        super().__init__(f"{code} at {at} {figures}")
        self.fault = Fault(code, at, figures)


# --- What a line may be ----------------------------------------------------------------------------


def line_of(points: ArrayLike | Sequence[Any]) -> LineString:
    """Return the line through points (n, 2) in metres, repeated ones left out.

    Raises ShapeError: numbers, points, too_many. Whether the line may be a street is what `fault` says.
    """
    try:
        xy: Floats = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ShapeError("numbers") from None
    if xy.size == 0:
        raise ShapeError("points")
    if xy.ndim != 2 or xy.shape[1] < 2:
        raise ShapeError("numbers")
    xy = xy[:, :2]
    bad = ~np.isfinite(xy).all(axis=1)
    if bad.any():
        good = xy[~bad]
        raise ShapeError("numbers", _place(good[0]) if len(good) else None, index=float(np.argmax(bad)))
    if len(xy) > MOST_POINTS:
        raise ShapeError("too_many", _place(xy[0]), count=float(len(xy)), most=float(MOST_POINTS))
    moved = np.hypot(*np.diff(xy, axis=0).T) > _SAME_M
    xy = np.vstack([xy[:1], xy[1:][moved]])
    if len(xy) < 2:
        raise ShapeError("points", _place(xy[0]))
    return LineString(xy)


def fault(line: LineString, commune: shapely.Geometry | None = None) -> Fault | None:
    """Return what is wrong with a line, None when it may be a street; `commune` is its outline in metres, or unknown.

    The first fault is told: what makes the others moot comes first.
    """
    start, end = line.coords[0], line.coords[-1]
    if line.length < SHORTEST_M:
        return Fault("short", _place(start), {"length_m": line.length})
    if line.length > LONGEST_M:
        return Fault("long", _place(start), {"length_m": line.length})
    if commune is not None:
        outside = shapely.difference(line, commune)
        share = outside.length / line.length
        if share > OUTSIDE_SHARE:
            return Fault("outside", _middle(outside), {"share": share, "outside_m": outside.length})
    gap = float(np.hypot(start[0] - end[0], start[1] - end[1]))
    if gap <= LOOP_M:
        return Fault("loop", _place(start), {"gap_m": gap})
    if not line.is_simple:
        return Fault("crosses", crossing(line), {})
    return None


def require_sound(line: LineString, commune: shapely.Geometry | None = None) -> LineString:
    """Return the line; raises ShapeError with its fault."""
    found = fault(line, commune)
    if found is not None:
        raise ShapeError(found.code, found.at, **found.figures)
    return line


def lying_in(lines: ArrayLike, areas: ArrayLike) -> NDArray[np.int32]:
    """Return for each line the place of the area that holds IN_ONE of its length, -1 where none does.

    A lane belongs to the village it lies in; a road through several belongs to none.
    """
    given, within = np.asarray(lines, dtype=object), np.asarray(areas, dtype=object)
    found = np.full(len(given), -1, np.int32)
    if len(within) == 0 or len(given) == 0:
        return found
    line, area = shapely.STRtree(within).query(given, predicate="intersects")
    shapely.prepare(within)
    share = np.where(
        shapely.contains(within[area], given[line]),
        1.0,
        shapely.length(shapely.intersection(given[line], within[area])) / shapely.length(given[line]),
    )
    holds = share >= IN_ONE
    found[line[holds]] = area[holds]
    return found


def crossing(line: LineString) -> Place | None:
    """Return the first place where a line meets itself, None where it does not."""
    xy = shapely.get_coordinates(line)
    parts = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    first, second = shapely.STRtree(parts).query(parts, predicate="intersects")
    for i, j in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if j <= i:
            continue
        meeting = shapely.intersection(parts[i], parts[j])
        if j == i + 1 and meeting.geom_type == "Point":
            continue  # two parts in a row meet in their common point
        if meeting.geom_type != "Point":
            return _place(meeting.interpolate(0.5, normalized=True).coords[0])
        return _place(meeting.coords[0])
    return None


# --- What is done to lines -------------------------------------------------------------------------


def split(line: LineString, at: Place) -> tuple[LineString, LineString]:
    """Cut a line where it is nearest to `at`; both parts run as the line did.

    Raises ShapeError: cut_far (beside the line), cut_end (one part would be shorter than a street may be).
    """
    point = Point(at)
    distance = line.distance(point)
    if distance > REACH_M:
        raise ShapeError("cut_far", at, distance_m=distance)
    along = line.project(point)
    nearest_end = min(along, line.length - along)
    if nearest_end < SHORTEST_M:
        raise ShapeError("cut_end", at, distance_m=nearest_end)
    return substring(line, 0, along), substring(line, along, line.length)


def join(first: LineString, second: LineString) -> LineString:
    """Join two lines at the ends that are nearest each other; the line runs as the first did.

    Raises ShapeError: gap where these ends are farther apart than GAP_M, and what `fault` says of the result.
    """
    a, b = shapely.get_coordinates(first), shapely.get_coordinates(second)
    ends = {
        (at_end, flipped): (a[-1] if at_end else a[0], b[-1] if at_end == flipped else b[0])
        for at_end in (True, False)
        for flipped in (False, True)
    }
    gaps = {way: float(np.hypot(*(one - other))) for way, (one, other) in ends.items()}
    way = min(gaps, key=lambda candidate: gaps[candidate])
    if gaps[way] > GAP_M:
        one, other = ends[way]
        raise ShapeError("gap", _place((one + other) / 2), distance_m=gaps[way])
    at_end, flipped = way
    added = b[::-1] if flipped else b
    joined = line_of(np.vstack([a, added] if at_end else [added, a]))
    return require_sound(joined)


def reversed_line(line: LineString) -> LineString:
    """Return the line running the other way."""
    return LineString(shapely.get_coordinates(line)[::-1])


def snapped(line: LineString, others: ArrayLike, tolerance_m: float = SNAP_M) -> LineString:
    """Return the line with each end put onto the nearest of the other lines within the tolerance.

    An end that reaches over a street by no more than that is cut off at it, so that an alley truly touches the street
    it leaves. A line that would be no line any more afterwards is returned as it was.
    """
    streets = np.asarray(others, dtype=object)
    if streets.size == 0:
        return line
    tree = shapely.STRtree(streets)
    xy = shapely.get_coordinates(line)
    for _turn in range(2):  # one end, then the other
        xy = _end_snapped(xy, streets, tree, tolerance_m)[::-1]
    try:
        moved = line_of(xy)
    except ShapeError:
        return line
    return line if fault(moved) is not None and fault(line) is None else moved


def extended(line: LineString, others: ArrayLike, reach_m: float) -> LineString:
    """Return the line with each free end drawn on, straight, to the first other line within reach.

    For lines of surveys that end at the edge of a road instead of its middle. An end that touches one stays.
    """
    streets = np.asarray(others, dtype=object)
    if streets.size == 0:
        return line
    tree = shapely.STRtree(streets)
    xy = shapely.get_coordinates(line)
    for _turn in range(2):
        xy = _end_extended(xy, streets, tree, reach_m)[::-1]
    return LineString(xy)


def _end_snapped(xy: Floats, streets: NDArray[np.object_], tree: shapely.STRtree, tolerance_m: float) -> Floats:
    """Snap the last point of a line."""
    end = Point(xy[-1])
    near = tree.query(end, predicate="dwithin", distance=tolerance_m)
    if len(near) == 0:
        return xy
    street = streets[near[np.argmin(shapely.distance(streets[near], end))]]
    line = LineString(xy)
    tail = substring(line, max(line.length - 2 * tolerance_m, line.length / 2), line.length)
    crossed = shapely.intersection(tail, street)
    if not crossed.is_empty:
        along = min(line.project(Point(at)) for at in shapely.get_coordinates(crossed))
        return shapely.get_coordinates(substring(line, 0, along)) if along > 0 else xy
    place = street.interpolate(street.project(end)).coords[0]
    for corner in (street.coords[0], street.coords[-1]):  # two streets that end at one place shall share it
        if end.distance(Point(corner)) <= tolerance_m / 2:
            place = corner
    return np.vstack([xy[:-1], place])


def _end_extended(xy: Floats, streets: NDArray[np.object_], tree: shapely.STRtree, reach_m: float) -> Floats:
    """Draw on the last point of a line."""
    step = xy[-1] - xy[-2]
    ray = LineString([xy[-1], xy[-1] + step / np.hypot(*step) * reach_m])
    met = shapely.intersection(streets[tree.query(ray, predicate="intersects")], ray)
    places = shapely.get_coordinates(met)
    if len(places) == 0:
        return xy
    distances = np.hypot(*(places - xy[-1]).T)
    nearest = int(np.argmin(distances))
    return xy if distances[nearest] < _SAME_M else np.vstack([xy, places[nearest]])


def _place(xy: ArrayLike) -> Place:
    x, y = np.asarray(xy, dtype=np.float64)[:2]
    return float(x), float(y)


def _middle(geometry: shapely.Geometry) -> Place:
    parts = shapely.get_parts(geometry)
    longest = parts[int(np.argmax(shapely.length(parts)))]
    return _place(longest.interpolate(0.5, normalized=True).coords[0])

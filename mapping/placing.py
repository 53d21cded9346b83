"""Find out what the coordinates in a list mean, against the outline of the commune they should lie in.

A list says X and Y, or latitude and longitude, or has both in one cell; it means degrees, or metres in one of the
zones of VN-2000, either way round. `find_candidates` tries them all and says how many rows each puts inside the
outline; it never decides. `place` then reads the list the way that somebody chose, and gives every row that does
not fit a reason. UTM 48 read as EPSG:5897 is 657 m off and looks right, so a close second is a candidate too.

x is what should be the longitude or easting, y what should be the latitude or northing; `swapped` means that the
list has them the other way round, as surveyors do who call the northing X. Outlines and results are in EPSG:4326.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping import crs
from mapping.coordinate_text import Pair, UnreadableError, pair_of, read_number, read_pair

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Kind = Literal["degrees", "metres"]

SAMPLE: Final = 60
"""So many points of a candidate are handed back to be drawn."""

MISSING: Final = "missing"
UNREADABLE: Final = "unreadable"
SHORT_LINK: Final = "short_link"
OUT_OF_RANGE: Final = "out_of_range"
OTHER_KIND: Final = "other_kind"
SWAPPED_PAIR: Final = "swapped_pair"
OUTSIDE: Final = "outside"
"""Reasons: no value · no coordinate · a shortened address · no place on earth (latitude 95) · metres among degrees
or the reverse · this row alone is the other way round · not in the outline, at `outside_m` from it."""

# Degrees of VN-2000 (4756) are not tried: lists hardly ever have them, and beside WGS 84 they are always a close
# second. They can be asked for by name.
_METRES: Final = (*crs.ZONES, 32648, 32649)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The coordinates of a list as numbers, one a row, before it is known what they mean."""

    x: Floats
    y: Floats
    """NaN where `fault` says why."""
    certain: Flags
    """The row itself says that x is the longitude and y the latitude."""
    fault: list[str]
    """"" or MISSING, UNREADABLE, SHORT_LINK."""

    @property
    def parsed(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.x)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a list."""

    srid: int
    swapped: bool
    inside: int
    """Rows whose point lies in the outline, of `parsed` that are numbers, of `total` in the list."""
    parsed: int
    total: int
    away_m: float
    """Median distance of the rows to the outline, 0 when half of them lie inside."""
    sample: tuple[tuple[float, float, bool], ...]
    """Longitude, latitude and whether inside, of some rows spread over the list."""

    @property
    def key(self) -> str:
        """Names the candidate in a form or on a command line: "5897", "5897-swapped"."""
        return f"{self.srid}-swapped" if self.swapped else str(self.srid)

    @property
    def kind(self) -> Kind:
        return _kind(self.srid)


def system_of_key(key: str) -> tuple[int, bool]:
    """The system of a candidate's key and whether it is swapped. Raises `crs.CrsError`."""
    return crs.parse_srid(key.removesuffix("-swapped")), key.endswith("-swapped")


@dataclass(frozen=True, slots=True)
class Finding:
    """The candidates that put a row inside, best first; where there is none, the nearest few."""

    candidates: tuple[Candidate, ...]
    unambiguous: bool
    """One candidate holds most rows and no other comes near it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the rows lie. `reason` is "" for a row that is inside the outline."""

    lng: Floats
    lat: Floats
    """EPSG:4326; NaN where there is no point."""
    reason: list[str]
    outside_m: Floats
    """Metres to the outline, 0 inside, NaN where there is no point."""


def read_pairs(x: Sequence[str], y: Sequence[str] | None = None) -> Pairs:
    """The numbers in two columns, or with `y` None in one column that holds both."""
    total = len(x)
    if y is not None and (fast := _plain_numbers(x, y)) is not None:
        return Pairs(*fast, np.zeros(total, dtype=np.bool_), [""] * total)
    xs, ys, certain = np.full(total, np.nan), np.full(total, np.nan), np.zeros(total, dtype=np.bool_)
    fault = [""] * total
    for row in range(total):
        first, second = x[row], "" if y is None else y[row]
        try:
            xs[row], ys[row], certain[row] = _read_row(first, second, in_one=y is None)
        except UnreadableError as error:
            fault[row] = error.code
            if not (first.strip() or second.strip()) or (y is not None and _is_half(first, second)):
                fault[row] = MISSING
    return Pairs(xs, ys, certain, fault)


def _plain_numbers(x: Sequence[str], y: Sequence[str]) -> tuple[Floats, Floats] | None:
    """Both columns when every cell is a plain number, which most lists are."""
    try:
        xs, ys = (np.array(list(map(float, column)), dtype=np.float64) for column in (x, y))
    except ValueError:
        return None
    return (xs, ys) if np.isfinite(xs).all() and np.isfinite(ys).all() else None


def _read_row(first: str, second: str, *, in_one: bool) -> Pair:
    if in_one or not first.strip() or not second.strip():
        # An address of Google Maps or a whole pair stands in one of the two columns now and then.
        if not in_one and _is_half(first, second):
            raise UnreadableError
        return read_pair(first if first.strip() else second)
    try:
        value = Pair(float(first), float(second), certain=False)
    except ValueError:
        return pair_of(read_number(first), read_number(second))
    if not (np.isfinite(value.x) and np.isfinite(value.y)):
        raise UnreadableError
    return value


def _is_half(first: str, second: str) -> bool:
    """Whether one of the two cells is blank and the other one a single number."""
    if first.strip() and second.strip():
        return False
    try:
        read_number(first + second)
    except UnreadableError:
        return False
    return True


class _Outline:
    """A commune's polygon, in every system that is asked for."""

    def __init__(self, polygon: shapely.Geometry) -> None:
        self.polygon = polygon
        centre = shapely.centroid(polygon)
        self.zone = crs.zone_for_longitude(shapely.get_x(centre))
        self.in_system = cache(self._in_system)

    def _in_system(self, srid: int) -> tuple[shapely.Geometry, tuple[float, float, float, float]]:
        shape = self.polygon if srid == crs.WGS84 else crs.to_zone(self.polygon, srid)
        shapely.prepare(shape)
        west, south, east, north = shapely.bounds(shape)
        return shape, (west, south, east, north)

    def holds(self, srid: int, x: Floats, y: Floats) -> Flags:
        """Which points of a system lie in the outline or on its edge; NaN does not."""
        shape, (west, south, east, north) = self.in_system(srid)
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        inside[inside] = shapely.intersects_xy(shape, x[inside], y[inside])
        return inside

    @cached_property
    def _edges(self) -> shapely.STRtree:
        # Nearest edge by index: the distance to a polygon of thousands of vertices is slow point by point.
        lines = shapely.get_parts(shapely.boundary(self.in_system(self.zone)[0]))
        ends = [shapely.get_coordinates(line) for line in lines]
        return shapely.STRtree(
            np.concatenate([shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)) for points in ends])
        )

    def distance_m(self, lng: Floats, lat: Floats) -> Floats:
        """Metres from points to the edge, measured in the commune's zone; NaN for NaN."""
        x, y = crs.from_lonlat(self.zone, lng, lat)
        metres = np.full(x.shape, np.nan)
        known = ~np.isnan(x)
        if known.any():
            (rows, _), found = self._edges.query_nearest(
                shapely.points(x[known], y[known]), return_distance=True, all_matches=False
            )
            nearest = np.full(int(np.count_nonzero(known)), np.nan)
            nearest[rows] = found
            metres[known] = nearest
        return metres


def find_candidates(pairs: Pairs, outline: shapely.Geometry) -> Finding:
    """Every reading of the list that puts a row into the outline, most rows first; else the nearest five.

    Costs about 0.1 s for 100,000 rows: the outline is carried into each zone, not the rows out of it.
    """
    shape = _Outline(outline)
    found = []
    for srid in (crs.WGS84, *_METRES):
        for swapped in (False, True):
            x, y = _turned(pairs, srid, swapped)
            inside = shape.holds(srid, x, y)
            # A row that says which number is which reads the same both ways, and so tells nothing for `swapped`.
            if np.count_nonzero(inside & ~pairs.certain if swapped else inside):
                found.append(_candidate(pairs, shape, srid, swapped, inside))
    if found:
        found.sort(key=lambda candidate: (-candidate.inside, candidate.swapped, candidate.srid != shape.zone))
        return Finding(tuple(found), _stands_alone(found))
    nothing = np.zeros(len(pairs.fault), dtype=np.bool_)
    found = [
        _candidate(pairs, shape, srid, swapped, nothing) for srid in (crs.WGS84, *_METRES) for swapped in (False, True)
    ]
    near = sorted((one for one in found if one.sample), key=lambda candidate: candidate.away_m)
    return Finding(tuple(near[:5]), unambiguous=False)


def _stands_alone(found: list[Candidate]) -> bool:
    best, rest = found[0], found[1:]
    return best.inside * 2 > best.parsed and all(other.inside * 10 < best.inside for other in rest)


def assess(pairs: Pairs, outline: shapely.Geometry, srid: int, *, swapped: bool = False) -> Candidate:
    """The candidate of a system that somebody names. Raises `crs.CrsError` where it is not supported."""
    crs.check_srid(srid)
    shape = _Outline(outline)
    inside = shape.holds(srid, *_turned(pairs, srid, swapped))
    return _candidate(pairs, shape, srid, swapped, inside)


def place(pairs: Pairs, srid: int, outline: shapely.Geometry, *, swapped: bool = False) -> Placed:
    """Read the list in one way. A row that does not lie inside the outline gets a reason; nothing is mended:
    a row whose two numbers are exchanged is SWAPPED_PAIR, with the point that it would be given the other way.
    """
    crs.check_srid(srid)
    shape = _Outline(outline)
    x, y = _turned(pairs, srid, swapped)
    lng, lat = crs.to_lonlat(srid, x, y)
    # Asked in degrees, as the database will ask it again: a long edge is straight in one system only.
    inside = shape.holds(crs.WGS84, lng, lat)
    reason = np.array([fault or OUTSIDE for fault in pairs.fault], dtype=object)
    reason[inside] = ""
    parsed = ~np.isnan(pairs.x)
    open_rows = parsed & ~inside
    if open_rows.any():
        exchanged = open_rows & ~pairs.certain & shape.holds(srid, y, x)
        other = open_rows & ~exchanged & (_looks_like_degrees(x, y) != (_kind(srid) == "degrees"))
        impossible = open_rows & ~exchanged & ~other & _impossible(srid, x, y, lng)
        reason[exchanged], reason[other], reason[impossible] = SWAPPED_PAIR, OTHER_KIND, OUT_OF_RANGE
        if exchanged.any():
            lng[exchanged], lat[exchanged] = crs.to_lonlat(srid, y[exchanged], x[exchanged])
        lost = other | impossible
        lng[lost] = lat[lost] = np.nan
    outside_m = np.where(inside, 0.0, np.nan)
    away = reason == OUTSIDE
    if away.any():
        outside_m[away] = shape.distance_m(lng[away], lat[away])
    return Placed(lng, lat, reason.tolist(), outside_m)


def _kind(srid: int) -> Kind:
    return "degrees" if srid in (crs.WGS84, crs.VN2000) else "metres"


def _turned(pairs: Pairs, srid: int, swapped: bool) -> tuple[Floats, Floats]:
    """x and y as the candidate has them. Rows with letters of their own are degrees and keep their order."""
    turn = ~pairs.certain & swapped
    x, y = np.where(turn, pairs.y, pairs.x), np.where(turn, pairs.x, pairs.y)
    return x, y


def _looks_like_degrees(x: Floats, y: Floats) -> Flags:
    # Nobody's coordinates in metres are this small, nor anybody's degrees greater.
    degrees: Flags = (np.abs(x) <= 1000) & (np.abs(y) <= 1000)
    return degrees


def _impossible(srid: int, x: Floats, y: Floats, lng: Floats) -> Flags:
    if _kind(srid) == "degrees":
        return (np.abs(x) > 180) | (np.abs(y) > 90)
    # Beyond these the projection folds over; Vietnam's northings end at 2,600,000 m.
    return np.isnan(lng) | (np.abs(x) > 2_000_000) | (np.abs(y) > 10_000_000)


def _candidate(pairs: Pairs, shape: _Outline, srid: int, swapped: bool, inside: Flags) -> Candidate:
    x, y = _turned(pairs, srid, swapped)
    usable = ~np.isnan(x) & (_looks_like_degrees(x, y) == (_kind(srid) == "degrees"))
    if _kind(srid) == "degrees":
        usable &= ~_impossible(srid, x, y, x)
    rows = np.flatnonzero(usable)
    rows = rows[np.linspace(0, rows.size - 1, min(SAMPLE, rows.size)).astype(np.int64)]
    lng, lat = crs.to_lonlat(srid, x[rows], y[rows])
    known = ~np.isnan(lng)
    rows, lng, lat = rows[known], lng[known], lat[known]
    metres = np.where(inside[rows], 0.0, shape.distance_m(lng, lat))
    return Candidate(
        srid=srid,
        swapped=swapped,
        inside=int(np.count_nonzero(inside)),
        parsed=pairs.parsed,
        total=len(pairs.fault),
        away_m=float(np.median(metres)) if rows.size else float("inf"),
        sample=tuple(zip(lng.tolist(), lat.tolist(), inside[rows].tolist(), strict=True)),
    )

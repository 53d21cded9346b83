"""What a file of soil units or parcels would do to a commune: what is new, the same, changed, and refused. Pure.

Nothing is mended silently: a shape that crossed itself keeps what was drawn, with the change of its area; overlaps and
gaps are listed and left as they are. What lies outside the commune is refused; what crosses its border is kept whole,
with the share outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping import crs
from soil_map.importing.polygons import coverage
from soil_map.importing.polygons.coverage import Ground, Overlap
from soil_map.importing.polygons.meaning import Content, Meaning, Tabled
from soil_map.importing.polygons.mending import Mended, mend
from soil_map.importing.polygons.model import Shapes
from soil_map.importing.polygons.open_gaps import open_gaps
from soil_map.importing.polygons.pairs import pairs_of
from soil_map.importing.polygons.rows import Fault, ParcelRow, Row, SoilRow, read_rows

EDGE_M: Final = 20.0
"""So far beyond the outline nothing is said: it is drawn no better than that."""
LEAST_INSIDE: Final = 0.01
LEAST_INSIDE_M2: Final = 10_000.0
"""A soil unit is refused that has less of itself than this share in the commune, unless that is a hectare."""
PARCEL_INSIDE: Final = 0.5
"""A parcel belongs to one commune: the one that has most of it."""
SAME_SHARE: Final = 0.9999
ELSEWHERE: Final = 0.1
"""A parcel of a known number that covers less of the known one is another: sheets of merged communes share numbers."""
ON_KNOWN: Final = 0.01
PARCEL_GAP_M: Final = 2.0
"""Between parcels only gaps no wider than this are told: wider ones are roads and ditches."""
UNIT_GAP_M: Final = 5.0
"""Between soil units gaps that are open at an end are told up to this width, half a millimetre on a map of 1:10,000."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the commune, or the soil map, has already. Rows are as files say them; `flat` in metres of the zone."""

    rows: list[Row]
    flat: Shapes


@dataclass(frozen=True, slots=True)
class Commune:
    """The outline of a commune in degrees and the zone to measure in."""

    outline: shapely.Geometry
    zone: int


@dataclass(frozen=True, slots=True)
class Polygon:
    """A row that is taken: what it says, where it lies, and what was drawn if that was mended."""

    number: int
    row: Row
    outline: shapely.Geometry
    """In degrees, a polygon or several."""
    flat: shapely.Geometry
    area_m2: float
    drawn: shapely.Geometry | None


@dataclass(slots=True)
class Plan:
    """All that an import would do."""

    new: list[Polygon] = field(default_factory=list)
    changed: list[tuple[int, Polygon]] = field(default_factory=list)
    """Places among those standing, and what the file has in their stead."""
    same: int = 0
    doubles: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    overlaps: list[tuple[int, str, int, str, Overlap]] = field(default_factory=list)
    """Number and name of two rows that overlap; number 0 for what stands already."""
    tiny_overlaps: int = 0
    ground: Ground | None = None
    covered: float = 0.0
    """The share of the commune that is covered afterwards."""


def plan(
    found: Tabled,
    columns: dict[str, int],
    meaning: Meaning,
    content: Content,
    commune: Commune,
    standing: Standing,
    progress: Progress = lambda done, total: None,
) -> Plan:
    """Find out what the polygons would do. `meaning.srid` is known."""
    done = Plan()
    rows, done.faults = read_rows(found, columns, meaning, content)
    drawn = in_degrees(found.shapes, meaning.srid or crs.WGS84, swapped=meaning.swapped)
    _refuse(rows, [at for at, one in enumerate(drawn) if one is None], found, done, "no_place")
    progress(1, 6)
    at = np.array([place for place, row in enumerate(rows) if row is not None], dtype=np.int64)
    mended = mend(drawn[at], commune.zone)
    progress(2, 6)
    outline = crs.to_zone(commune.outline, commune.zone)
    taken = _taken(rows, at, drawn, mended, found, outline, content, done)
    progress(3, 6)
    if content == "parcels":
        _beside_parcels(taken, standing, done)
    else:
        _beside_units(taken, standing, done)
    progress(4, 6)
    _fit_together(standing, outline, content, done)
    progress(6, 6)
    done.faults.sort(key=lambda one: one.number)
    done.notes.sort(key=lambda one: one.number)
    return done


def in_degrees(shapes: Shapes, srid: int, *, swapped: bool) -> Shapes:
    """Shapes of a file in EPSG:4326; None for those that do not come to lie near Vietnam."""
    points, at = shapely.get_coordinates(shapes, return_index=True)
    if swapped:
        points = points[:, ::-1]
    lng, lat = crs.to_lonlat(srid, points[:, 0], points[:, 1])
    is_lost = ~((np.abs(lng - 106) < 12) & (np.abs(lat - 16) < 12))
    lost = np.unique(at[is_lost])
    lng[is_lost] = lat[is_lost] = 0.0
    placed: Shapes = shapely.set_coordinates(shapes.copy(), np.column_stack([lng, lat]))
    placed[lost] = None
    return placed


def _refuse(rows: list[Row | None], places: list[int], found: Tabled, done: Plan, code: str) -> None:
    for at in places:
        if rows[at] is not None:
            rows[at] = None
            done.faults.append(Fault(code, found.numbers[at], None, {}, at))


# --- Alone -----------------------------------------------------------------------------------------


def _taken(
    rows: list[Row | None],
    at: NDArray[np.int64],
    drawn: Shapes,
    mended: Mended,
    found: Tabled,
    outline: shapely.Geometry,
    content: Content,
    done: Plan,
) -> list[Polygon]:
    """The rows that lie in the commune, each once."""
    inside = _inside_m2(mended.flat, outline)
    taken: list[Polygon] = []
    first: dict[tuple[str, ...], Polygon] = {}
    for place, area, within, fault, before, shape, flat in zip(
        at.tolist(), mended.area_m2.tolist(), inside.tolist(), mended.faults, mended.drawn_m2.tolist(), mended.outlines,
        mended.flat, strict=True,
    ):  # fmt: skip
        number, row = found.numbers[place], rows[place]
        if row is None:
            continue
        if shape.is_empty:
            done.faults.append(Fault("nothing_left", number, None, {}, place))
            continue
        if (refused := _misplaced(area, within, flat, outline, content)) is not None:
            done.faults.append(replace(refused, number=number, at=place))
            continue
        one = Polygon(number, row, shape, flat, area, drawn[place] if fault else None)
        if (other := _first(first, one)) is not None:
            if _is_same(one.flat, other.flat) and one.row == other.row:
                done.doubles += 1
                done.notes.append(Fault("double", number, None, {"other": other.number, "name": row.name}, place))
            else:
                done.faults.append(Fault("twice", number, None, {"other": other.number, "name": row.name}, place))
            continue
        if fault:
            figures = {"fault": fault, "before_m2": before, "after_m2": area, "name": row.name}
            done.notes.append(Fault("mended", number, None, figures, place))
        if within < area * 0.999:
            figures = {"percent": 100 * (1 - within / area), "name": row.name}
            done.notes.append(Fault("crossing", number, None, figures, place))
        if isinstance(row, SoilRow) and row.components and (told := sum(part.percent for part in row.components)) < 99:
            done.notes.append(Fault("part", number, None, {"percent": told, "name": row.name}, place))
        taken.append(one)
    return taken


def _inside_m2(flat: Shapes, outline: shapely.Geometry) -> NDArray[np.float64]:
    """How much of each shape lies in the commune."""
    area: NDArray[np.float64] = shapely.area(flat)
    wide = shapely.buffer(outline, EDGE_M)
    shapely.prepare(wide)
    crossing = ~shapely.contains(wide, flat)
    inside: NDArray[np.float64] = area.copy()
    inside[crossing] = shapely.area(shapely.intersection(flat[crossing], outline))
    return inside


def _misplaced(
    area: float, within: float, flat: shapely.Geometry, outline: shapely.Geometry, content: Content
) -> Fault | None:
    if within <= 0:
        return Fault("outside", 0, None, {"distance_m": float(shapely.distance(flat, outline))})
    least = PARCEL_INSIDE * area if content == "parcels" else min(LEAST_INSIDE * area, LEAST_INSIDE_M2)
    if within < least:
        return Fault("mostly_outside", 0, None, {"percent": 100 * (1 - within / area)})
    return None


def _first(first: dict[tuple[str, ...], Polygon], one: Polygon) -> Polygon | None:
    """The row before that is the same thing: a parcel of the number, a unit of the symbol at the very place."""
    if isinstance(one.row, ParcelRow):
        key = _key(one.row)
    else:
        key = (
            one.row.symbol,
            shapely.to_wkb(shapely.set_precision(one.flat, 0.01, mode="pointwise").normalize(), hex=True),
        )
    return None if (other := first.setdefault(key, one)) is one else other


def _key(row: ParcelRow) -> tuple[str, str]:
    return row.sheet.lower(), row.number.lower()


def _is_same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two shapes cover the same ground but for rounding."""
    if shapely.equals_exact(one, other, 0.001):
        return True
    shared = float(shapely.area(shapely.intersection(one, other)))
    return shared >= SAME_SHARE * max(float(shapely.area(one)), float(shapely.area(other)))


# --- Beside what is there --------------------------------------------------------------------------


def _beside_parcels(taken: list[Polygon], standing: Standing, done: Plan) -> None:
    known = {_key(row): at for at, row in enumerate(standing.rows) if isinstance(row, ParcelRow)}
    for one in taken:
        if not isinstance(one.row, ParcelRow):
            continue
        at = known.get(_key(one.row))
        if at is None:
            done.new.append(one)
            continue
        there = standing.flat[at]
        shared = float(shapely.area(shapely.intersection(one.flat, there)))
        if _is_same(one.flat, there) and one.row.land_use == standing.rows[at].land_use:  # type: ignore[union-attr]
            done.same += 1
        elif shared < ELSEWHERE * min(one.area_m2, float(shapely.area(there))):
            figures = {
                "name": one.row.name,
                "distance_m": float(shapely.distance(shapely.centroid(one.flat), shapely.centroid(there))),
            }
            done.faults.append(Fault("elsewhere", one.number, None, figures))
        else:
            done.changed.append((at, one))


def _beside_units(taken: list[Polygon], standing: Standing, done: Plan) -> None:
    if not taken or not standing.rows:
        done.new.extend(taken)
        return
    exact = {_points(shape): at for at, shape in enumerate(standing.flat)}
    rest = []
    for one in taken:
        at = exact.get(_points(one.flat), -1)
        if at >= 0 and one.row == standing.rows[at]:
            done.same += 1
        else:
            rest.append(one)
    taken = rest
    if not taken:
        return
    flat = np.empty(len(taken), dtype=object)
    flat[:] = [one.flat for one in taken]
    mine, there = pairs_of(flat, standing.flat, "intersects")
    shared = shapely.area(shapely.intersection(flat[mine], standing.flat[there]))
    beside: dict[int, list[tuple[float, int]]] = {}
    for at, other, area in zip(mine.tolist(), there.tolist(), shared.tolist(), strict=True):
        beside.setdefault(at, []).append((area, other))
    for at, one in enumerate(taken):
        area, other = max(beside.get(at, [(0.0, -1)]))
        if other >= 0 and _is_same(one.flat, standing.flat[other]):
            if one.row == standing.rows[other]:
                done.same += 1
            else:
                done.changed.append((other, one))
        elif area > max(coverage.LEAST_M2, ON_KNOWN * one.area_m2):
            figures = {"name": one.row.name, "other": standing.rows[other].name, "percent": 100 * area / one.area_m2}
            done.faults.append(Fault("on_known", one.number, None, figures))
        else:
            done.new.append(one)


def _points(shape: shapely.Geometry) -> bytes:
    """What two shapes have alike that were stored as the very same, be it as one polygon or as several of one part."""
    points: bytes = shapely.get_coordinates(shape).tobytes()
    return points


# --- Together --------------------------------------------------------------------------------------


def _fit_together(standing: Standing, outline: shapely.Geometry, content: Content, done: Plan) -> None:
    """Find overlaps of what comes, with one another and with what stands, and the gaps there will be."""
    replaced = {at for at, _one in done.changed}
    stays = [at for at in range(len(standing.rows)) if at not in replaced]
    coming = [*done.new, *(one for _at, one in done.changed)]
    shapes: Shapes = np.empty(len(coming) + len(stays), dtype=object)
    shapes[: len(coming)] = [one.flat for one in coming]
    shapes[len(coming) :] = standing.flat[stays] if stays else []
    if not len(coming):
        return
    found, done.tiny_overlaps = coverage.overlaps(shapes)
    names = [(one.number, one.row.name) for one in coming] + [(0, standing.rows[at].name) for at in stays]
    for overlap in found:
        if overlap.first < len(coming):  # what stands over one another already is no news
            (first, name), (second, other) = names[overlap.first], names[overlap.second]
            done.overlaps.append((first, name, second, other, overlap))
    done.ground = ground = coverage.ground_of(shapes)
    covered = float(shapely.area(shapely.intersection(ground.filled, outline)))
    covered -= ground.tiny_m2 + sum(gap.area_m2 for gap in ground.gaps)
    done.covered = max(0.0, min(1.0, covered / float(shapely.area(outline))))
    kept = tuple(gap for gap in ground.gaps if shapely.intersects(outline, gap.shape))
    if content == "parcels":
        kept = tuple(gap for gap in kept if 2 * gap.area_m2 <= PARCEL_GAP_M * float(shapely.length(gap.shape)))
    width = PARCEL_GAP_M if content == "parcels" else UNIT_GAP_M
    opened = [gap for gap in open_gaps(shapes, ground, width, kept) if shapely.intersects(outline, gap.shape)]
    done.ground = replace(ground, gaps=kept, open=tuple(opened))

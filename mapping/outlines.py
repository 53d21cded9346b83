"""Mend the outline of a unit, measure it, and compare it with its neighbours.

Geometries are in EPSG:4326 (longitude, latitude); widths and areas are measured in a VN-2000 zone, in metres.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import shapely

from mapping import crs

MOST_CHANGE: Final = 0.01
"""A repair that changes more of the area than this is a guess at what was meant, so it is not made."""

ZONE_TOLERANCE: Final = 0.001
"""By how much the area in a zone may differ from the area on the ellipsoid."""

_SLIVER_M: Final = 0.5
REGION: Final = (102.0, 6.0, 118.0, 23.6)  # mainland, Hoàng Sa and Trường Sa: west, south, east, north

Reason = Literal["none", "not_polygon", "outside", "crosses", "nothing_left"]


class OutlineError(ValueError):
    """An outline that cannot be taken. `place` is where it goes wrong, (longitude, latitude), where that is known.

    none: no geometry · not_polygon · outside: not in Vietnam · crosses: its line crosses itself and a repair
    would change the area by `change` (a share) · nothing_left: thinner than a sliver.
    """

    def __init__(self, reason: Reason, place: tuple[float, float] | None = None, change: float = 0.0) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.place = place
        self.change = change


@dataclass(frozen=True, slots=True)
class Mended:
    """An outline fit to be stored, and what had to be done to it."""

    outline: shapely.MultiPolygon
    fault: str
    """What was wrong in GEOS's words ("Self-intersection[105.8 19.6]"), "sliver" or "" when nothing was."""
    change_m2: float
    """Area after the repair less area before it."""


def mended(geometry: shapely.Geometry | None, zone: int) -> Mended:
    """The outline in the plane, valid, polygons only, without parts and holes thinner than half a metre.

    Rings are repaired by their structure, which keeps every loop (`buffer(0)` would drop half of a bow-tie).
    Raises `OutlineError`.
    """
    if geometry is None or geometry.is_empty:
        raise OutlineError("none")
    polygons = _polygons(shapely.force_2d(geometry))
    if not polygons:
        raise OutlineError("not_polygon")
    drawn = shapely.MultiPolygon(polygons)
    west, south, east, north = drawn.bounds
    if not (west >= REGION[0] and south >= REGION[1] and east <= REGION[2] and north <= REGION[3]):
        raise OutlineError("outside", (west, south))
    fault = "" if drawn.is_valid else str(shapely.is_valid_reason(drawn))
    before = crs.zone_area_m2(drawn, zone)
    valid = drawn
    if fault:
        valid = shapely.MultiPolygon(_polygons(shapely.make_valid(drawn, method="structure", keep_collapsed=False)))
        after = crs.zone_area_m2(valid, zone)
        change = abs(after - before) / max(after, before, 1.0)
        if change > MOST_CHANGE:
            raise OutlineError("crosses", _place(fault), change)
    closed = _without_slivers(valid, zone)
    if closed.is_empty:
        raise OutlineError("nothing_left")
    if not fault and closed is not valid:
        fault = "sliver"
    return Mended(closed, fault, crs.zone_area_m2(closed, zone) - before)


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    if isinstance(geometry, shapely.Polygon):
        return [] if geometry.is_empty else [geometry]
    if isinstance(geometry, (shapely.MultiPolygon, shapely.GeometryCollection)):
        return [polygon for part in geometry.geoms for polygon in _polygons(part)]
    return []


def _place(fault: str) -> tuple[float, float] | None:
    match = re.search(r"\[(-?[0-9.e-]+) (-?[0-9.e-]+)\]", fault)
    return (float(match.group(1)), float(match.group(2))) if match else None


def _is_sliver(ring: shapely.Geometry, zone: int) -> bool:
    flat = crs.to_zone(shapely.Polygon(ring), zone)
    return bool(2 * flat.area < _SLIVER_M * flat.length)


def _without_slivers(outline: shapely.MultiPolygon, zone: int) -> shapely.MultiPolygon:
    """The same object when there is nothing to close."""
    kept, closed = [], False
    for polygon in outline.geoms:
        if _is_sliver(polygon.exterior, zone):
            closed = True
            continue
        holes = [hole for hole in polygon.interiors if not _is_sliver(hole, zone)]
        closed = closed or len(holes) < len(polygon.interiors)
        kept.append(shapely.Polygon(polygon.exterior, holes))
    return shapely.MultiPolygon(kept) if closed else outline


def zone_misses(outline: shapely.Geometry, zone: int) -> float:
    """By what share the area in the zone differs from the geodesic one, where that is more than allowed; else 0."""
    difference = crs.zone_area_m2(outline, zone) / crs.geodesic_area_m2(outline) - 1
    return difference if abs(difference) > ZONE_TOLERANCE else 0.0


def overlaps(
    outlines: Sequence[shapely.Geometry], zone: int, *, least_m2: float = 100.0
) -> list[tuple[int, int, float]]:
    """Pairs of outlines (places in the list) that cover the same ground, and how many square metres of it."""
    tree = shapely.STRtree(outlines)
    found = []
    for first, second in tree.query(outlines, predicate="intersects").T.tolist():
        if first < second:
            area = crs.zone_area_m2(_land(outlines[first].intersection(outlines[second])), zone)
            if area >= least_m2:
                found.append((first, second, area))
    return sorted(found, key=lambda pair: -pair[2])


def gaps(
    outlines: Sequence[shapely.Geometry], zone: int, *, least_m2: float = 100.0
) -> list[tuple[float, float, float]]:
    """Holes between the outlines that none of them covers: longitude, latitude and square metres of each."""
    together = shapely.union_all(list(outlines))
    found = []
    for polygon in _polygons(together):
        for hole in polygon.interiors:
            area = crs.zone_area_m2(shapely.Polygon(hole), zone)
            if area >= least_m2:
                place = shapely.Polygon(hole).point_on_surface()
                found.append((place.x, place.y, area))
    return sorted(found, key=lambda gap: -gap[2])


def _land(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(_polygons(geometry))

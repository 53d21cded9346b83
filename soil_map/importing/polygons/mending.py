"""Polygons as they can be stored: valid, of polygons alone; what was drawn is kept and the change of area told. Pure.

Rings are mended by their structure, which keeps every loop of a bow-tie (`buffer(0)` drops one). Shapes are in degrees;
areas are measured in a VN-2000 zone, in square metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping import crs
from soil_map.importing.polygons.model import PolygonFileError, Shapes

_MOST_CROSSINGS: Final = 20_000
"""Of the edges of one shape: mending takes seconds then and grows with the square; a hand draws a few."""
_EDGES_AT_ONCE: Final = 20
LEAST_M2: Final = 0.01
"""A part smaller than a hand is no ground."""


@dataclass(frozen=True, slots=True)
class Mended:
    """Shapes fit to be stored, of the same order as those drawn; an empty one where nothing is left."""

    outlines: Shapes
    flat: Shapes
    """The same in metres of the zone."""
    area_m2: NDArray[np.float64]
    faults: list[str]
    """In GEOS's words, such as "Self-intersection[105.81 19.67]"; "" for what was sound."""
    drawn_m2: NDArray[np.float64]
    """What the area of the drawn rings comes to, where the loops of a bow-tie take from one another."""


def mend(drawn: Shapes, zone: int) -> Mended:
    """Mend shapes in degrees. Raises PolygonFileError: tangled."""
    sound = shapely.is_valid(drawn)
    faults = [""] * len(drawn)
    outlines = drawn.copy()
    for at in np.flatnonzero(~sound).tolist():
        _refuse_tangle(drawn[at])
        faults[at] = str(shapely.is_valid_reason(drawn[at]))
        outlines[at] = _polygons(shapely.make_valid(drawn[at], method="structure", keep_collapsed=False))
    flat = crs.to_zone(outlines, zone)
    # A corner so sharp that it holds in degrees and crosses itself in metres is mended in both.
    for at in np.flatnonzero(~shapely.is_valid(flat)).tolist():
        flat[at] = _polygons(shapely.make_valid(flat[at], method="structure", keep_collapsed=False))
        outlines[at] = _polygons(
            shapely.make_valid(crs.from_zone(flat[at], zone), method="structure", keep_collapsed=False)
        )
        faults[at] = faults[at] or "Self-intersection"
    for at in np.flatnonzero(shapely.get_num_geometries(flat) > 1).tolist():
        outlines[at], flat[at] = _without_specks(outlines[at], flat[at])
    area = shapely.area(flat)
    small = area < LEAST_M2
    outlines[small] = shapely.MultiPolygon()
    flat[small] = shapely.MultiPolygon()
    with np.errstate(invalid="ignore"):
        before = np.where(sound, area, shapely.area(crs.to_zone(drawn, zone)))
    return Mended(outlines, flat, area, faults, before)


def _refuse_tangle(shape: shapely.Geometry) -> None:
    """Refuse a shape whose edges cross one another by the thousand, before that is worked out point by point."""
    coordinates, rings = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    follows = rings[1:] == rings[:-1]
    edges = shapely.linestrings(np.stack([coordinates[:-1][follows], coordinates[1:][follows]], axis=1))
    tree = shapely.STRtree(edges)
    crossings = 0
    for start in range(0, len(edges), _EDGES_AT_ONCE):
        crossings += tree.query(edges[start : start + _EDGES_AT_ONCE], predicate="crosses").shape[1]
        if crossings > 2 * _MOST_CROSSINGS:  # each is met from both sides
            raise PolygonFileError("tangled")


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon" and not one.is_empty]
    if not parts and shape.geom_type == "GeometryCollection":
        parts = [one for inner in shape.geoms for one in shapely.get_parts(_polygons(inner))]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _without_specks(outline: shapely.Geometry, flat: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    parts, metres = shapely.get_parts(outline), shapely.get_parts(flat)
    if len(parts) != len(metres):
        return outline, flat
    kept = shapely.area(metres) >= LEAST_M2
    if kept.all() or not kept.any():
        return outline, flat
    return shapely.MultiPolygon(parts[kept]), shapely.MultiPolygon(metres[kept])

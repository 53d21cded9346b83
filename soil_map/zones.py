"""From a surface to zones: polygons of one class each that fill the surveyed area and share their edges. Pure.

The lines where the surface crosses a limit and the outline of the area are noded together, and the faces between them
are the zones' parts. Two neighbours thus have the very same vertices along their common edge, and the areas add up to
the surveyed area, whatever the digits do.
"""

from __future__ import annotations

from dataclasses import dataclass

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.ndimage import distance_transform_edt
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soil_map.classes import Scheme
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats


@dataclass(frozen=True)
class ClassZone:
    """All parts of one class: its place in the scheme, 0 the lowest, and its polygons in metres."""

    place: int
    outline: MultiPolygon

    @property
    def area_m2(self) -> float:
        """Area in the plane of the grid."""
        return float(self.outline.area)


def cells_needed(grid: Grid, area: BaseGeometry) -> NDArray[np.bool_]:
    """Return which cells must be estimated for zones of an area: those whose middles lie in it or just outside."""
    x, y = np.meshgrid(grid.eastings(), grid.northings())
    return np.asarray(shapely.contains_xy(area.buffer(1.5 * grid.cell), x, y))


def zones_of(
    values: Floats, grid: Grid, scheme: Scheme, area: Polygon | MultiPolygon, *, smallest_m2: float = 0.0
) -> list[ClassZone]:
    """Return the zones of the classes that occur in `area`, lowest first.

    `values` is (rows, columns) in the scheme's unit, NaN where nothing was estimated: there the nearest estimate holds.
    Parts smaller than `smallest_m2` join the neighbour with whom they share most of their edge. Raises ValueError where
    nothing was estimated or the area is empty.
    """
    if area.is_empty or not np.isfinite(values).any():
        raise ValueError("no area, or no values")
    filled = _filled(values)
    x, y = grid.eastings(), grid.northings()[::-1]
    upwards = filled[::-1]  # the interpolator and the contours want rising coordinates
    shapely.prepare(area)
    parts = _faces(x, y, upwards, scheme, area)
    inside = shapely.point_on_surface(parts)
    interpolate = RegularGridInterpolator((y, x), upwards, bounds_error=False, fill_value=None)
    at = np.clip(
        interpolate(np.column_stack([shapely.get_y(inside), shapely.get_x(inside)])), upwards.min(), upwards.max()
    )
    places = np.array([scheme.class_of(float(value)) for value in at])
    if smallest_m2 > 0:
        places = _without_small(parts, places, smallest_m2)
    zones = []
    for place in np.unique(places):
        # Of a coverage this only drops the edges between its parts: no vertex moves.
        outline = shapely.coverage_union_all(parts[places == place])
        zones.append(ClassZone(int(place), _as_multipolygon(outline)))
    return zones


def _filled(values: Floats) -> Floats:
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
    filled: Floats = values[tuple(nearest)]
    return filled


def _faces(x: Floats, y: Floats, values: Floats, scheme: Scheme, area: Polygon | MultiPolygon) -> NDArray[np.object_]:
    """The faces between the outline of the area and the lines of all limits."""
    # Beyond the outermost middles the outermost values hold, so that lines reach past the outline.
    cell = x[1] - x[0] if len(x) > 1 else 1.0
    x = np.concatenate([[x[0] - 2 * cell], x, [x[-1] + 2 * cell]])
    y = np.concatenate([[y[0] - 2 * cell], y, [y[-1] + 2 * cell]])
    contours = contourpy.contour_generator(x, y, np.pad(values, 1, mode="edge"), name="serial")
    lines = [line for limit in scheme.limits for line in contours.lines(limit) if len(line) > 1]
    # Lines are not cut at the outline first: their rounded ends would miss a slanting outline, and close no face.
    noded = shapely.unary_union([area.boundary, *(shapely.linestrings(line) for line in lines)])
    found = shapely.get_parts(shapely.polygonize([noded]))
    return np.asarray(found[shapely.contains(area, shapely.point_on_surface(found))])


def _without_small(parts: NDArray[np.object_], places: NDArray[np.int_], smallest_m2: float) -> NDArray[np.int_]:
    """Give each small part the class of the neighbour with whom it shares most of its edge, the smallest first."""
    areas = shapely.area(parts)
    tree = shapely.STRtree(parts)
    places = places.copy()
    for part in np.argsort(areas, kind="stable"):
        if areas[part] >= smallest_m2:
            break
        beside = [one for one in tree.query(parts[part], predicate="intersects") if one != part]
        larger = [one for one in beside if areas[one] > areas[part]]
        if larger:
            shared = shapely.length(
                shapely.intersection(shapely.boundary(parts[part]), shapely.boundary(parts[larger]))
            )
            if shared.max() > 0:
                places[part] = places[larger[int(np.argmax(shared))]]
    return places


def _as_multipolygon(geometry: BaseGeometry) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)])

"""Polygons on the outline of a commune as paths of an SVG, light enough for a page of 20,000 of them. Pure.

Everything is in metres of a zone. A picture is a box and paths by what they show; y points down.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import shapely

from soil_map.importing.polygons.model import Shapes

WIDTH: Final = 1_000
"""The picture's own units across; coordinates are whole numbers of them."""
_MOST_SHAPES: Final = 3_000
_SPOT: Final = 7.0
"""What is smaller than this would not be seen: it is drawn as a spot of this radius."""


def picture_of(
    outline: shapely.Geometry,
    layers: Iterable[tuple[str, Shapes]],
    spots: Iterable[tuple[str, Shapes]] = (),
    *,
    is_close: bool = False,
) -> dict[str, Any]:
    """Return {width, height, paths: [[what, d], …], spots: [[what, x, y], …]}: the outline, then each layer's shapes.

    The box is that of the outline and of whatever lies near it; shapes far from it widen it up to three times. With
    `is_close` it is that of the shapes alone, where there are some.
    """
    layers = [(what, _largest(shapes)) for what, shapes in layers]
    drawn = [shapes for _what, shapes in layers if len(shapes)]
    west, south, east, north = _around(drawn) if is_close and drawn else _box(outline, drawn)
    unit = max(east - west, north - south) / WIDTH
    origin, scale = np.array([west, north]), np.array([1 / unit, -1 / unit])
    paths = [["outline", _path(np.array([outline], dtype=object), unit, origin, scale)]]
    for what, shapes in layers:
        paths.append([what, _path(shapes, unit, origin, scale)])
    marks = []
    for what, shapes in spots:
        if len(shapes):
            paths.append([what, _path(shapes, unit, origin, scale)])
            for x, y in (shapely.get_coordinates(shapely.point_on_surface(shapes)) - origin) * scale:
                marks.append([what, round(float(x)), round(float(y))])
    return {
        "width": round((east - west) / unit), "height": round((north - south) / unit), "paths": paths, "spots": marks,
        "metre": round(1 / unit, 6), "radius": _SPOT,
    }  # fmt: skip


def _around(layers: list[Shapes]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(np.concatenate(layers)).tolist()
    margin = 0.08 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _box(outline: shapely.Geometry, layers: list[Shapes]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(outline)
    reach_x, reach_y = east - west, north - south
    for shapes in layers:
        if len(shapes):
            left, low, right, high = shapely.total_bounds(shapes)
            west, south, east, north = min(west, left), min(south, low), max(east, right), max(north, high)
    middle = shapely.bounds(outline)
    west, east = max(west, middle[0] - reach_x), min(east, middle[2] + reach_x)
    south, north = max(south, middle[1] - reach_y), min(north, middle[3] + reach_y)
    margin = 0.02 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _largest(shapes: Shapes) -> Shapes:
    shapes = shapes[~shapely.is_empty(shapes)] if len(shapes) else shapes
    if len(shapes) <= _MOST_SHAPES:
        return shapes
    return shapes[np.sort(np.argsort(-shapely.area(shapes), kind="stable")[:_MOST_SHAPES])]


def _path(shapes: Shapes, unit: float, origin: Any, scale: Any) -> str:
    """The rings of shapes as one path, no finer than its units."""
    told = []
    if len(shapes):
        # Of a ring that crosses itself the simplifier keeps one loop; it is drawn as it is.
        simpler = shapely.simplify(shapes, unit, preserve_topology=False)
        shapes = np.where(shapely.is_valid(shapes), simpler, shapes)
    for ring in shapely.get_rings(shapes) if len(shapes) else ():
        points = np.round((shapely.get_coordinates(ring) - origin) * scale).astype(int)
        points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
        if len(points) > 3:
            first, rest = points[0], np.diff(points[:-1], axis=0)
            told.append(f"M{first[0]} {first[1]}l" + " ".join(f"{x} {y}" for x, y in rest.tolist()) + "z")
    return "".join(told)

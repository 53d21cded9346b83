"""Polygons that lie side by side, drawn simpler for each band of zooms, with the edges that they share kept. Pure.

Everything is in EPSG:3857. A coverage is cut into faces, one polygon each, which belong to an owner: a soil unit, or a
zone with all its parts. For a band of zooms faces too small to be seen join the neighbour beside them, so that no hole
opens, and the edges that are left are simplified once for both sides.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Objects = NDArray[np.object_]
Integers = NDArray[np.int64]

_WORLD_M: Final = 40_075_016.685578488
_PIXELS: Final = 512
"""A tile's side as a dense screen shows it."""
MOST_BYTES: Final = 400_000
"""What the fullest tile of a band may hold by our estimate, which is on the safe side of 500 kB."""
_BYTES_OF_VERTEX, _BYTES_OF_PART = 3.0, 16.0
_WITH_MARGIN: Final = 1.25**2
_SMALLEST: Final = (4, 16, 36, 64, 100, 144, 256, 400, 900, 2_500, 10_000)
"""Square pixels below which a face joins its neighbour: the first of these whose fullest tile is not too full."""


@dataclass(frozen=True)
class Faces:
    """Polygons whose edges match, and the owner (a place in the list that they came from) of each."""

    polygons: Objects
    owners: Integers


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel at a zoom, in metres of EPSG:3857."""
    return _WORLD_M / (1 << zoom) / _PIXELS


def simplified(
    outlines: Sequence[BaseGeometry], groups: Sequence[int], levels: Sequence[int]
) -> dict[int, list[tuple[int, BaseGeometry]]]:
    """Return for each level the shapes that are drawn up to that zoom: (place in `outlines`, polygon or multipolygon).

    A face too small for a level joins the neighbour with whom it shares most of its edge, one of its own group
    (`groups`: numbers, such as one for each symbol) before any other. Where the fullest tile of the band would still be
    too large, larger faces do so too. Who has no face left at a level has no shape there.
    """
    faces = faces_of(outlines)
    group_of = np.asarray(groups, dtype=np.int64)
    shapes: dict[int, list[tuple[int, BaseGeometry]]] = {}
    rising = sorted(levels)
    for place in reversed(range(len(rising))):  # from near to far, each from the one before it
        lowest_zoom = rising[place - 1] + 1 if place else max(0, rising[0] - 2)
        drawn = _for_band(faces, group_of, rising[place], lowest_zoom)
        shapes[rising[place]] = list(zip(drawn.owners.tolist(), drawn.polygons.tolist(), strict=True))
        parts, of = shapely.get_parts(drawn.polygons, return_index=True)
        faces = Faces(parts, drawn.owners[of])
    return shapes


def faces_of(outlines: Sequence[BaseGeometry]) -> Faces:
    """Return the polygons of outlines; edges that do not match are cut until they do, an overlap goes to the first."""
    given = np.asarray(outlines, dtype=object)
    if not shapely.is_valid(given).all():
        given = shapely.make_valid(given, method="structure", keep_collapsed=False)
    parts, owners = shapely.get_parts(given, return_index=True)
    polygons = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    faces = Faces(parts[polygons], owners[polygons].astype(np.int64))
    if len(faces.polygons) < 2 or shapely.coverage_is_valid(faces.polygons):
        return faces
    return _noded(faces)


def _noded(faces: Faces) -> Faces:
    """Cut all edges where they meet; a gap thinner than a pixel of the nearest zoom goes to the polygon beside it."""
    thin = pixel_m(15)
    lines = shapely.unary_union(shapely.boundary(faces.polygons), grid_size=0.001)
    found = shapely.get_parts(shapely.polygonize([lines]))
    tree = shapely.STRtree(faces.polygons)
    inside, over = tree.query(shapely.point_on_surface(found), predicate="intersects")
    owners = np.full(len(found), -1, dtype=np.int64)
    # Of several polygons over one face the last that is written stays, so the first one must come last.
    order = np.argsort(-over, kind="stable")
    owners[inside[order]] = faces.owners[over[order]]
    gaps = owners < 0
    slender = 2 * shapely.area(found) < thin * shapely.length(found)
    kept = ~gaps | slender
    found, owners, gaps = found[kept], owners[kept], gaps[kept]
    if gaps.any():
        joined = _joined(found, owners, owners, smallest_m2=0.0, forced=gaps)
        found, owners = found[joined >= 0], joined[joined >= 0]
    return Faces(found, owners)


def _for_band(faces: Faces, groups: Integers, level: int, lowest_zoom: int) -> Faces:
    """One polygon or multipolygon for each owner that is still seen."""
    pixel = pixel_m(level)
    drawn = faces
    for square_pixels in _SMALLEST:
        owners = _joined(drawn.polygons, drawn.owners, groups[drawn.owners], smallest_m2=square_pixels * pixel**2)
        kept = owners >= 0
        merged = _by_owner(drawn.polygons[kept], owners[kept])
        if not len(merged.polygons):
            return merged
        tolerance = pixel * max(1.0, np.sqrt(square_pixels) / 4)
        drawn = _sound(shapely.coverage_simplify(merged.polygons, tolerance), merged.owners)
        if _fullest_tile(drawn.polygons, lowest_zoom) <= MOST_BYTES:
            break
        parts, of = shapely.get_parts(drawn.polygons, return_index=True)
        drawn = Faces(parts, drawn.owners[of])
    return drawn


def _by_owner(polygons: Objects, owners: Integers) -> Faces:
    if not len(polygons):
        return Faces(polygons, owners)
    order = np.argsort(owners, kind="stable")
    known, starts = np.unique(owners[order], return_index=True)
    whole = np.empty(len(known), dtype=object)
    for place, parts in enumerate(np.split(polygons[order], starts[1:])):
        # Of a coverage this only drops the edges between its parts: no vertex moves.
        whole[place] = parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)
    return Faces(whole, known)


def _sound(shapes: Objects, owners: Integers) -> Faces:
    wrong = ~shapely.is_valid(shapes)
    if wrong.any():
        shapes = shapes.copy()
        shapes[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    seen = ~shapely.is_empty(shapes)
    return Faces(shapes[seen], owners[seen])


def _fullest_tile(shapes: Objects, zoom: int) -> float:
    """About how many bytes the fullest tile of a zoom holds, with its margin."""
    side = _WORLD_M / (1 << zoom)
    firsts = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(shapely.get_parts(shapes)), 0))
    places = np.concatenate([shapely.get_coordinates(shapes), firsts])
    bytes_of = np.concatenate(
        [np.full(len(places) - len(firsts), _BYTES_OF_VERTEX), np.full(len(firsts), _BYTES_OF_PART)]
    )
    columns, rows = np.floor(places / side).astype(np.int64).T
    _tiles, at = np.unique(columns * (1 << 32) + rows, return_inverse=True)
    return float(np.bincount(at, weights=bytes_of).max() * _WITH_MARGIN)


def _joined(
    polygons: Objects,
    owners: Integers,
    groups: Integers,
    *,
    smallest_m2: float,
    forced: NDArray[np.bool_] | None = None,
) -> Integers:
    """The owner of each face once those too small have joined a neighbour, the smallest first; -1 where there is none.

    `forced` faces join whatever their size.
    """
    areas = shapely.area(polygons)
    small = areas < smallest_m2 if forced is None else forced
    if not small.any():
        return owners
    beside = _shared_edges(polygons, len(polygons))
    leads = np.arange(len(polygons))  # whom a face has joined; itself where it has not
    size = areas.tolist()
    waiting = [(size[face], face) for face in np.flatnonzero(small).tolist()]
    heapq.heapify(waiting)
    gone: set[int] = set()
    while waiting:
        area, face = heapq.heappop(waiting)
        if leads[face] != face or area != size[face]:
            continue
        around = beside[face]
        if not around:
            gone.add(face)
            continue
        to = max(around, key=lambda other: (groups[other] == groups[face], around[other], -other))
        _join(beside, face, to)
        leads[face] = to
        size[to] += area
        if forced is None and size[to] < smallest_m2:
            heapq.heappush(waiting, (size[to], to))
    return np.array(
        [-1 if (lead := _lead(leads, face)) in gone else int(owners[lead]) for face in range(len(polygons))],
        dtype=np.int64,
    )


def _lead(leads: Integers, face: int) -> int:
    while leads[face] != face:
        leads[face] = leads[leads[face]]
        face = int(leads[face])
    return face


def _join(beside: list[dict[int, float]], face: int, to: int) -> None:
    """Hand the edges of a face to the one that it joins."""
    for other, metres in beside[face].items():
        del beside[other][face]
        if other != to:
            beside[to][other] = beside[to].get(other, 0.0) + metres
            beside[other][to] = beside[to][other]
    beside[face] = {}


def _shared_edges(polygons: Objects, count: int) -> list[dict[int, float]]:
    """For each polygon of a coverage its neighbours and the metres of edge that both have."""
    rings, of = shapely.get_rings(polygons, return_index=True)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    start, end = places[:-1][same], places[1:][same]
    face = of[ring[:-1][same]]
    _points, number = np.unique(np.concatenate([start, end]).view(np.complex128).reshape(-1), return_inverse=True)
    first, second = number[: len(start)], number[len(start) :]
    key = np.minimum(first, second) * np.int64(len(_points)) + np.maximum(first, second)
    order = np.argsort(key, kind="stable")
    key, face, metres = key[order], face[order], np.hypot(*(end - start).T)[order]
    pair = (key[:-1] == key[1:]) & (face[:-1] != face[1:])
    beside: list[dict[int, float]] = [{} for _ in range(count)]
    for one, other, length in zip(
        face[:-1][pair].tolist(), face[1:][pair].tolist(), metres[:-1][pair].tolist(), strict=True
    ):
        beside[one][other] = beside[one].get(other, 0.0) + length
        beside[other][one] = beside[other].get(one, 0.0) + length
    return beside

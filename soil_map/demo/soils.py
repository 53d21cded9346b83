"""The demo's soil map: units of sand on the ridges and of heavier soils between them, with their components. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from soil_map.demo import land

TITLE: Final = "Bản đồ đất xã 1:10.000 (minh họa)"
LEGEND: Final = "Bảng phân loại đất minh họa"
EDITION: Final = "minh họa 2025"
SCALE: Final = 10_000
SURVEYED_IN: Final = 2025

_STEP_M: Final = 62.0
_SMOOTHING_M: Final = 14.0
_SMALLEST_M2: Final = 20_000.0
_RIDGE_HALF_WIDTH_M: Final = 165.0

# Symbol, soil as the legend names it, group of WRB.
_SAND: Final = ("C", "Đất cát biển", "Arenosols")
_ALLUVIAL: Final = ("P", "Đất phù sa không được bồi", "Fluvisols")
_GLEY: Final = ("Pg", "Đất phù sa glây", "Gleyic Fluvisols")
_SALT: Final = ("Mi", "Đất mặn ít", "Salic Fluvisols")
_SULPHATE: Final = ("Sp", "Đất phèn tiềm tàng", "Thionic Fluvisols")
_OF_STRIPS: Final = {
    0: (_ALLUVIAL, _GLEY, _ALLUVIAL, _GLEY),
    2: (_GLEY, _ALLUVIAL, _GLEY, _SULPHATE),
    4: (_GLEY, _ALLUVIAL, _SULPHATE, _GLEY),
    6: (_SALT, _GLEY, _SALT, _SALT),
}
"""Strips between the ridges from the west to the sea, each from north to south; the odd ones are ridges."""
_LIMITS: Final = (
    (900, 330, -260),
    (760, 90),
    (820, 260, -420),
    (640, 0),
    (930, 310, -330),
    (700, -120),
    (720, 80, -560),
)
"""Where each strip is cut, by northing in the upright land."""


@dataclass(frozen=True, slots=True)
class DemoComponent:
    """A soil and its share of a unit."""

    percent: float
    name: str
    wrb_group: str


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A polygon of the soil map, in metres around the centre, and the soils in it."""

    symbol: str
    outline: shapely.Polygon
    components: tuple[DemoComponent, ...]


def units(outline: shapely.Polygon) -> tuple[DemoUnit, ...]:
    """Cut the outline (metres around the centre) into soil units that share their edges, vertex by vertex."""
    rng = random.Random(25)  # noqa: S311 - the same at every run, on purpose
    points = _strewn(rng, outline)
    owner = _owners(points)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=outline.buffer(200), ordered=True)
    )
    regions = [shapely.union_all(cells[owner == one]) for one in np.unique(owner)]
    edges = shapely.union_all([*(region.boundary for region in regions), outline.boundary])
    faces = shapely.get_parts(shapely.polygonize([edges]))
    faces = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    nearest = shapely.STRtree(shapely.points(points)).nearest(shapely.point_on_surface(faces))
    merged, owners = _without_specks(list(faces), list(owner[nearest]))
    smooth = shapely.coverage_simplify(merged, _SMOOTHING_M, simplify_boundary=False)
    named = sorted(zip(owners, smooth, strict=True), key=lambda one: (one[0], -one[1].centroid.y))
    return tuple(_unit(rng, int(one), polygon) for one, polygon in named)


def _strewn(rng: random.Random, outline: shapely.Polygon) -> np.ndarray:
    west, south, east, north = outline.buffer(2 * _STEP_M).bounds
    return np.array(
        [
            (x + rng.uniform(0, 0.75 * _STEP_M), y + rng.uniform(0, 0.75 * _STEP_M))
            for y in np.arange(south, north, _STEP_M)
            for x in np.arange(west, east, _STEP_M)
        ]
    )


def _owners(points: np.ndarray) -> np.ndarray:
    """Which unit each point belongs to: ten times its strip, and its place in it from the north."""
    east, north = points[:, 0], points[:, 1]
    x, y = land.upright(east, north)
    x = x + 45 * np.sin(y / 380) + 40 * land.noise(11, 420)(east, north)
    y = y + 70 * land.noise(12, 500)(east, north)
    ridge = np.clip(np.round(x / 690), -1, 1)
    apart = x - 690 * ridge
    strip = np.where(np.abs(apart) < _RIDGE_HALF_WIDTH_M, 2 * ridge + 3, 2 * ridge + 3 + np.sign(apart)).astype(int)
    place = np.zeros(len(points), int)
    for number, limits in enumerate(_LIMITS):
        mine = strip == number
        place[mine] = sum((y[mine] < limit).astype(int) for limit in limits)
    return np.asarray(strip * 10 + place)


def _without_specks(faces: list[shapely.Polygon], owners: list[int]) -> tuple[list[shapely.Polygon], list[int]]:
    """Give each speck to the neighbour with whom it shares most of its edge, the smallest first."""
    while (least := min(range(len(faces)), key=lambda n: faces[n].area)) is not None:
        if faces[least].area >= _SMALLEST_M2:
            return faces, owners
        speck = faces.pop(least)
        owners.pop(least)
        shared = [speck.boundary.intersection(face.boundary).length for face in faces]
        best = max(range(len(faces)), key=shared.__getitem__)
        faces[best] = shapely.union_all([faces[best], speck])
    raise AssertionError


def _unit(rng: random.Random, owner: int, polygon: shapely.Polygon) -> DemoUnit:
    strip, place = divmod(owner, 10)
    if strip % 2:
        main, others = _SAND, [_ALLUVIAL, _SALT if strip == 5 else _GLEY]
    else:
        main = _OF_STRIPS[strip][place]
        others = [one for one in (_GLEY, _ALLUVIAL, _SALT, _SAND) if one is not main]
    share = rng.choice((100, 85, 80, 70, 70, 60))
    rest = 100 - share
    parts = [(share, main)]
    if rest >= 30:
        first = rng.choice((20, rest))
        parts.append((first, others[0]))
        if rest > first:
            parts.append((rest - first, others[1]))
    elif rest:
        parts.append((rest, others[0]))
    return DemoUnit(main[0], polygon, tuple(DemoComponent(float(p), soil[1], soil[2]) for p, soil in parts))

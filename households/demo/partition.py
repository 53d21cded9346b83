"""Cut the demo commune into its villages: every spot of ground goes to the village of the nearest house.

Neighbours share their border vertex by vertex, so there is neither gap nor overlap between them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from households.demo.layout import Line, Point

_FIELD_M: Final = 85.0
_SMOOTHING_M: Final = 30.0


def cut(rng: random.Random, outline: Line, houses: Sequence[Point], villages: Sequence[int]) -> list[shapely.Polygon]:
    """The villages' polygons, in the order of their numbers; `villages` says to which each house belongs.

    A house may end up next door: ask the polygons where it lies. Metres in, metres out.
    """
    border = shapely.Polygon(outline)
    tree = shapely.STRtree([shapely.Point(house) for house in houses])
    sites = [shapely.Point(house) for house in houses] + _fields(rng, border, tree)
    nearest = np.concatenate([np.arange(len(houses)), tree.nearest(sites[len(houses) :])])
    owner = np.asarray(villages)[nearest]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=border, ordered=True))
    regions = [shapely.union_all(cells[owner == number]) for number in range(max(villages) + 1)]
    edges = shapely.union_all([*(region.boundary for region in regions), border.boundary])
    faces = [
        face for face in shapely.get_parts(shapely.polygonize([edges])) if border.contains(face.point_on_surface())
    ]
    belongs = [int(owner[shapely.STRtree(sites).nearest(face.point_on_surface())]) for face in faces]
    whole = [shapely.union_all(group) for group in _without_exclaves(faces, belongs)]
    smooth = shapely.coverage_simplify(whole, _SMOOTHING_M, simplify_boundary=False)
    return [shapely.Polygon(polygon.exterior) for polygon in smooth]


def _fields(rng: random.Random, border: shapely.Polygon, houses: shapely.STRtree) -> list[shapely.Point]:
    """Points strewn over the land between the villages, so that borders there wander as field edges do."""
    west, south, east, north = border.buffer(2 * _FIELD_M).bounds
    strewn = []
    y = south
    while y < north:
        x = west
        while x < east:
            point = shapely.Point(x + rng.uniform(0, _FIELD_M * 0.7), y + rng.uniform(0, _FIELD_M * 0.7))
            if not houses.query(point, predicate="dwithin", distance=_FIELD_M * 0.6).size:
                strewn.append(point)
            x += _FIELD_M
        y += _FIELD_M
    return strewn


def _without_exclaves(faces: list[shapely.Polygon], belongs: list[int]) -> list[list[shapely.Polygon]]:
    """The faces of each village; one apart from its village's largest goes to the neighbour it touches most."""
    largest: dict[int, int] = {}
    for place, number in enumerate(belongs):
        if number not in largest or faces[place].area > faces[largest[number]].area:
            largest[number] = place
    groups = [[faces[largest[number]]] for number in sorted(largest)]
    for place, face in enumerate(faces):
        if place != largest[belongs[place]]:
            shared = [face.boundary.intersection(group[0].boundary).length for group in groups]
            groups[shared.index(max(shared))].append(face)
    return groups

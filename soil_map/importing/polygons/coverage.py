"""Where polygons lie over one another, and what none of them covers. Pure; all in metres of a zone.

GEOS says in one linear pass which polygons do not meet their neighbours edge on edge; only these are cut with one
another, so that a sound map of 20,000 polygons costs no cut at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from soil_map.importing.polygons.model import Shapes
from soil_map.importing.polygons.pairs import check_density, check_points, pairs_of

LEAST_M2: Final = 1.0
"""Overlaps and gaps below a square metre come from rounding; they are counted and not listed."""
_BLOCK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two polygons (their places in the list) that cover the same ground."""

    first: int
    second: int
    area_m2: float
    share: float
    """Of the smaller one."""
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground between polygons that none of them covers."""

    area_m2: float
    shape: shapely.Geometry


def overlaps(shapes: Shapes) -> tuple[list[Overlap], int]:
    """The overlaps from `LEAST_M2` on, largest first, and how many smaller ones there are.

    Raises PolygonFileError where more lie one over another than in any map.
    """
    suspect = _not_edge_on_edge(shapes)
    if not len(suspect):
        return [], 0
    first, second = pairs_of(shapes[suspect], shapes, "intersects")
    first = suspect[first]
    pairs = np.unique(np.sort(np.column_stack([first, second])[first != second], axis=1), axis=0)
    if not len(pairs):
        return [], 0
    check_points(shapes, pairs[:, 0], pairs[:, 1])
    cut = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    area = shapely.area(cut)
    smaller = np.minimum(shapely.area(shapes[pairs[:, 0]]), shapely.area(shapes[pairs[:, 1]]))
    tiny = int(np.count_nonzero((area > 1e-4) & (area < LEAST_M2)))
    found = [
        Overlap(int(pairs[at, 0]), int(pairs[at, 1]), float(area[at]), float(area[at] / smaller[at]), cut[at])
        for at in np.flatnonzero(area >= LEAST_M2)
    ]
    return sorted(found, key=lambda one: (-one.area_m2, one.first, one.second)), tiny


def _not_edge_on_edge(shapes: Shapes) -> NDArray[np.int64]:
    """The places of polygons that overlap a neighbour or meet it otherwise than vertex on vertex."""
    if len(shapes) < 2:
        return np.empty(0, dtype=np.int64)
    check_density(shapes)
    doubtful = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    return np.flatnonzero(doubtful)


@dataclass(frozen=True, slots=True)
class Ground:
    """What polygons cover. `filled` has no holes; they are `gaps` with the area of all that were too small to list."""

    filled: shapely.Geometry
    gaps: tuple[Gap, ...]
    tiny: int
    tiny_m2: float
    open: tuple[Gap, ...] = ()
    """Narrow ground between polygons that is open at an end (`open_gaps`), where it was looked for."""

    @property
    def area_m2(self) -> float:
        """The ground that is covered, each square metre once."""
        return float(shapely.area(self.filled)) - sum(gap.area_m2 for gap in self.gaps) - self.tiny_m2


def ground_of(shapes: Shapes) -> Ground:
    """Find what polygons cover and the gaps between them, largest first.

    Where they do not meet edge on edge their union is slow, and the slower the more holes it has: it is made of blocks
    of neighbours, whose holes are filled before blocks are joined, and taken for gaps where no other block covers them.
    """
    if shapely.coverage_is_valid(shapes):
        filled, holes = _filled(shapely.coverage_union_all(shapes))
        return _ground(filled, holes, shapes)
    order = _in_tiles(shapes)
    blocks, found = [], []
    for start in range(0, len(order), _BLOCK):
        filled, holes = _filled(shapely.union_all(shapes[order[start : start + _BLOCK]]))
        blocks.append(filled)
        found.append(holes)
    filled, holes = _filled(shapely.union_all(np.array(blocks, dtype=object)))
    return _ground(filled, np.concatenate([*found, holes]), shapes)


def _in_tiles(shapes: Shapes) -> NDArray[np.int64]:
    """The shapes strip by strip, in each of them northwards: what follows one another lies close together."""
    west, south, east, north = shapely.bounds(shapes).T
    strips = int(np.ceil(np.sqrt(len(shapes) / _BLOCK)))
    rank = np.argsort(np.argsort(west + east, kind="stable"), kind="stable")
    return np.lexsort((south + north, rank * strips // len(shapes)))


def _filled(covered: shapely.Geometry) -> tuple[shapely.Geometry, Shapes]:
    parts = shapely.get_parts(covered)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = [ring for polygon in parts for ring in shapely.get_rings(polygon)[1:]]
    holes: Shapes = np.empty(len(rings), dtype=object)
    holes[:] = shapely.polygons(rings) if rings else []
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts))), holes


def _ground(filled: shapely.Geometry, holes: Shapes, covering: Shapes) -> Ground:
    """`covering` are the shapes, of which some may lie in the holes: another block's, or an island."""
    area = shapely.area(holes)
    listed = holes[area >= LEAST_M2]
    if len(listed):
        hole, over = pairs_of(listed, covering, "intersects")
        inside = shapely.area(shapely.intersection(listed[hole], covering[over])) > 1e-3
        filling, starts = np.unique(hole[inside], return_index=True)
        for at, those in zip(filling.tolist(), np.split(over[inside], starts[1:]), strict=False):
            listed[at] = shapely.difference(listed[at], shapely.union_all(covering[those]))
        listed = shapely.get_parts(listed)
    found = [Gap(float(one), shape) for one, shape in zip(shapely.area(listed), listed, strict=True) if one >= LEAST_M2]
    tiny = area[area < LEAST_M2]
    return Ground(
        filled,
        tuple(sorted(found, key=lambda gap: -gap.area_m2)),
        int(np.count_nonzero(tiny > 1e-4)),
        float(tiny.sum()),
    )

"""How far samples reach, and which cells are estimated there. Pure; everything is in metres of a VN-2000 zone.

How far depends on where samples lie and on nothing else: all properties that were measured in the same samples cover
the same area, so that a commune's tables add up to one figure. What lies within reach and is badly known nonetheless,
the standard deviation tells.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats

CELLS_M: Final = (5, 10, 20, 25, 50, 100, 200)
"""Sides of cells that may be asked for."""
MOST_CELLS: Final = 1_000_000
_REACH: Final = 2.0  # of the mean spacing: at random places, of a million none is left out between them
_CELLS_A_SPACING: Final = 15  # finer, a map shows no more and takes longer
_COMFORTABLE: Final = 300_000  # cells: a few seconds
_ROUND_M: Final = 10.0
_ROUNDNESS: Final = math.cos(math.pi / 32)  # a circle is drawn as a polygon of 32 corners
_SQUARES_A_REACH: Final = 5
_MOST_SQUARES: Final = 1_000  # a side


class TooManyCells(ValueError):
    """More cells than one surface may have; `count` is how many they would be, `cell` the finest that fits."""

    def __init__(self, count: int, cell: int) -> None:
        super().__init__(count, cell)
        self.count = count
        self.cell = cell


def spacing_of(places: Floats) -> float:
    """Return the side of the square that each of (n, 2) places has to itself, within the hull of all; 0 of none."""
    if len(places) == 0:
        return 0.0
    hull = shapely.convex_hull(shapely.multipoints(places))
    along = float(np.hypot(*np.ptp(places, axis=0))) / len(places)  # of places in a line, whose hull has no area
    return max(math.sqrt(float(hull.area) / len(places)), along)


def reach_of(places: Floats) -> float:
    """Return how far from its nearest sample a place may lie to be mapped, in whole tens of metres."""
    return max(_ROUND_M, math.ceil(_REACH * spacing_of(places) / _ROUND_M) * _ROUND_M)


def surveyed(outline: BaseGeometry, places: Floats, reach: float) -> MultiPolygon:
    """Return the part of the outline that lies within reach of the places; it may be empty."""
    found = shapely.intersection(outline, within(places, reach))
    return MultiPolygon([part for part in shapely.get_parts(found) if isinstance(part, Polygon) and part.area > 1.0])


def within(places: Floats, reach: float) -> BaseGeometry:
    """Return everything no farther than `reach` from the nearest of (n, 2) places.

    The union of all circles, but of many thousands only those at the edge are drawn: what lies between is filled with
    squares, each of which is within reach of one place as a whole.
    """
    from scipy.ndimage import minimum_filter  # pages that only ask for the sizes of cells need no scipy
    from scipy.spatial import KDTree

    span = np.ptp(places, axis=0).max() + 2 * reach
    step = max(reach / _SQUARES_A_REACH, span / _MOST_SQUARES)
    west, south = places.min(axis=0) - reach
    count = math.ceil(span / step)
    x, y = west + (np.arange(count) + 0.5) * step, south + (np.arange(count) + 0.5) * step
    middles = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    distance, _nearest = KDTree(places).query(middles)
    full = (distance <= reach * _ROUNDNESS - step / math.sqrt(2)).reshape(count, count)
    # A place around which all squares are full has no part in the edge.
    around = 2 * math.ceil(reach / step) + 3
    surrounded = minimum_filter(full, size=around, mode="constant", cval=0)
    column, row = (np.clip((places - (west, south)) // step, 0, count - 1).astype(int)).T
    at_edge = places[~surrounded[row, column].astype(bool)]
    edges = np.diff(full.astype(np.int8), axis=1, prepend=0, append=0)
    line, first = np.nonzero(edges == 1)
    _line, last = np.nonzero(edges == -1)
    strips = shapely.box(west + first * step, south + line * step, west + last * step, south + (line + 1) * step)
    return shapely.union_all([*strips, *shapely.buffer(shapely.points(at_edge), reach)])


def coarse(places: Floats, side: float) -> Floats:
    """Return the middles of the squares of the zone's grid that the places lie in."""
    middles: Floats = (np.floor(places / side) + 0.5) * side
    return middles


def usual_cell(area: BaseGeometry, spacing: float) -> int:
    """Return a side of cells that shows what samples so far apart can tell."""
    for cell in CELLS_M:
        if cell * _CELLS_A_SPACING >= spacing and area.area / cell**2 <= _COMFORTABLE:
            return cell
    return CELLS_M[-1]


def grid_over(area: BaseGeometry, cell: float) -> Grid:
    """Return the grid whose cells, on whole multiples of their side, hold the area and two more all around.

    Raises TooManyCells.
    """
    count = _cells_of(area, cell)
    if count > MOST_CELLS:
        fitting = [one for one in CELLS_M if _cells_of(area, one) <= MOST_CELLS]
        raise TooManyCells(count, fitting[0] if fitting else CELLS_M[-1])
    west, south, east, north = area.bounds
    left, bottom = math.floor(west / cell) - 2, math.floor(south / cell) - 2
    right, top = math.ceil(east / cell) + 2, math.ceil(north / cell) + 2
    return Grid(left * cell, top * cell, float(cell), top - bottom, right - left)


def _cells_of(area: BaseGeometry, cell: float) -> int:
    """Cells of the box around an area, which is what takes memory."""
    west, south, east, north = (float(one) for one in area.bounds)
    return math.ceil((east - west) / cell + 4) * math.ceil((north - south) / cell + 4)


def cells_touching(grid: Grid, area: BaseGeometry) -> NDArray[np.bool_]:
    """Return which cells have part of the area in them, as (rows, columns)."""
    x, y = np.meshgrid(grid.eastings(), grid.northings())
    half = grid.cell / 2
    near = np.asarray(shapely.contains_xy(area.buffer(grid.cell), x, y))
    squares = shapely.box(x[near] - half, y[near] - half, x[near] + half, y[near] + half)
    shapely.prepare(area)
    near[near] = shapely.intersects(area, squares)
    return near

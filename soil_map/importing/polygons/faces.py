"""Polygons from the lines of a drawing, and the texts that stand in each of them. Pure.

Where all lines close, each closed line is a polygon, less those that lie wholly inside it. Where some do not, all of
them together are cut where they cross, and the faces between them are the polygons: old cadastral sheets draw an edge
once, for both of its neighbours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping import text
from soil_map.importing.polygons.encodings import Decoder
from soil_map.importing.polygons.model import Shapes
from soil_map.importing.polygons.pairs import check_density, pairs_of

CLOSES: Final = 1e-7
"""A line closes where its ends are so near, as a share of the drawing's width: a millimetre of ten kilometres."""
_MOST_COLUMNS: Final = 12
_JOINED: Final = " "


@dataclass(frozen=True, slots=True)
class Faces:
    """The polygons of a drawing, as rows of a table: a column for each layer that has texts in them."""

    shapes: Shapes
    titles: list[str]
    columns: list[list[str]]
    line_layers: tuple[tuple[str, int], ...]
    """Each layer with lines or areas, and how many; those chosen and the others."""
    is_cut: bool
    """Whether lines did not close, so that faces were made of all of them."""
    dangling: int
    """Pieces of lines that bound nothing."""
    homeless: int
    """Texts that stand in no polygon."""


def faces_of(
    shapes: Shapes, layers: list[str], texts: list[str], chosen: tuple[str, ...] | None, decode: Decoder
) -> Faces:
    """Make polygons of the lines on the `chosen` layers, of all for None, and put the texts into them."""
    names = [text.clean(decode(one)) or "0" for one in layers]
    flat = shapely.get_dimensions(shapes)
    lines = np.flatnonzero(flat > 0)
    counted = Counter(names[at] for at in lines.tolist())
    used = shapes[[at for at in lines.tolist() if chosen is None or names[at] in chosen]]
    polygons, is_cut, dangling = _polygons(used)
    points = [at for at in np.flatnonzero(flat == 0).tolist() if texts[at].strip()]
    held = _holders(polygons, shapes[points])
    written: dict[str, list[list[str]]] = {}
    for at, holder in zip(points, held.tolist(), strict=True):
        if holder >= 0:
            column = written.setdefault(names[at], [[] for _ in range(len(polygons))])
            column[holder].append(text.clean(decode(texts[at])))
    most = sorted(written, key=lambda name: (-sum(map(bool, written[name])), name))[:_MOST_COLUMNS]
    return Faces(
        polygons, most, [[_together(one) for one in written[name]] for name in most],
        tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0]))), is_cut, dangling,
        int(np.count_nonzero(held < 0)),
    )  # fmt: skip


def _together(texts: list[str]) -> str:
    """The texts of one layer in one polygon; one that is written twice is said once."""
    return _JOINED.join(dict.fromkeys(texts))


def _polygons(drawn: Shapes) -> tuple[Shapes, bool, int]:
    if not len(drawn):
        return np.empty(0, dtype=object), False, 0
    rings, open_lines = _apart(drawn)
    if len(open_lines):
        every = np.concatenate([shapely.boundary(rings), open_lines]) if len(rings) else open_lines
        check_density(_parts(every))
        noded = shapely.get_parts(shapely.node(shapely.multilinestrings(_parts(every))))
        made, cuts, dangles, _invalid = shapely.polygonize_full(noded)
        return (
            shapely.get_parts(made),
            True,
            int(shapely.get_num_geometries(cuts) + shapely.get_num_geometries(dangles)),
        )
    return _without_inner(rings), False, 0


def _apart(drawn: Shapes) -> tuple[Shapes, Shapes]:
    """The areas and closed lines as polygons, and the lines that do not close."""
    parts = _parts(drawn)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines = parts[~is_area]
    west, south, east, north = shapely.total_bounds(drawn)
    near = CLOSES * float(max(east - west, north - south))
    gap = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    closes = (gap <= near) & (shapely.get_num_points(lines) >= 4)
    rings = [_ring(line) for line in lines[closes]]
    areas = [*parts[is_area], *(ring for ring in rings if ring is not None)]
    made: Shapes = np.empty(len(areas), dtype=object)
    made[:] = areas
    return made, lines[~closes]


def _ring(line: shapely.LineString) -> shapely.Polygon | None:
    points = shapely.get_coordinates(line)
    points[-1] = points[0]
    return shapely.Polygon(points) if len(points) >= 4 else None


def _parts(shapes: Shapes) -> Shapes:
    """Simple lines and polygons of whatever there is, points left out."""
    parts = shapely.get_parts(shapes)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, 7)).any():
        parts = shapely.get_parts(parts)
    kept: Shapes = parts[(shapely.get_dimensions(parts) > 0) & ~shapely.is_empty(parts)]
    return kept


def _without_inner(rings: Shapes) -> Shapes:
    """Take off each polygon those that lie in it: a field around a pond is drawn as two closed lines."""
    sound = shapely.is_valid(rings)
    if len(rings) < 2:
        return rings
    outer, inner = pairs_of(_only(rings, sound), rings, "contains")
    is_other = (outer != inner) & sound[inner] & (shapely.area(rings[outer]) > shapely.area(rings[inner]))
    outer, inner = outer[is_other], inner[is_other]
    made = rings.copy()
    for at in np.unique(outer):
        made[at] = shapely.difference(rings[at], shapely.union_all(rings[inner[outer == at]]))
    kept: Shapes = made[~shapely.is_empty(made)]
    return kept


def _holders(polygons: Shapes, points: Shapes) -> NDArray[np.int64]:
    """For each point the smallest polygon that holds it, -1 where there is none."""
    held = np.full(len(points), -1, dtype=np.int64)
    if not len(points) or not len(polygons):
        return held
    sound = shapely.is_valid(polygons)
    places = shapely.point_on_surface(points)
    at, holder = pairs_of(places, _only(polygons, sound), "intersects")
    order = np.argsort(-shapely.area(polygons[holder]), kind="stable")  # the smallest is written last
    held[at[order]] = holder[order]
    return held


def _only(shapes: Shapes, mask: NDArray[np.bool_]) -> Shapes:
    """The shapes with None where the mask is not."""
    kept = shapes.copy()
    kept[~mask] = None
    return kept

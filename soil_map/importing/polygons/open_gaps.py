"""Narrow ground between polygons that is open at an end: a channel that leads out of the map, or onto a road. Pure.

A gap with polygons all around is a hole of what they cover (`coverage.ground_of`); one that is open somewhere is none.
It shows itself when the covered ground is widened by half a width and narrowed again: what is narrower does not open
again. Corners are kept sharp at both, so that nothing but narrow ground is left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from soil_map.importing.polygons.coverage import LEAST_M2, Gap, Ground
from soil_map.importing.polygons.model import Shapes

_SHARPEST: Final = 5.0
"""Corners are kept sharp down to 23°; the tip of a wedge that is sharper counts as a gap."""
_BESIDE_M: Final = 0.01


def open_gaps(shapes: Shapes, ground: Ground, width: float, listed: Sequence[Gap]) -> list[Gap]:
    """The ground narrower than `width` metres between two polygons or more, largest first, besides the gaps `listed`.

    Costs two offsets of the edge of what is covered, whatever lies within it.
    """
    covered = ground.filled
    known = set(map(id, listed))
    if rest := [gap.shape for gap in ground.gaps if id(gap) not in known]:  # a road that channels may lead onto
        covered = shapely.difference(covered, shapely.union_all(rest))
    parts = shapely.get_parts(covered)  # together a third as fast
    wide = shapely.union_all(shapely.buffer(parts, width / 2, join_style="mitre", mitre_limit=_SHARPEST))
    closed = shapely.buffer(wide, -width / 2, join_style="mitre", mitre_limit=_SHARPEST)
    left = shapely.get_parts(shapely.difference(closed, covered))
    left = left[(shapely.get_type_id(left) == shapely.GeometryType.POLYGON) & (shapely.area(left) >= LEAST_M2)]
    # Twice the area over the edge is the width of what is long; the mouth of a wide inlet is not narrow.
    left = left[2 * shapely.area(left) <= width * shapely.length(left)]
    at, _beside = shapely.STRtree(shapes).query(left, predicate="dwithin", distance=_BESIDE_M)
    between = np.bincount(at, minlength=len(left)) >= 2
    found = [Gap(float(shapely.area(one)), one) for one in left[between]]
    return sorted(found, key=lambda gap: -gap.area_m2)

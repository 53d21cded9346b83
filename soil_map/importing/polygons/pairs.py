"""Which shapes meet which, where they are no more than a map has: a small file can make everything meet everything.

Pure. A hundred thousand shapes one over another would be five thousand million pairs; no map of fields or soils comes
near the bound, which grows with the number of shapes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from soil_map.importing.polygons.model import PolygonFileError, Shapes

_OF_EACH: Final = 60
_AT_LEAST: Final = 500_000
_MOST_POINTS: Final = 600_000_000
"""Points of all pairs together that are cut with one another: some minutes."""
_BATCH: Final = 100

Indices = NDArray[np.int64]


def pairs_of(asked: Shapes, held: Shapes, predicate: str | None = None) -> tuple[Indices, Indices]:
    """The places of those asked and of those held that meet by `predicate`, by their boxes for None.

    Raises PolygonFileError: tangled.
    """
    tree = shapely.STRtree(held)
    most = _OF_EACH * (len(asked) + len(held)) + _AT_LEAST
    mine, theirs, count = [], [], 0
    for start in range(0, len(asked), _BATCH):
        first, second = tree.query(asked[start : start + _BATCH], predicate=predicate)
        count += len(first)
        if count > most:
            raise PolygonFileError("tangled")
        mine.append(first + start)
        theirs.append(second)
    empty = np.empty(0, dtype=np.int64)
    return np.concatenate([empty, *mine]), np.concatenate([empty, *theirs])


def check_density(shapes: Shapes) -> None:
    """Refuse shapes whose boxes lie one over another by the thousand. Raises PolygonFileError: tangled."""
    pairs_of(shapes, shapes)


def check_points(shapes: Shapes, first: Indices, second: Indices) -> None:
    """Refuse pairs that are too long to be cut with one another. Raises PolygonFileError: tangled."""
    points = shapely.get_num_coordinates(shapes).astype(np.int64)
    if int(points[first].sum() + points[second].sum()) > _MOST_POINTS:
        raise PolygonFileError("tangled")

"""Whether the system that a file states could as well be another: UTM 48 and the zone at 105° lie 657 m apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from mapping import crs, placing
from soil_map.importing.polygons.model import Shapes
from soil_map.importing.polygons.picture import picture_of
from soil_map.importing.polygons.planning import Commune, in_degrees

AS_GOOD: Final = 0.98
"""A system is as good as another that puts this share of its polygons into the commune."""
_DRAWN: Final = 200


@dataclass(frozen=True, slots=True)
class Rival:
    """Another system that the coordinates of a file fit as well as the stated one."""

    srid: int
    inside: int
    total: int
    shift_m: float
    """So far everything lies from where the stated system puts it."""


def rivals_of(finding: placing.Finding, shapes: Shapes, srid: int, zone: int) -> list[Rival]:
    """The other systems that put as many polygons into the commune; those of VN-2000 first, the nearest first."""
    stated = next((one for one in finding.candidates if one.srid == srid and not one.swapped), None)
    if stated is None or stated.kind == "degrees":
        return []
    found = [
        Rival(one.srid, one.inside, one.total, _shift_m(shapes, srid, one.srid, zone))
        for one in finding.candidates
        if one.srid != srid and not one.swapped and one.inside >= AS_GOOD * stated.inside
    ]
    return sorted(found, key=lambda one: (one.srid not in crs.ZONES, one.shift_m))


def _shift_m(shapes: Shapes, srid: int, other: int, zone: int) -> float:
    middles = shapely.centroid(shapes[:: max(1, -(-len(shapes) // _DRAWN))])
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    metres = crs.distance_m(zone, *crs.to_lonlat(srid, x, y), *crs.to_lonlat(other, x, y))
    return float(np.nanmedian(metres))


def picture_of_both(shapes: Shapes, srid: int, other: int, commune: Commune) -> dict[str, Any]:
    """Some polygons where the stated system puts them, and where the other one would, on the commune's outline."""
    sample = shapes[:: max(1, -(-len(shapes) // _DRAWN))]
    outline = crs.to_zone(commune.outline, commune.zone)
    layers = []
    for what, system in (("shape", srid), ("rival", other)):
        placed = in_degrees(sample, system, swapped=False)
        layers.append((what, crs.to_zone(placed[[one is not None for one in placed]], commune.zone)))
    return picture_of(outline, layers)

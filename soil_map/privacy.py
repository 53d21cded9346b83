"""Private samples: taken on request of whoever works a field, so the public sees them coarsened and without a value."""

from __future__ import annotations

import math
from typing import Any, Final

from mapping import access, crs
from mapping.access import Capability
from mapping.models import Unit

COARSE_M: Final = 500.0
"""Side of the squares that the public sees a private sample in: some fifty fields of half a hectare."""
KEPT_DAYS: Final = 30
"""So long a file with private samples lies there: it is fetched, or made again."""


def coarsened(lng: float, lat: float, zone: int) -> tuple[float, float]:
    """Return the middle of the square around a place (EPSG:4326); squares lie in the grid of the VN-2000 zone."""
    x, y = crs.from_lonlat(zone, [lng], [lat])
    middle = [(math.floor(float(one[0]) / COARSE_M) + 0.5) * COARSE_M for one in (x, y)]
    coarse_lng, coarse_lat = crs.to_lonlat(zone, [middle[0]], [middle[1]])
    return float(coarse_lng[0]), float(coarse_lat[0])


def sees_exactly(user: Any, commune: Unit) -> bool:
    """Return whether somebody may see places, codes and values of private samples there."""
    return access.may(user, Capability.SEE_SOIL, commune)

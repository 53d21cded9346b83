"""Areas that somebody draws on a map by their corners, as static/js/plates/polygon.js keeps them: [[lng, lat], …]."""

from __future__ import annotations

import json
import math
from typing import Any, Final

import shapely

from mapping.errors import UserError
from mapping.wording import gettext as _

MOST_CORNERS: Final = 1_000
_LONGEST_TEXT: Final = 100_000
LngLat = tuple[float, float]


def ring(value: Any) -> tuple[LngLat, ...]:
    """Return the corners of an area in EPSG:4326, the first not repeated; () of nothing drawn.

    Raises UserError (`polygon`) for what encloses nothing or lies on no map, TypeError and ValueError for no corners.
    """
    corners = [(float(lng), float(lat)) for lng, lat in value]
    if not corners:
        return ()
    if not all(math.isfinite(lng) and math.isfinite(lat) for lng, lat in corners):
        raise ValueError("no place")
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) > MOST_CORNERS:
        raise UserError(
            _("Vùng vẽ có %(count)d đỉnh; nhiều nhất là %(most)d. Hãy vẽ thưa hơn.")
            % {"count": len(corners), "most": MOST_CORNERS},
            code="polygon",
        )
    if len(set(corners)) < 3 or not shapely.Polygon(corners).is_valid:
        raise UserError(
            _("Vùng vẽ phải có ít nhất ba đỉnh và không tự cắt mình. Hãy vẽ lại vùng."),
            code="polygon",
            place=corners[0],
        )
    if not all(-180 <= lng <= 180 and -85 <= lat <= 85 for lng, lat in corners):
        raise UserError(_("Vùng vẽ nằm ngoài bản đồ. Hãy vẽ lại vùng trong xã."), code="polygon")
    return tuple(corners)


def drawn_again(text: str) -> str:
    """Return the corners for the page's map to draw again, those of an area that was refused too; else nothing."""
    try:
        corners = json.loads(text) if len(text) < _LONGEST_TEXT else None
        are_corners = isinstance(corners, list) and all(
            len(corner) == 2 and all(isinstance(one, int | float) for one in corner) for corner in corners
        )
    except (ValueError, RecursionError, TypeError):
        return ""
    return text if are_corners else ""

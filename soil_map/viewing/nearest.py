"""The sample nearest to a place, as far as somebody may know where it was taken.

Candidates come from the index in the order of EPSG:3857, which is nearly that of the ground; the metres are measured in
the VN-2000 zone. Who may not know where a private sample lies is told of the middle of its coarse square: which square
that is, and how far, follows from squares alone.
"""

from __future__ import annotations

import datetime
import math
import uuid
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db import connection

from mapping import crs
from soil_map import privacy
from soil_map.models import Campaign
from soil_map.viewing.asked import Depth

_CANDIDATES: Final = 8
_SQUARE_REACH_M: Final = 0.5 * math.sqrt(2) * privacy.COARSE_M
"""How far from its square's middle a sample can lie."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A sample and its distance in metres; of a private one that is hidden nothing else is told."""

    metres: float
    is_private: bool
    sample_id: uuid.UUID | None = None
    value: float | None = None
    detection_limit: float | None = None
    """Where every replicate was below detection: the largest of their limits, canonical as the value."""
    sampled_on: datetime.date | None = None


_OF_LAYER: Final = """
          FROM soil_map_samplingsite site
          JOIN soil_map_sample sample ON sample.site_id = site.id,
               ST_Transform(ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326), 3857) AS place
         WHERE sample.campaign_id = %(campaign)s
           AND sample.depth_from_cm = %(top)s AND sample.depth_to_cm = %(bottom)s
           AND EXISTS (SELECT FROM soil_map_result result
                        WHERE result.sample_id = sample.id AND result.method_id = %(method)s)
"""
_FIND: Final = f"""
    SELECT near.id, near.is_private, near.sampled_on, near.lng, near.lat, measured.mean, measured.detection_limit
      FROM (
        SELECT sample.id, sample.is_private, sample.sampled_on, ST_X(site.location) AS lng, ST_Y(site.location) AS lat,
               site.location_3857 <-> place AS far
        {_OF_LAYER} AND (NOT sample.is_private OR %(exactly)s)
         ORDER BY site.location_3857 <-> place LIMIT %(most)s
           ) near,
           LATERAL (SELECT avg(value) AS mean, -- half the limit is kept
                           CASE WHEN bool_and(is_below_detection) THEN 2 * max(value) END AS detection_limit
                      FROM soil_map_result result
                     WHERE result.sample_id = near.id AND result.method_id = %(method)s) measured
     ORDER BY near.far, near.id
"""
_FIRST_PRIVATE: Final = f"""
    SELECT ST_X(site.location), ST_Y(site.location) {_OF_LAYER} AND sample.is_private
     ORDER BY site.location_3857 <-> place LIMIT 1
"""
_PRIVATE_WITHIN: Final = f"""
    SELECT ST_X(site.location), ST_Y(site.location) {_OF_LAYER} AND sample.is_private
       AND site.location_3857 && ST_Expand(place, %(within)s)
"""


def nearest(
    campaign: Campaign, method_key: str, depth: Depth, lng: float, lat: float, *, exactly: bool
) -> Nearest | None:
    """Return the nearest sample of a layer; None where it has none. `exactly`: see `privacy.sees_exactly`."""
    zone = campaign.commune.vn2000_srid
    asked = {
        "campaign": campaign.pk, "method": method_key, "top": depth[0], "bottom": depth[1], "lng": lng, "lat": lat,
        "most": _CANDIDATES, "exactly": exactly,
    }  # fmt: skip
    found = min((_of_row(row, zone, lng, lat) for row in _rows(_FIND, asked)), key=lambda one: one.metres, default=None)
    if exactly:
        return found
    metres = _to_nearest_square(asked, zone, None if found is None else found.metres)
    return found if metres is None else Nearest(metres, is_private=True)


def _to_nearest_square(asked: dict[str, Any], zone: int, than: float | None) -> float | None:
    """Metres to the middle of the nearest square that holds a private sample, if it is nearer `than` so many."""
    lng, lat = asked["lng"], asked["lat"]
    reach = than
    if reach is None:
        first = _rows(_FIRST_PRIVATE, asked)
        if not first:
            return None
        # The sample that lies nearest may be in a square that does not, but no nearer middle is farther than this.
        reach = float(crs.distance_m(zone, lng, lat, *first[0])[0]) + _SQUARE_REACH_M
    within = (reach + _SQUARE_REACH_M) / math.cos(math.radians(lat)) * 1.01
    rows = _rows(_PRIVATE_WITHIN, asked | {"within": within})
    if not rows:
        return None
    x, y = crs.from_lonlat(zone, [row[0] for row in rows], [row[1] for row in rows])
    squares = np.unique(np.floor(np.column_stack([x, y]) / privacy.COARSE_M), axis=0)
    here = np.concatenate(crs.from_lonlat(zone, lng, lat))
    metres = float(np.hypot(*((squares + 0.5) * privacy.COARSE_M - here).T).min())
    return metres if than is None or metres < than else None


def _rows(sql: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


def _of_row(row: Any, zone: int, lng: float, lat: float) -> Nearest:
    key, is_private, sampled_on, its_lng, its_lat, mean, detection_limit = row
    metres = float(crs.distance_m(zone, lng, lat, its_lng, its_lat)[0])
    return Nearest(metres, is_private, key, mean, detection_limit, sampled_on)

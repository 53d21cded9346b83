"""What the register and the round know of the place of a visit: for flags, and to refuse points far off."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.gis.geos import Point, Polygon
from django.db import connection

from households.codes import format_house_code
from households.models import House
from households.survey.alike import alike
from households.survey.flags import NEAR_M, Neighbour, Stop, Surroundings
from households.survey.position import metres_between
from households.survey.rounds_for import Walk
from mapping.outlines import REGION

_METRES_PER_DEGREE: Final = 111_320.0
# Metres outside; 0 inside, null of a unit without an outline. Geography is asked for the few that lie outside.
_OUTSIDE: Final = """
SELECT id, CASE WHEN ST_Covers(outline, point.geom) THEN 0
                ELSE ST_Distance(outline::geography, point.geom::geography) END
  FROM mapping_unit, (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS geom) point
 WHERE id IN (%s, %s) AND outline IS NOT NULL
"""
# Houses and visits nearby, and where the person was around the time of this visit: one question for all of it. What was
# only tapped on the map says nothing of where somebody stood.
# Of visits, latitudes come first: what lies behind the wall is found by plain numbers alone, by no operator of places.
_STOPS: Final = """
SELECT 'stop', '', lng, lat, started_at, ended_at FROM (
    SELECT started_at, ended_at,
           COALESCE(position #> '{measured,lng}',
                    CASE WHEN position ->> 'source' IN ('gps', 'averaged') THEN position -> 'lng' END)::float AS lng,
           COALESCE(position #> '{measured,lat}', position -> 'lat')::float AS lat
      FROM households_surveyvisit
     WHERE surveyor_id = %(user)s AND round_id = %(round)s AND house_id <> %(house)s AND ended_at IS NOT NULL) own
"""
_AROUND: Final = f"""
SELECT 'near', code, ST_X(location), ST_Y(location), NULL::timestamptz, NULL::timestamptz FROM households_house
 WHERE location_3857 && ST_Transform(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)
   AND state = 'active' AND id <> %(house)s AND commune_id = %(commune)s
UNION ALL
SELECT 'near', '', ST_X(location), latitude, NULL, NULL FROM households_surveyvisit
 WHERE round_id = %(round)s AND latitude BETWEEN %(south)s AND %(north)s AND house_id <> %(house)s
   AND state <> 'rejected' AND ST_X(location) BETWEEN %(west)s AND %(east)s
UNION ALL
({_STOPS} WHERE lng IS NOT NULL AND started_at <= %(ended_at)s ORDER BY started_at DESC LIMIT 4)
UNION ALL
({_STOPS} WHERE lng IS NOT NULL AND started_at > %(ended_at)s ORDER BY started_at LIMIT 2)
"""


def is_in_the_country(lng: float, lat: float) -> bool:
    """Return whether a place (EPSG:4326) can be in Vietnam at all: for communes that have no outline yet."""
    west, south, east, north = REGION
    return west <= lng <= east and south <= lat <= north


def metres_outside(walk: Walk, lng: float, lat: float) -> tuple[float | None, float | None]:
    """Return how far a place (EPSG:4326) lies outside the commune and the village: 0 inside, None of no outline."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, [lng, lat, walk.commune.pk, walk.village.pk])
        told = dict(cursor.fetchall())
    return told.get(walk.commune.pk), told.get(walk.village.pk)


def metres_outside_part(walk: Walk, place: Point | None) -> float:
    """Return how far a place (EPSG:4326) lies outside the part that the person was given; 0.0 of a whole village."""
    area = walk.assignment.area
    if area is None or place is None or area.intersects(place):
        return 0.0
    # Degrees of longitude are shorter than those of latitude; both shapes are drawn in the latter.
    narrowing = math.cos(math.radians(place.y))
    ring, at = ([(x * narrowing, y) for x, y in line] for line in (area.exterior_ring.coords, [place.coords]))
    return float(Polygon(ring).distance(Point(at[0])) * _METRES_PER_DEGREE)


def around(
    *, walk: Walk, user: Any, house_id: uuid.UUID, house: House | None, position: dict[str, Any], ended_at: Any,
    outside: tuple[float | None, float | None], answers: Mapping[str, Any] | None = None,
) -> Surroundings:  # fmt: skip
    """Return what flags are made from, for a position in EPSG:4326; `answers` are those of a new house."""
    lng, lat = position["lng"], position["lat"]
    reach = NEAR_M / _METRES_PER_DEGREE * 1.3  # degrees of longitude are shorter here, by less than a tenth
    given = {
        "west": lng - reach, "south": lat - reach, "east": lng + reach, "north": lat + reach, "house": house_id,
        "commune": walk.commune.pk, "round": walk.round.pk, "user": user.pk,
        "ended_at": ended_at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, given)
        found = cursor.fetchall()
    return Surroundings(
        outside_commune_m=outside[0],
        outside_village_m=outside[1],
        house=(house.location.x, house.location.y) if house is not None else None,
        neighbours=[
            Neighbour(format_house_code(code) if code else "", metres_between(lng, lat, x, y))
            for kind, code, x, y, _began, _left in found
            if kind == "near"
        ],
        stops=[Stop(x, y, began, left) for kind, _code, x, y, began, left in found if kind == "stop"],
        alike=alike(
            house_id=house_id, commune_id=walk.commune.pk, round_id=walk.round.pk, lng=lng, lat=lat, answers=answers
        )
        if answers
        else (),
    )

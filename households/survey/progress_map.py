"""A round on the map: villages by the share that is done, areas that were given, houses by the state of their visit."""

from __future__ import annotations

import json
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db import connection

from households.models import SurveyRound
from households.survey import progress, running

TO_DO: Final = "todo"
MOST_HOUSES: Final = 20_000
_OUTLINE_DIGITS: Final = 5
# Houses of the register with their visit, and those that were added in the field and stand in no register yet.
_HOUSES: Final = """
SELECT ST_X(house.location), ST_Y(house.location), coalesce(visit.state, 'todo'),
       concat_ws(' ', nullif(house.number, ''), nullif(house.street, '')), coalesce(visit.id::text, ''), unit.code
  FROM households_house house
  JOIN mapping_unit unit ON unit.id = house.village_id
  LEFT JOIN households_surveyvisit visit ON visit.round_id = %(round)s AND visit.house_id = house.id
 WHERE house.commune_id = %(commune)s AND house.state = 'active'
UNION ALL
SELECT ST_X(visit.location), ST_Y(visit.location), visit.state,
       concat_ws(' ', visit.answers ->> 'number', visit.answers ->> 'street'), visit.id::text, unit.code
  FROM households_surveyvisit visit JOIN mapping_unit unit ON unit.id = visit.village_id
 WHERE visit.round_id = %(round)s AND visit.is_new_house AND visit.location IS NOT NULL
   AND NOT EXISTS (SELECT FROM households_house house WHERE house.id = visit.house_id)
 LIMIT %(most)s
"""


def features(survey_round: SurveyRound) -> dict[str, Any]:
    """Return what the map draws; places are [longitude, latitude] in EPSG:4326.

    `houses`: [lng, lat, state or "todo", address, visit's id or "", village's code]; at most `MOST_HOUSES`, and
    `is_cut` where there are more. `villages`: {code, name, outline, houses, done, share}; `areas`: {id, person,
    village, area}. Costs six queries.
    """
    villages = list(running.villages_of(survey_round).annotate(drawn=AsGeoJSON("outline", precision=_OUTLINE_DIGITS)))
    lines = progress.by_village(survey_round, villages)
    params = {"round": survey_round.pk, "commune": survey_round.commune_id, "most": MOST_HOUSES + 1}
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES, params)
        found = [[round(lng, 6), round(lat, 6), *rest] for lng, lat, *rest in cursor.fetchall()]
    given = survey_round.assignments.filter(area__isnull=False, ended_at=None).select_related("surveyor", "village")
    return {
        "villages": [
            {
                "code": village.code, "name": village.full_name, "outline": json.loads(village.drawn),
                "houses": line.whole, "done": line.done, "share": line.share,
            }
            for village, line in zip(villages, lines, strict=True)
            if village.drawn
        ],
        "areas": [
            {
                "id": str(one.pk), "person": str(one.surveyor), "village": one.village.full_name,
                "area": json.loads(one.area.geojson),
            }
            for one in given
        ],
        "houses": found[:MOST_HOUSES],
        "is_cut": len(found) > MOST_HOUSES,
    }  # fmt: skip

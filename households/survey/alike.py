"""Which houses a new one may be: near, with its number and street, or with its head of household.

The phone warns of the same while somebody types (`static/js/survey/duplicates.js`); numbers and streets are compared as
`households/same_address.py` does.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from households.codes import format_house_code
from households.survey.flags import Alike
from households.survey.position import metres_between

SAME_NUMBER_M: Final = 300.0
SAME_HEAD_M: Final = 200.0
_METRES_PER_DEGREE: Final = 111_320.0
# The register's houses, then what the round says of houses; of visits by latitude first, as behind the wall no index of
# places is used. Where one of the two has no street, the number is enough. Names are compared by the key of streets: it
# takes capitals, blanks and the place of a tone away.
_FOUND: Final = """
WITH typed AS MATERIALIZED (
    SELECT sonha_number_key(%(number)s) AS number, sonha_street_key(%(street)s) AS street,
           sonha_street_key(%(head)s) AS head
)
SELECT 'number', id, code, ST_X(location), ST_Y(location) FROM households_house
 WHERE location_3857 && ST_Transform(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)
   AND state = 'active' AND id <> %(house)s AND commune_id = %(commune)s AND %(number)s <> ''
   AND sonha_number_key(number) = (SELECT number FROM typed)
   AND (street = '' OR %(street)s = '' OR sonha_street_key(street) = (SELECT street FROM typed))
UNION ALL
SELECT 'head', house.id, house.code, ST_X(location), ST_Y(location)
  FROM households_house house JOIN households_household people ON people.house_id = house.id
 WHERE location_3857 && ST_Transform(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)
   AND state = 'active' AND house.id <> %(house)s AND house.commune_id = %(commune)s AND %(head)s <> ''
   AND sonha_street_key(head_name) = (SELECT head FROM typed)
UNION ALL
SELECT why, visit.house_id, house.code, ST_X(visit.location), latitude
  FROM households_surveyvisit visit
  LEFT JOIN households_house house ON house.id = visit.house_id
 CROSS JOIN typed
 CROSS JOIN LATERAL (
    SELECT 'number' AS why
     WHERE %(number)s <> '' AND sonha_number_key(coalesce(answers ->> 'number', '')) = typed.number
       AND (coalesce(answers ->> 'street', '') = '' OR %(street)s = ''
            OR sonha_street_key(answers ->> 'street') = typed.street)
    UNION ALL
    SELECT 'head' WHERE %(head)s <> '' AND sonha_street_key(coalesce(answers ->> 'head_name', '')) = typed.head
 ) same
 WHERE visit.round_id = %(round)s AND latitude BETWEEN %(south)s AND %(north)s AND visit.house_id <> %(house)s
   AND visit.state <> 'rejected' AND ST_X(visit.location) BETWEEN %(west)s AND %(east)s
"""
_REACHES: Final = {"number": SAME_NUMBER_M, "head": SAME_HEAD_M}


def alike(
    *, house_id: uuid.UUID, commune_id: Any, round_id: Any, lng: float, lat: float, answers: Mapping[str, Any]
) -> list[Alike]:
    """Return what may be the house at a place (EPSG:4326) with these answers: of each reason the nearest."""
    number, street, head = (str(answers.get(name) or "").strip() for name in ("number", "street", "head_name"))
    if not number and not head:
        return []
    reach = SAME_NUMBER_M / _METRES_PER_DEGREE * 1.1  # degrees of longitude are shorter here, by less than a tenth
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "number": number, "street": street, "head": head, "house": house_id, "commune": commune_id,
                "round": round_id, "west": lng - reach, "east": lng + reach, "south": lat - reach, "north": lat + reach,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    nearest: dict[str, Alike] = {}
    for why, _id, code, x, y in rows:
        metres = metres_between(lng, lat, x, y)
        if metres <= _REACHES[why] and (why not in nearest or metres < nearest[why].metres):
            nearest[why] = Alike(why, format_house_code(code) if code else "", metres)
    return [nearest[why] for why in _REACHES if why in nearest]

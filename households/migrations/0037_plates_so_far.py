"""What is known of the plates that were there before their life was written down."""

from typing import Any

from django.db import migrations
from openlocationcode import openlocationcode

# What was released is printed; of a plate that is not of today's address nobody knows what stood on it.
_STATES = """
UPDATE households_plate plate
   SET state = CASE WHEN plate.state = 'draft' AND plate.released_at IS NOT NULL THEN 'printed' ELSE plate.state END,
       state_at = coalesce(plate.released_at, plate.created_at),
       number = CASE WHEN plate.state = 'draft' THEN house.number ELSE '' END,
       street = CASE WHEN plate.state = 'draft' THEN house.street ELSE '' END,
       village_name = CASE WHEN plate.state = 'draft' THEN trim(village.designation || ' ' || village.name) ELSE '' END
  FROM households_house house LEFT JOIN mapping_unit village ON village.id = house.village_id
 WHERE house.id = plate.house_id
"""
_STATES_BACK = """
UPDATE households_plate SET state = CASE WHEN state IN ('printed', 'in_stock', 'issued') THEN 'draft'
                                         WHEN state IN ('lost', 'stolen', 'replaced') THEN 'revoked'
                                         ELSE 'superseded' END
 WHERE state NOT IN ('draft', 'superseded', 'revoked')
"""
_POINTS = """
UPDATE households_plate plate SET location = ST_SetSRID(ST_MakePoint(lng, lat), 4326)
  FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS read (token, lng, lat) WHERE plate.token = read.token
"""


def _read_plus_codes(apps: Any, schema_editor: Any) -> None:
    """Take the middle of the cell that a printed Plus Code names, at most 2 m from the point it was made of."""
    with schema_editor.connection.cursor() as cursor:
        last = ""
        while True:
            cursor.execute(
                "SELECT token, plus_code FROM households_plate WHERE token > %s ORDER BY token LIMIT 5000", [last]
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            read = [(token, openlocationcode.decode(code)) for token, code in rows if openlocationcode.isFull(code)]
            tokens = [token for token, _area in read]
            lngs = [area.longitudeCenter for _token, area in read]
            lats = [area.latitudeCenter for _token, area in read]
            cursor.execute(_POINTS, [tokens, lngs, lats])


class Migration(migrations.Migration):
    dependencies = [("households", "0036_plate_life")]

    operations = [
        migrations.RunSQL(_STATES, _STATES_BACK),
        migrations.RunPython(_read_plus_codes, migrations.RunPython.noop),
    ]

"""Draw soil units and zones for the tiles: `SoilShape` rows, made once whenever a map or a surface is written.

Whoever writes units or zones calls `draw_map` or `draw_surface` in the same transaction.
"""

from __future__ import annotations

from itertools import groupby

import shapely
from django.db import connection

from soil_map import coverage
from soil_map.models import SoilMapVersion, SoilShape, SoilUnit, Surface, Zone
from soil_map.models.shape import LEVELS

Row = tuple[object, str, bytes]
"""The key of a unit or zone, the group that it rather joins, its outline in EPSG:3857 as WKB."""

_UNITS = "SELECT id, symbol, ST_AsBinary(outline_3857) FROM soil_map_soilunit WHERE map_id = %s ORDER BY id"
_ZONES = """
    SELECT zone.id, zone.soil_class_id::text, ST_AsBinary(zone.outline_3857), class.scheme_id
      FROM soil_map_zone zone JOIN soil_map_soilclass class ON class.id = zone.soil_class_id
     WHERE zone.surface_id = %s ORDER BY class.scheme_id, zone.id
"""


def draw_map(soil_map: SoilMapVersion) -> None:
    """Draw the units of a soil map anew, however many there were before."""
    SoilShape.objects.filter(unit__in=SoilUnit.objects.filter(map=soil_map)).delete()
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [soil_map.pk])
        _draw("unit_id", cursor.fetchall())


def draw_surface(surface: Surface) -> None:
    """Draw the zones of a surface anew; those of each scheme fill the surveyed area by themselves."""
    SoilShape.objects.filter(zone__in=Zone.objects.filter(surface=surface)).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ZONES, [surface.pk])
        rows = cursor.fetchall()
    for _scheme, zones in groupby(rows, key=lambda row: row[3]):
        _draw("zone_id", [row[:3] for row in zones])


def _draw(column: str, rows: list[Row]) -> None:
    """Write the shapes of polygons that lie side by side; `column` is the one that names whose they are."""
    if not rows:
        return
    symbols = {symbol: number for number, symbol in enumerate(dict.fromkeys(row[1] for row in rows))}
    outlines = [shapely.from_wkb(bytes(row[2])) for row in rows]
    drawn = coverage.simplified(outlines, [symbols[row[1]] for row in rows], LEVELS)
    statement = f"COPY soil_map_soilshape ({column}, level, outline) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for level, shapes in drawn.items():
            for place, shape in shapes:
                text = shapely.to_wkb(shapely.set_srid(shape, 3857), hex=True, include_srid=True)
                copy.write_row((rows[place][0], level, text))

"""What a commune has already of what a file of polygons brings: its parcels, or the units of a soil map."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection

from mapping import crs
from mapping.errors import UserError
from mapping.models import Unit
from mapping.wording import gettext as _
from soil_map.importing.polygons.composition import Component
from soil_map.importing.polygons.meaning import Meaning
from soil_map.importing.polygons.planning import Commune, Standing
from soil_map.importing.polygons.rows import ParcelRow, Row, SoilRow
from soil_map.models import SoilImportKind, SoilMapVersion

_PARCELS = """
    SELECT id, version, sheet, number, land_use, ST_AsBinary(outline)
      FROM soil_map_parcel WHERE commune_id = %s ORDER BY id
"""
_UNITS = "SELECT id, version, symbol, ST_AsBinary(outline) FROM soil_map_soilunit WHERE map_id = %s ORDER BY id"
_COMPONENTS = """
    SELECT part.unit_id, part.name, part.percent, part.wrb_group
      FROM soil_map_soilcomponent part JOIN soil_map_soilunit unit ON unit.id = part.unit_id
     WHERE unit.map_id = %s ORDER BY part.percent DESC, part.name
"""


@dataclass(frozen=True, slots=True)
class Known:
    """The rows of the database, in the order of `standing`."""

    standing: Standing
    ids: list[uuid.UUID]
    versions: list[int]


def commune_of(unit: Unit) -> Commune:
    """The outline and zone of a commune. Raises UserError where it has none."""
    if unit.outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới nên chưa kiểm tra được tọa độ; hãy nạp ranh giới xã trước.")
            % {"commune": unit},
            code="no_outline",
        )
    return Commune(shapely.from_wkb(bytes(unit.outline.wkb)), unit.vn2000_srid)


def map_of(unit: Unit, meaning: Meaning) -> SoilMapVersion | None:
    """The soil map of the title that was said, None where it is new."""
    title = meaning.map.get("title", "")
    return SoilMapVersion.objects.filter(commune=unit, title=title).first() if title else None


def known_of(unit: Unit, kind: str, meaning: Meaning) -> Known:
    """What there is."""
    if kind == SoilImportKind.PARCELS:
        with connection.cursor() as cursor:
            cursor.execute(_PARCELS, [unit.pk])
            found = cursor.fetchall()
        rows: list[Row] = [ParcelRow(sheet, number, use) for _id, _version, sheet, number, use, _outline in found]
    else:
        found, rows = _units(map_of(unit, meaning))
    flat = np.empty(len(found), dtype=object)
    flat[:] = crs.to_zone(shapely.from_wkb([bytes(one[-1]) for one in found]), unit.vn2000_srid) if found else []
    return Known(Standing(rows, flat), [one[0] for one in found], [one[1] for one in found])


def _units(soil_map: SoilMapVersion | None) -> tuple[list[tuple], list[Row]]:  # type: ignore[type-arg]
    if soil_map is None:
        return [], []
    parts: dict[uuid.UUID, list[Component]] = {}
    groups: dict[uuid.UUID, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [soil_map.pk])
        found = cursor.fetchall()
        cursor.execute(_COMPONENTS, [soil_map.pk])
        for unit, name, percent, group in cursor.fetchall():
            parts.setdefault(unit, []).append(Component(name, percent))
            groups.setdefault(unit, group)
    return found, [SoilRow(symbol, tuple(parts.get(pk, ())), groups.get(pk, "")) for pk, _v, symbol, _o in found]

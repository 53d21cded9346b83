"""Which soil lies at a place: the unit of each soil map there with its components, in one statement."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from mapping import access
from mapping.access import Capability


@dataclass(frozen=True, slots=True)
class Component:
    """A soil and its share of the unit, as the map's legend names it."""

    name: str
    percent: float
    wrb: str

    @property
    def text(self) -> str:
        """As a sentence says it: "Đất xám 70 %"; a soil that fills the unit without a share."""
        return self.name if self.percent >= 100 else f"{self.name} {self.percent:g} %"


@dataclass(frozen=True, slots=True)
class UnitThere:
    """A soil unit and the map that it is of."""

    map_id: uuid.UUID
    title: str
    legend: str
    edition: str
    symbol: str
    area_m2: float
    components: tuple[Component, ...]


_AT = """
    SELECT map.id, map.title, map.legend, map.edition, unit.symbol, unit.area_m2,
           coalesce((SELECT json_agg(json_build_array(part.name, part.percent, part.wrb_group)
                                     ORDER BY part.percent DESC, part.name)
                       FROM soil_map_soilcomponent part WHERE part.unit_id = unit.id), '[]')
      FROM soil_map_soilunit unit JOIN soil_map_soilmapversion map ON map.id = unit.map_id,
           ST_Transform(ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326), 3857) AS place
     WHERE unit.outline_3857 && place AND ST_Intersects(unit.outline_3857, place)
       AND (map.published_at IS NOT NULL OR %(everywhere)s OR map.commune_id = ANY(%(communes)s))
     ORDER BY map.published_at DESC NULLS LAST, map.created_at DESC, map.id, unit.area_m2
"""


def at(lng: float, lat: float, user: Any) -> list[UnitThere]:
    """Return the unit of each soil map that the person may see there, the map published last first."""
    scope = access.scope_of(user, Capability.SEE_SOIL)
    params = {"lng": lng, "lat": lat, "everywhere": scope.everything, "communes": sorted(scope.unit_ids)}
    found: dict[uuid.UUID, UnitThere] = {}
    with connection.cursor() as cursor:
        cursor.execute(_AT, params)
        for *row, parts in cursor.fetchall():
            # Where outlines overlap, the smaller unit is the one that a reader means.
            found.setdefault(row[0], UnitThere(*row, tuple(Component(*part) for part in parts)))
    return list(found.values())

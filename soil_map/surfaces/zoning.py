"""The zones of a surface as rows: drawn when it is made, and later in the classes of a scheme that holds by then.

Zones of a scheme that no longer holds stay with their surface: they are right for it, and an approval may come back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as StoredPolygons
from django.db import transaction
from shapely.geometry import MultiPolygon

from mapping import crs
from soil_map import shapes, zones
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats
from soil_map.models import Campaign, Surface, Zone
from soil_map.schemes import UsedScheme
from soil_map.surfaces import reading, rezoning

_SMALLEST_ZONE: Final = 4  # cells: less is no more than the wiggle of a line


def draw(surface: Surface, schemes: Iterable[UsedScheme], values: Floats, grid: Grid, surveyed: MultiPolygon) -> None:
    """Write the zones of schemes and draw all zones of the surface for tiles, in the caller's transaction.

    `values` are (rows, columns) in the property's unit, NaN where there are none; `surveyed` is in metres of the zone.
    """
    smallest = _SMALLEST_ZONE * grid.cell**2
    for used in schemes:
        found = zones.zones_of(values, grid, used.limits, surveyed, smallest_m2=smallest)
        Zone.objects.bulk_create(
            Zone(
                surface=surface, soil_class=used.classes[zone.place], area_m2=zone.area_m2,
                outline=stored_polygons(zone.outline, surface.epsg),
            )
            for zone in found
        )  # fmt: skip
    shapes.draw_surface(surface)


@transaction.atomic
def draw_lacking(campaign: uuid.UUID, surface: uuid.UUID) -> bool:
    """Draw what a surface of a campaign lacks of the schemes in use, from its kept rasters; False where it lacks none.

    These end with the surveyed ground where the estimates went on for a cell and a half: along its edge, lines may lie
    otherwise by part of a cell than those that were drawn when it was made. The areas add up to the same.
    """
    # Whoever makes a surface holds the campaign too, and reads the schemes when it does: one of the two sees the other.
    if Campaign.objects.select_for_update(no_key=True).filter(pk=campaign).first() is None:
        return False  # deleted since, with its surfaces
    held = Surface.objects.select_for_update(of=("self",)).select_related(
        "method__property", "values_file", "open_values_file"
    )
    standing = held.filter(pk=surface).first()
    lacking = rezoning.lacking([standing]) if standing is not None else {}
    if standing is None or standing.surveyed is None or not lacking:
        return False
    values, grid = reading.values_of_zones(standing)
    surveyed = crs.to_zone(shapely.from_wkb(bytes(standing.surveyed.wkb)), standing.epsg)
    draw(standing, lacking[standing.pk], values, grid, surveyed)
    return True


def stored_polygons(polygons: MultiPolygon, epsg: int) -> StoredPolygons:
    """Polygons of a zone in EPSG:4326 as the database keeps them; common vertices stay common."""
    return GEOSGeometry(memoryview(shapely.to_wkb(crs.from_zone(polygons, epsg))), srid=4326)

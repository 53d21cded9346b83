"""Polygons of soil as tiles need them: in EPSG:3857, simplified for a band of zooms with the edges that they share."""

from __future__ import annotations

from typing import Final

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soil_map.models.soil_map_version import SoilUnit
from soil_map.models.surface import Zone

LEVELS: Final = (9, 11, 13, 15)
"""The highest zoom that each simplification is good for; above the last one the outline itself is drawn."""


class SoilShape(models.Model):
    """A soil unit or a zone for the zooms up to `level`."""

    unit = models.ForeignKey(SoilUnit, models.CASCADE, null=True, related_name="+")
    zone = models.ForeignKey(Zone, models.CASCADE, null=True, related_name="+")
    level = models.PositiveSmallIntegerField()
    outline = models.GeometryField(srid=3857, spatial_index=True)

    class Meta:
        verbose_name = _("nét khoanh đất")
        verbose_name_plural = _("nét khoanh đất")
        constraints = (
            models.UniqueConstraint(fields=("unit", "level"), name="unit_shape_once_a_level"),
            models.UniqueConstraint(fields=("zone", "level"), name="zone_shape_once_a_level"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True, zone__isnull=False) | Q(unit__isnull=False, zone__isnull=True),
                name="shape_of_unit_or_zone",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id or self.zone_id} ≤ {self.level}"

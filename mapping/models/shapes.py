"""Outlines of units as tiles need them: in EPSG:3857 and simplified for a band of zooms.

A trigger on the units (see the migration) keeps the rows, so that nobody who loads or draws a boundary has to
think of them: simplifying 166 communes for every tile would cost a hundred times what reading these does.
"""

from __future__ import annotations

from typing import Final

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from mapping.models.units import Unit

LEVELS: Final = (6, 8, 10, 12, 14)
"""The highest zoom that each simplification is good for; the last one serves all zooms above it as well."""


def level_for(zoom: int) -> int:
    """Return the level whose outlines a tile of `zoom` shows."""
    return next((level for level in LEVELS if level >= zoom), LEVELS[-1])


class UnitShape(models.Model):
    """The outline of a unit for the zooms up to `level`, true to half a pixel of a 512-pixel tile there."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    outline = models.GeometryField(srid=3857, spatial_index=True)
    label_at = models.PointField(srid=3857, spatial_index=False)

    class Meta:
        verbose_name = _("nét ranh giới")
        verbose_name_plural = _("nét ranh giới")
        constraints = (models.UniqueConstraint(fields=("unit", "level"), name="shape_once_a_level"),)

    def __str__(self) -> str:
        return f"{self.unit} ≤ {self.level}"

"""How many houses stand where, counted beforehand for the low zooms of the map.

A cell is an eighth of a tile's side. Triggers on the houses (see the migration) keep the counts within the
statement that changes a house, so a tile of a whole province reads some hundred rows and is never out of date.
Cells are kept by commune and village, so that a person's scope applies to them as it does to the houses.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

LEVELS: Final = range(8, 13)
"""The zooms that are counted for; above them the houses themselves are drawn."""

CELLS_BITS: Final = 3
"""A tile has 2³ × 2³ cells: cell x of level z lies in tile x >> 3."""


class HouseGridCell(models.Model):
    """Houses in use of one village (0: none) in one cell; their middle is (sum_x, sum_y) / houses, EPSG:3857."""

    pk = models.CompositePrimaryKey("level", "x", "y", "commune_id", "village_id")
    level = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    commune_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    houses = models.IntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()

    class Meta:
        verbose_name = _("ô đếm nhà")
        verbose_name_plural = _("ô đếm nhà")

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}: {self.houses}"

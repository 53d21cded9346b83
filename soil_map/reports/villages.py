"""Villages by Parker's nutrient index: is their soil low, medium or high in what was measured, by how many samples.

A summary wants about a sample for each two hectares; a village with fewer gets its index with that said beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from mapping import crs
from mapping.models import Unit
from mapping.wording import Sentence, decimal
from soil_map import areas
from soil_map.classes import digits_to_tell, level_of_index, nutrient_index
from soil_map.models import Campaign
from soil_map.reports.layers import LayerReport

HECTARES_A_SAMPLE: Final = 2.0


@dataclass(frozen=True, slots=True)
class VillageIndex:
    """A village in one layer: its index from 1 to 3, what that is called (LOW, MEDIUM, HIGH), samples it stands on."""

    index: float | None
    level: int
    count: int
    is_enough: bool

    @property
    def digits(self) -> int:
        """How many digits behind the mark show the index as what it is called: two, or more beside a limit."""
        return 2 if self.index is None else digits_to_tell(self.index, level_of_index, 2)

    @property
    def figure(self) -> Sentence | None:
        """The index as it stands beside its level; None of no samples."""
        return None if self.index is None else decimal(self.index, self.digits)


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village, or with an empty name what lies in none; `needed` samples would be enough."""

    name: str
    hectares: float | None
    needed: int | None
    cells: tuple[VillageIndex, ...]

    @property
    def samples(self) -> int:
        """The most samples that any layer has here."""
        return max((cell.count for cell in self.cells), default=0)

    @property
    def is_enough(self) -> bool:
        """Whether the samples are enough for a summary."""
        return self.needed is not None and self.samples >= self.needed


@dataclass(frozen=True, slots=True)
class VillageTable:
    """Villages by layers; a layer is there when a scheme says what is low and high."""

    layers: tuple[LayerReport, ...]
    rows: tuple[VillageRow, ...]

    @property
    def has_villages(self) -> bool:
        """Whether any sample lies in a village with an outline."""
        return any(row.name for row in self.rows)


def village_table(campaign: Campaign, reports: Sequence[LayerReport]) -> VillageTable:
    """Return the table of villages of today in their order; samples outside of all are a last row."""
    layers = tuple(one for one in reports if one.table is not None and one.values)
    villages = [
        village
        for village in Unit.objects.current().villages().filter(parent=campaign.commune_id).in_order()
        if village.outline is not None
    ]
    outlines = [shapely.from_wkb(bytes(village.outline.wkb)) for village in villages]
    levels = [_levels_by_village(layer, outlines) for layer in layers]
    rows = []
    for place in range(len(villages) + 1):
        village = villages[place] if place < len(villages) else None
        if village is None and not any(found[place] for found in levels):
            continue
        hectares = None
        if village is not None:
            area = village.area_m2 or crs.zone_area_m2(outlines[place], campaign.commune.vn2000_srid)
            hectares = area / areas.M2_A_HECTARE
        needed = None if hectares is None else max(1, math.ceil(hectares / HECTARES_A_SAMPLE))
        cells = tuple(_index(found[place], needed) for found in levels)
        rows.append(VillageRow(village.full_name if village is not None else "", hectares, needed, cells))
    return VillageTable(layers, tuple(rows))


def _index(levels: Sequence[int], needed: int | None) -> VillageIndex:
    index = nutrient_index(levels)
    is_enough = needed is not None and len(levels) >= needed
    return VillageIndex(index, 0 if index is None else level_of_index(index), len(levels), is_enough)


def _levels_by_village(layer: LayerReport, outlines: Sequence[shapely.Geometry]) -> list[list[int]]:
    """Levels of the samples in each village; a last list for those in none. On a common border the first has it."""
    found: list[list[int]] = [[] for _ in range(len(outlines) + 1)]
    table = layer.table
    if table is None:
        return found
    points = shapely.points([one.lng for one in layer.values], [one.lat for one in layer.values])
    own = np.full(len(points), len(outlines))
    if outlines:
        sample, village = shapely.STRtree(outlines).query(points, predicate="intersects")
        for at, where in sorted(zip(sample.tolist(), village.tolist(), strict=True), reverse=True):
            own[at] = where
    for one, where in zip(layer.values, own.tolist(), strict=True):
        found[where].append(table.used.class_of(one.value).level)
    return found

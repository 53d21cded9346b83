"""Layers of a campaign as tables: how much ground and how many samples are in each class, and what values there are."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from soil_map import areas, units
from soil_map.measured import Layer, Measured, layers_of, measured
from soil_map.models import Campaign, SoilClass, Surface, SurfaceState, Zone
from soil_map.schemes import UsedScheme, schemes_of
from soil_map.shown import Shown, shown_of
from soil_map.surfaces.freshness import stale
from soil_map.surfaces.openly import openly

AREA_DIGITS: Final = 2
_SAME_M2: Final = 1.0  # areas of zones and of the surveyed ground that differ by less are one area


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class: hectares and percent of the surveyed ground in it, samples in it. All columns add up as shown."""

    soil_class: SoilClass
    limits: str
    area_m2: float
    hectares: float
    percent: float
    samples: int
    sample_percent: float


@dataclass(frozen=True)
class ClassTable:
    """A layer in the classes of one scheme; where `has_areas` is False, samples alone count."""

    used: UsedScheme
    rows: tuple[ClassRow, ...]
    has_areas: bool
    total_hectares: float
    surveyed_hectares: float
    adds_up: bool
    """Whether the classes' areas are those of the surveyed ground."""
    lacks_zones: bool = False
    """Whether there is a surface, and its zones are those of a scheme that held before."""

    @property
    def samples(self) -> int:
        """Samples that were classed."""
        return sum(row.samples for row in self.rows)

    @property
    def largest(self) -> ClassRow | None:
        """The class with most ground, or with most samples."""
        rows = [row for row in self.rows if row.area_m2 > 0 or row.samples]
        return max(rows, key=lambda row: (row.area_m2, row.samples), default=None)


@dataclass(frozen=True, slots=True)
class Figures:
    """What values a layer has, in the unit that they are shown in."""

    count: int
    mean: float
    median: float
    deviation: float
    lowest: float
    highest: float
    below_detection: int


@dataclass(frozen=True)
class LayerReport:
    """A layer, what was measured, and the ground it was mapped over, if it was."""

    layer: Layer
    values: Sequence[Measured]
    surface: Surface | None
    refused: Surface | None
    """The last try, where no surface could be made: `surfaces.refusals` says why."""
    tables: tuple[ClassTable, ...]
    is_stale: bool = False
    """Whether samples have changed since the surface was computed."""

    @property
    def name(self) -> str:
        """The property, its method, its depth."""
        return name_of(self.layer)

    @property
    def property_name(self) -> str:
        """What was measured."""
        return str(self.layer.method.property)

    @property
    def method(self) -> str:
        """How it was measured."""
        return str(self.layer.method)

    @property
    def depth(self) -> str:
        """From where to where."""
        return _depth(self.layer)

    @property
    def unit(self) -> str:
        """The unit of all its figures as it is printed: the scheme's."""
        return str(units.unit_of(self.shown.unit))

    @property
    def shown(self) -> Shown:
        """How values are shown: limits of the scheme that is used stand beside them."""
        return shown_of(self.layer.method, self.table.used if self.table is not None else None)

    @property
    def decimals(self) -> int:
        """Decimals that figures are told with."""
        return self.shown.decimals

    @property
    def key(self) -> str:
        """A name for addresses and files: "ph_kcl_0-20"."""
        return key_of(self.layer)

    @property
    def table(self) -> ClassTable | None:
        """By the scheme that is used unless another is asked for."""
        return next(iter(self.tables), None)

    @property
    def figures(self) -> Figures | None:
        """None where no value may be told."""
        if not self.values:
            return None
        numbers = [self.shown.number(one.value) for one in self.values]
        return Figures(
            len(numbers), statistics.fmean(numbers), statistics.median(numbers),
            statistics.stdev(numbers) if len(numbers) > 1 else 0.0, min(numbers), max(numbers),
            sum(one.is_below_detection for one in self.values),
        )  # fmt: skip


def name_of(layer: Layer) -> str:
    """Return the property of a layer, its method, its depth."""
    return f"{layer.method.property} ({layer.method}, {_depth(layer)})"


def key_of(layer: Layer) -> str:
    """Return a name of a layer for addresses and files: "ph_kcl_0-20"."""
    return f"{layer.method.pk}_{layer.depth_from_cm:g}-{layer.depth_to_cm:g}"


def _depth(layer: Layer) -> str:
    return f"{layer.depth_from_cm:g}–{layer.depth_to_cm:g} cm"


def layer_reports(campaign: Campaign, *, exactly: bool) -> list[LayerReport]:
    """Return the layers of a campaign; values of private samples are among them only when told `exactly`."""
    surfaces = _surfaces(campaign, exactly=exactly)
    made = [one.pk for one, _ in surfaces.values() if one is not None]
    zones, old = _zone_areas(made), stale(made, exactly=exactly)
    found = []
    for layer in layers_of(campaign):
        values = [
            one
            for one in measured(campaign, layer.method.pk, layer.depth_from_cm, layer.depth_to_cm)
            if exactly or not one.is_private
        ]
        surface, refused = surfaces.get((layer.method.pk, layer.depth_from_cm, layer.depth_to_cm), (None, None))
        tables = tuple(
            _table(used, values, surface, zones[surface.pk].get(used.scheme.pk, {}) if surface is not None else {})
            for used in schemes_of(layer.method)
        )
        is_stale = surface is not None and surface.pk in old
        found.append(LayerReport(layer, values, surface, refused, tables, is_stale))
    return found


def limits_text(used: UsedScheme, place: int) -> str:
    """Return the limits of a class in its scheme's unit: "từ 4 đến dưới 6"."""
    lower = used.classes[place].lower
    upper = used.classes[place + 1].lower if place + 1 < len(used.classes) else None
    if lower is None and upper is None:
        return ""
    if lower is None:
        return _("dưới %(upper)s") % {"upper": _limit(upper)}
    if upper is None:
        return _("từ %(lower)s") % {"lower": _limit(lower)}
    return _("%(lower)s đến dưới %(upper)s") % {"lower": _limit(lower), "upper": _limit(upper)}


def _limit(value: float | None) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    digits = len(text.partition(".")[2])
    return number_format(value, decimal_pos=digits, force_grouping=False)


def _surfaces(
    campaign: Campaign, *, exactly: bool
) -> dict[tuple[str, float, float], tuple[Surface | None, Surface | None]]:
    """Of each layer the last surface that was made, else the last try that made none."""
    found: dict[tuple[str, float, float], tuple[Surface | None, Surface | None]] = {}
    rows = campaign.surfaces.filter(state__in=(SurfaceState.MADE, SurfaceState.REFUSED)).order_by("-created_at")
    of = ("method__property", "campaign__commune", "values_file", "deviations_file", "open_values_file")
    for surface in rows.select_related(*of, "open_deviations_file"):
        surface = surface if exactly else openly(surface)
        key = (surface.method_id, surface.depth_from_cm, surface.depth_to_cm)
        made, refused = found.get(key, (None, None))
        if surface.state == SurfaceState.MADE:
            found[key] = (made or surface, None)
        elif made is None:
            found[key] = (None, refused or surface)
    return found


def _zone_areas(surfaces: Sequence[object]) -> dict[object, dict[int, dict[int, float]]]:
    """Areas by surface, scheme and class."""
    found: dict[object, dict[int, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = Zone.objects.filter(surface__in=surfaces).values_list(
        "surface_id", "soil_class__scheme_id", "soil_class_id", "area_m2"
    )
    for surface, scheme, soil_class, area in rows:
        found[surface][scheme][soil_class] = area
    return found


def _table(
    used: UsedScheme, values: Sequence[Measured], surface: Surface | None, zone_areas: dict[int, float]
) -> ClassTable:
    counts = Counter(used.class_of(one.value).pk for one in values)
    sizes = [zone_areas.get(one.pk, 0.0) for one in used.classes]
    samples = [counts[one.pk] for one in used.classes]
    whole = math.fsum(sizes)
    surveyed = surface.surveyed_m2 if surface is not None and surface.surveyed_m2 is not None else whole
    adds_up = abs(whole - surveyed) < _SAME_M2
    hectares = areas.hectares(sizes, AREA_DIGITS, surveyed if adds_up else None)
    shares, sample_shares = areas.percents(sizes), areas.percents(samples)
    rows = tuple(
        ClassRow(one, limits_text(used, at), sizes[at], hectares[at], shares[at], samples[at], sample_shares[at])
        for at, one in enumerate(used.classes)
    )
    total = round(math.fsum(hectares), AREA_DIGITS)
    return ClassTable(
        used, rows, bool(zone_areas), total, round(surveyed / areas.M2_A_HECTARE, AREA_DIGITS), adds_up,
        lacks_zones=surface is not None and not zone_areas,
    )  # fmt: skip

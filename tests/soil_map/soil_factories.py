"""Plain factories of the soil map: each makes one valid row and returns it. Everything here is invented."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from mapping import crs
from mapping.models import Unit
from soil_map.models import (
    Campaign,
    Parcel,
    Result,
    Sample,
    SamplingSite,
    SoilComponent,
    SoilMapVersion,
    SoilUnit,
)
from tests.factories import CENTRE

_numbers = itertools.count(1)


def begin() -> None:
    """Count the sites of a test from the first, whatever ran before it: they are ordered by their codes."""
    global _numbers
    _numbers = itertools.count(1)


def campaign(of: Unit, name: str = "Đợt 2025", *, is_published: bool = False, **fields: Any) -> Campaign:
    """A campaign of the commune."""
    fields.setdefault("started_on", datetime.date(2025, 3, 1))
    fields.setdefault("published_at", timezone.now() if is_published else None)
    return Campaign.objects.create(commune=of, name=name, **fields)


def site(of: Unit, lng: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any) -> SamplingSite:
    """A sampling site, by default in the middle of the commune."""
    fields.setdefault("code", f"D{next(_numbers):04d}")
    return SamplingSite.objects.create(commune=of, location=Point(lng, lat, srid=4326), **fields)


def sample(of: Campaign, at: SamplingSite | None = None, **values: float) -> Sample:
    """A sample of 0–20 cm with a result for each method named: `sample(campaign, ph_kcl=5.2)`."""
    made = Sample.objects.create(campaign=of, site=at or site(of.commune), sampled_on=of.started_on)
    for method, value in values.items():
        result(made, method, value)
    return made


def result(of: Sample, method: str, value: float, **fields: Any) -> Result:
    """What the laboratory found, in the property's canonical unit."""
    fields.setdefault("written", f"{value:g}")
    return Result.objects.create(sample=of, method_id=method, value=value, **fields)


def grid_of_samples(of: Campaign, method: str, side: int = 7, step: float = 0.004) -> list[Sample]:
    """side² samples in a square grid around the middle of the commune whose values rise to the north-east."""
    made = []
    for row in range(side):
        for column in range(side):
            shift = (side - 1) / 2
            at = site(of.commune, CENTRE[0] + (column - shift) * step, CENTRE[1] + (row - shift) * step)
            made.append(
                sample(
                    of,
                    at,
                    **{method: 4.0 + 2.5 * (row + column) / (2 * side - 2) + 0.1 * ((row * 7 + column * 3) % 5) / 5},
                )
            )
    return made


def box(lng: float, lat: float, half: float) -> MultiPolygon:
    """A square around a point."""
    return MultiPolygon(Polygon.from_bbox((lng - half, lat - half, lng + half, lat + half)), srid=4326)


def parcel(of: Unit, sheet: str = "12", number: str = "345", lng: float = CENTRE[0], lat: float = CENTRE[1]) -> Parcel:
    """A parcel of some 50 × 50 m."""
    outline = box(lng, lat, 0.00025)
    return Parcel.objects.create(
        commune=of, sheet=sheet, number=number, land_use="LUC", outline=outline, area_m2=area_m2(outline, of)
    )


def soil_map(of: Unit, title: str = "Bản đồ đất 2005", *, is_published: bool = False) -> SoilMapVersion:
    """A soil map of two units that share an edge: west alluvial, east acrisol with a third of another."""
    made = SoilMapVersion.objects.create(
        commune=of,
        title=title,
        legend="Phân loại đất Việt Nam 1:1.000.000",
        edition="1976",
        published_at=timezone.now() if is_published else None,
    )
    lng, lat = CENTRE
    halves = (
        ("Pg", (lng - 0.01, lat - 0.01, lng, lat + 0.01), (("Đất phù sa glây", 100.0, "Fluvisols"),)),
        ("Xf", (lng, lat - 0.01, lng + 0.01, lat + 0.01), (("Đất xám", 70.0, "Acrisols"), ("Đất tầng mỏng", 30.0, ""))),
    )
    for symbol, bounds, parts in halves:
        outline = MultiPolygon(Polygon.from_bbox(bounds), srid=4326)
        unit = SoilUnit.objects.create(map=made, symbol=symbol, outline=outline, area_m2=area_m2(outline, of))
        for name, percent, group in parts:
            SoilComponent.objects.create(unit=unit, name=name, percent=percent, wrb_group=group)
    return made


def area_m2(outline: MultiPolygon, of: Unit) -> float:
    """Area in the zone of the commune."""
    import shapely

    return crs.zone_area_m2(shapely.from_wkb(bytes(outline.wkb)), of.vn2000_srid)

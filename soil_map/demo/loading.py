"""Write the demo's soil into the demo commune: samples of two campaigns, the soil map, parcels, all marked as invented.

Rows of the demo are known by their ids, which are the same at every run, so that what others added beside them stays.
"""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from typing import Any, Final

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping import crs
from mapping.models import Unit
from soil_map import shapes
from soil_map.demo import fields, laboratory_sheet, land, sampling, soils
from soil_map.demo.sampling import DemoCampaign, DemoSample, DemoSite
from soil_map.measured import layers_of
from soil_map.models import (
    Campaign,
    Parcel,
    Result,
    Sample,
    SamplingSite,
    SoilComponent,
    SoilMapVersion,
    SoilUnit,
    Surface,
    SurfaceState,
)
from soil_map.surfaces import making

SHEET: Final = "phieu-phan-tich-dat.xlsx"
_FIRST_ID_MS: Final = 1_767_000_000_000  # days before ids of real work
_BATCH: Final = 1000
_CELL_M: Final = 20
"""Of the surfaces: fine enough to look at, and all of them take a few seconds."""


def write(commune: Unit, folder: Path, reset: bool) -> list[str]:
    """Give the commune its invented soil, once or with `reset` anew, and a sheet to import.

    Returns what was done as sentences. A commune with a soil map or samples of its own keeps them as they are.
    """
    outline = shapely.from_wkb(bytes(commune.outline.wkb))
    flat = land.metres(max(shapely.get_parts(outline), key=shapely.area), commune.vn2000_srid)
    sheet = folder / SHEET
    rows = laboratory_sheet.write(sheet, flat, commune.vn2000_srid)
    told = [_("Phiếu phân tích đất để thử nhập, %(rows)d dòng: %(file)s") % {"rows": rows, "file": sheet}]
    own = (Campaign.objects.filter(commune=commune), SoilMapVersion.objects.filter(commune=commune))
    if any(one.filter(is_invented=False).exists() for one in own):
        return [*told, _("Xã đã có số liệu đất thật nên bản minh họa không thêm mẫu đất.")]
    if own[0].filter(is_invented=True).exists() and not reset:
        return [*told, _("Mẫu đất minh họa đã có nên giữ nguyên; --reset tạo lại.")]
    with transaction.atomic():
        samples, units, parcels = _write(commune, flat)
    made, refused = _make_surfaces(commune)
    told.append(
        _("Đã tạo %(samples)d mẫu đất của hai đợt, %(units)d khoanh đất và %(parcels)d thửa minh họa.")
        % {"samples": samples, "units": units, "parcels": parcels}
    )
    told.append(
        _("Đã nội suy %(made)d lớp; %(refused)d lớp quá ít điểm nên chỉ vẽ điểm.") % {"made": made, "refused": refused}
    )
    return told


def _make_surfaces(commune: Unit) -> tuple[int, int]:
    """A surface of every layer of the demo's campaigns: how many were made, and how many refused."""
    made = refused = 0
    for number in range(sampling.CAMPAIGNS):
        campaign = Campaign.objects.select_related("commune").get(pk=_id("campaign", number))
        for layer in layers_of(campaign):
            surface = Surface.objects.create(
                campaign=campaign,
                method=layer.method,
                depth_from_cm=layer.depth_from_cm,
                depth_to_cm=layer.depth_to_cm,
                epsg=commune.vn2000_srid,
                cell_m=_CELL_M,
            )
            state = making.make(surface).state
            made += state == SurfaceState.MADE
            refused += state == SurfaceState.REFUSED
    return made, refused


def _write(commune: Unit, flat: shapely.Polygon) -> tuple[int, int, int]:
    """All rows; how many samples, soil units and parcels."""
    zone = commune.vn2000_srid
    drawn_parcels = fields.parcels()
    parcels = [
        Parcel(
            id=_id("parcel", place),
            commune=commune,
            sheet=parcel.sheet,
            number=parcel.number,
            land_use=parcel.land_use,
            **_outline(parcel.outline, zone),
        )
        for place, parcel in enumerate(drawn_parcels)
    ]
    _put(Parcel, parcels)
    placed = sampling.sites(flat, drawn_parcels)
    sites = [_site(commune, place, site) for place, site in enumerate(placed)]
    _put(SamplingSite, sites)
    samples = 0
    for number, campaign in enumerate(sampling.campaigns(placed)):
        samples += _write_campaign(commune, number, campaign, placed, sites, parcels)
    return samples, _write_map(commune, soils.units(flat)), len(parcels)


def _write_campaign(
    commune: Unit,
    number: int,
    drawn: DemoCampaign,
    placed: tuple[DemoSite, ...],
    sites: list[SamplingSite],
    parcels: list[Parcel],
) -> int:
    campaign = Campaign(
        id=_id("campaign", number),
        commune=commune,
        name=drawn.name,
        started_on=drawn.started_on,
        ended_on=drawn.ended_on,
        laboratory=drawn.laboratory,
        note=drawn.note,
        is_invented=True,
        published_at=timezone.now(),
    )
    _put(Campaign, [campaign])
    samples = []
    for place, bag in enumerate(drawn.samples):
        parcel = placed[bag.site].parcel
        samples.append(
            _sample(
                _id(f"sample {number}", place),
                campaign,
                sites[bag.site],
                bag,
                None if parcel is None else parcels[parcel],
            )
        )
    _put(Sample, samples)
    results = [
        Result(
            id=_id(f"result {number}", place * 100 + which),
            sample=sample,
            method_id=one.method,
            written=one.written,
            written_unit=one.unit,
            value=one.value,
            is_below_detection=one.is_below_detection,
        )
        for place, (sample, bag) in enumerate(zip(samples, drawn.samples, strict=True))
        for which, one in enumerate(bag.results)
    ]
    _put(Result, results)
    return len(samples)


def _sample(pk: uuid.UUID, campaign: Campaign, site: SamplingSite, bag: DemoSample, parcel: Parcel | None) -> Sample:
    return Sample(
        id=pk,
        campaign=campaign,
        site=site,
        parcel=parcel,
        laboratory_code=bag.laboratory_code,
        depth_from_cm=bag.depth_cm[0],
        depth_to_cm=bag.depth_cm[1],
        composite_count=bag.composite_count,
        sampled_on=bag.sampled_on,
        is_private=bag.is_private,
    )


def _site(commune: Unit, place: int, site: DemoSite) -> SamplingSite:
    zone = commune.vn2000_srid
    point = land.degrees(shapely.Point(site.east, site.north), zone)
    east, north = (float(one[0]) for one in crs.from_lonlat(zone, [point.x], [point.y]))
    return SamplingSite(
        id=_id("site", place),
        commune=commune,
        code=site.code,
        location=_geos(point),
        # As survey sheets write them: X is the northing.
        written_x=f"{north:.2f}".replace(".", ","),
        written_y=f"{east:.2f}".replace(".", ","),
        written_epsg=zone,
        accuracy_m=5.0,
    )


def _write_map(commune: Unit, drawn: tuple[soils.DemoUnit, ...]) -> int:
    soil_map = SoilMapVersion(
        id=_id("map", 0),
        commune=commune,
        title=soils.TITLE,
        legend=soils.LEGEND,
        edition=soils.EDITION,
        scale=soils.SCALE,
        surveyed_in=soils.SURVEYED_IN,
        source=sampling.NOTE,
        is_invented=True,
        published_at=timezone.now(),
    )
    _put(SoilMapVersion, [soil_map])
    units = [
        SoilUnit(id=_id("unit", place), map=soil_map, symbol=unit.symbol, **_outline(unit.outline, commune.vn2000_srid))
        for place, unit in enumerate(drawn)
    ]
    _put(SoilUnit, units)
    _put(
        SoilComponent,
        [
            SoilComponent(
                id=_id("component", place * 10 + which),
                unit=unit,
                percent=part.percent,
                name=part.name,
                wrb_group=part.wrb_group,
            )
            for place, unit in enumerate(units)
            for which, part in enumerate(drawn[place].components)
        ],
    )
    shapes.draw_map(soil_map)
    return len(units)


def _put(model: Any, rows: list[Any]) -> None:
    """Write rows, or put them back as they were where their ids are known; versions rise."""
    versions = dict(model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "version"))
    for row in rows:
        row.version = versions.get(row.pk, 0) + 1
    renewed = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.GeneratedField) and field.name != "created_at"
    ]
    model.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=renewed
    )


def _outline(polygon: shapely.Polygon, zone: int) -> dict[str, Any]:
    there = land.degrees(polygon, zone)
    return {"outline": MultiPolygon(_geos(there), srid=crs.WGS84), "area_m2": crs.zone_area_m2(there, zone)}


def _geos(geometry: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=crs.WGS84)


def _id(kind: str, place: int) -> uuid.UUID:
    """A UUIDv7 that is the same at every run."""
    rng = random.Random(f"{kind} {place}")  # noqa: S311 - fixed on purpose
    bits = (_FIRST_ID_MS + place) << 80 | 7 << 76 | rng.getrandbits(12) << 64
    return uuid.UUID(int=bits | 2 << 62 | rng.getrandbits(62))

"""What is there before a laboratory sheet is brought in, and the reference rows by which it is read."""

from __future__ import annotations

import math

from django.contrib.gis.db.models.functions import PointOnSurface

from mapping import crs
from soil_map.importing.laboratory.meaning import MethodInfo, PropertyInfo
from soil_map.importing.laboratory.planning import (
    KnownFigure,
    KnownParcel,
    KnownSample,
    KnownSite,
    Standing,
    bare_number,
)
from soil_map.models import Campaign, Method, Parcel, Result, Sample, SamplingSite


def methods_known() -> dict[str, MethodInfo]:
    """The methods of the reference rows by key, in their order; names in the reader's language."""
    return {
        one.key: MethodInfo(
            one.key,
            one.name,
            PropertyInfo(
                one.property.key,
                one.property.name,
                one.property.unit,
                one.property.lowest,
                one.property.highest,
                one.property.decimals,
            ),
        )
        for one in Method.objects.select_related("property").order_by("property__rank", "key")
    }


def standing_of(campaign: Campaign, *, with_parcels: bool) -> Standing:
    """The sites of the campaign's commune, its samples and their results; its parcels where a sheet names some."""
    commune = campaign.commune
    zone = commune.vn2000_srid or crs.zone_for_longitude(commune.outline.centroid.x)
    sites = {
        code: KnownSite(str(pk), location.x, location.y)
        for pk, code, location in SamplingSite.objects.filter(commune=commune).values_list("pk", "code", "location")
    }
    samples = {
        (str(site), (top, bottom)): KnownSample(
            str(pk), None if parcel is None else str(parcel), laboratory_code, composite, sampled_on, is_private
        )
        for pk, site, top, bottom, parcel, laboratory_code, composite, sampled_on, is_private in Sample.objects.filter(
            campaign=campaign
        ).values_list(
            "pk", "site_id", "depth_from_cm", "depth_to_cm", "parcel_id", "laboratory_code", "composite_count",
            "sampled_on", "is_private",
        )
    }  # fmt: skip
    figures = {
        (str(sample), method, replicate): KnownFigure(str(pk), written, unit, value, is_below)
        for pk, sample, method, replicate, written, unit, value, is_below in Result.objects.filter(
            sample__campaign=campaign
        ).values_list(
            "pk", "sample_id", "method_id", "replicate", "written", "written_unit", "value", "is_below_detection"
        )
    }
    return Standing(
        zone=zone, sites=sites, parcels=_parcels(campaign) if with_parcels else {}, samples=samples, figures=figures,
        campaign=(campaign.started_on, campaign.ended_on),
    )  # fmt: skip


def _parcels(campaign: Campaign) -> dict[tuple[str, str], KnownParcel]:
    """By sheet and number; the point lies in the field, and it reaches as far as a circle of its area would."""
    rows = Parcel.objects.filter(commune=campaign.commune).annotate(middle=PointOnSurface("outline"))
    return {
        (bare_number(sheet), bare_number(number)): KnownParcel(
            str(pk), round(middle.x, 9), round(middle.y, 9), round(math.sqrt(area / math.pi), 1)
        )
        for pk, sheet, number, area, middle in rows.values_list("pk", "sheet", "number", "area_m2", "middle")
    }

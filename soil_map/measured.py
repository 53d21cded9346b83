"""What was measured in a campaign: one value for each sample, its replicates averaged, and which layers there are."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import connection

from soil_map.models import Campaign, Method


@dataclass(frozen=True, slots=True)
class Measured:
    """A sample's value by one method, in the property's canonical unit, and where it was taken (EPSG:4326)."""

    sample_id: uuid.UUID
    site_id: uuid.UUID
    code: str
    lng: float
    lat: float
    value: float
    is_below_detection: bool
    """True only where every replicate was below detection."""
    is_private: bool
    sampled_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class Layer:
    """What can be looked at as one map: a method, a depth, and how many samples there are."""

    method: Method
    depth_from_cm: float
    depth_to_cm: float
    count: int


_MEASURED = """
    SELECT sample.id, site.id, site.code, ST_X(site.location), ST_Y(site.location), avg(result.value),
           bool_and(result.is_below_detection), sample.is_private, sample.sampled_on
      FROM soil_map_sample sample
      JOIN soil_map_samplingsite site ON site.id = sample.site_id
      JOIN soil_map_result result ON result.sample_id = sample.id AND result.method_id = %(method)s
     WHERE sample.campaign_id = %(campaign)s
       AND sample.depth_from_cm = %(top)s AND sample.depth_to_cm = %(bottom)s
     GROUP BY sample.id, site.id
     ORDER BY sample.id
"""
_LAYERS = """
    SELECT result.method_id, sample.depth_from_cm, sample.depth_to_cm, count(DISTINCT sample.id)
      FROM soil_map_sample sample JOIN soil_map_result result ON result.sample_id = sample.id
     WHERE sample.campaign_id = %(campaign)s GROUP BY 1, 2, 3
"""


def measured(campaign: Campaign, method_key: str, depth_from_cm: float, depth_to_cm: float) -> list[Measured]:
    """Return the samples of a layer by id: exact places and private ones too, so callers decide who may see what."""
    params = {"campaign": campaign.pk, "method": method_key, "top": depth_from_cm, "bottom": depth_to_cm}
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, params)
        return [Measured(*row) for row in cursor.fetchall()]


def layers_of(campaign: Campaign) -> list[Layer]:
    """Return the layers of a campaign in the order of their properties, the upper depth first."""
    with connection.cursor() as cursor:
        cursor.execute(_LAYERS, {"campaign": campaign.pk})
        rows = cursor.fetchall()
    methods = Method.objects.select_related("property").in_bulk({row[0] for row in rows})
    layers = [Layer(methods[key], top, bottom, count) for key, top, bottom, count in rows]
    return sorted(layers, key=lambda one: (one.method.property.rank, one.method.pk, one.depth_from_cm, one.depth_to_cm))

"""What there is to see of a commune's soil, for somebody: maps, campaigns and their layers, crops. Plain JSON.

The page draws its choices from it, and every address that it names answers the same person.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from mapping.models import Unit
from soil_map import rule_terms
from soil_map.measured import Layer, layers_of
from soil_map.models import Campaign, Crop, DoseRule, SoilMapVersion, Surface, SurfaceState, Zone
from soil_map.privacy import sees_exactly
from soil_map.schemes import UsedScheme, scheme_of_all
from soil_map.shown import Shown, shown_of
from soil_map.soil_colours import colours_of
from soil_map.surfaces import pictures
from soil_map.surfaces.freshness import stale
from soil_map.viewing import telling
from soil_map.viewing.standing import standing

USUAL_TARGET_T: Final = 6.0
"""Tonnes of paddy a hectare that the page offers where a rule asks for a target: what a season brings here."""

_SYMBOLS: Final = """
    WITH soil AS (
        SELECT symbol, sum(area_m2) AS area_m2, (array_agg(id ORDER BY area_m2 DESC, id))[1] AS largest
          FROM soil_map_soilunit WHERE map_id = %s GROUP BY symbol
    )
    SELECT soil.symbol, soil.area_m2, coalesce(main.name, ''), coalesce(main.wrb_group, '')
      FROM soil LEFT JOIN LATERAL (
           SELECT name, wrb_group FROM soil_map_soilcomponent part
            WHERE part.unit_id = soil.largest ORDER BY percent DESC, name LIMIT 1) main ON true
     ORDER BY soil.area_m2 DESC, soil.symbol
"""


def communes(user: Any) -> list[Unit]:
    """Return the communes of which the person may see anything, by name; without outlines."""
    there = Q(pk__in=Campaign.objects.for_user(user).values("commune")) | Q(
        pk__in=SoilMapVersion.objects.for_user(user).values("commune")
    )
    return list(Unit.objects.current().communes().filter(there).defer("outline").order_by("name", "code"))


def catalogue(user: Any, commune: Unit) -> dict[str, Any]:
    """Return what the person may see of the commune."""
    outline = commune.outline
    campaigns = list(Campaign.objects.for_user(user).filter(commune=commune))
    surfaces = standing(campaigns, exactly=sees_exactly(user, commune))
    areas = _areas([one for one in surfaces.values() if one.state == SurfaceState.MADE])
    old = stale([one.pk for one in surfaces.values()], exactly=sees_exactly(user, commune))
    layers = {campaign.pk: layers_of(campaign) for campaign in campaigns}
    schemes = scheme_of_all({layer.method.pk for of in layers.values() for layer in of})

    def layer_json(campaign: Campaign, layer: Layer) -> dict[str, Any]:
        key = layer.method.pk
        depth = (layer.depth_from_cm, layer.depth_to_cm)
        surface = surfaces.get((campaign.pk, key, depth))
        found = _layer(layer, schemes[key], surface)
        if surface and found["surface"]:
            found["surface"]["is_stale"] = surface.pk in old
        if surface and found["surface"] and found["scheme"]:
            by_rank = areas.get((surface.pk, found["scheme"]["id"]), {})
            found["surface"]["lacks_zones"] = not by_rank
            for one in found["scheme"]["classes"]:
                one["area_ha"] = by_rank.get(one["rank"], 0.0) if by_rank else None
        return found

    return {
        "commune": {
            "code": commune.code,
            "name": commune.full_name,
            "bounds": [round(one, 6) for one in outline.extent] if outline else None,
        },
        "communes": [{"code": one.code, "name": one.full_name} for one in communes(user)],
        "maps": [_map(one) for one in SoilMapVersion.objects.for_user(user).filter(commune=commune)],
        "campaigns": [
            {
                "id": str(campaign.pk),
                "name": campaign.name,
                "started_on": campaign.started_on.isoformat(),
                "is_invented": campaign.is_invented,
                "is_published": campaign.is_published,
                "layers": [layer_json(campaign, layer) for layer in layers[campaign.pk]],
            }
            for campaign in campaigns
        ],
        "crops": _crops(),
    }


def _map(soil_map: SoilMapVersion) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_SYMBOLS, [soil_map.pk])
        rows = cursor.fetchall()
    colours = colours_of((symbol, group, name) for symbol, _area, name, group in rows)
    return {
        "id": str(soil_map.pk),
        "title": soil_map.title,
        "legend": soil_map.legend,
        "edition": soil_map.edition,
        "is_invented": soil_map.is_invented,
        "is_published": soil_map.is_published,
        "symbols": [
            {"symbol": symbol, "colour": colours[symbol], "soil": name, "area_ha": round(area / 10_000, 2)}
            for symbol, area, name, _group in rows
        ],
    }


def _layer(layer: Layer, used: UsedScheme | None, surface: Surface | None) -> dict[str, Any]:
    measured, shown = layer.method.property, shown_of(layer.method, used)
    return {
        "method": layer.method.pk,
        "method_name": layer.method.name,
        "property": measured.pk,
        "property_name": measured.name,
        "unit": telling.unit_text(shown.unit),
        "decimals": shown.decimals,
        "depth": [layer.depth_from_cm, layer.depth_to_cm],
        "samples": layer.count,
        "scheme": telling.scheme_json(used),
        "surface": _surface(surface, shown) if surface else None,
        "refusal": telling.why_no_surface(surface) or None,
    }


def _areas(surfaces: list[Surface]) -> dict[tuple[uuid.UUID, int], dict[int, float]]:
    """Hectares of the classes that have any, by surface and scheme, and by rank."""
    rows = Zone.objects.filter(surface__in=[one.pk for one in surfaces]).values_list(
        "surface", "soil_class__scheme", "soil_class__rank", "area_m2"
    )
    found: dict[tuple[uuid.UUID, int], dict[int, float]] = defaultdict(dict)
    for surface, scheme, rank, area in rows:
        found[surface, scheme][rank] = round(area / 10_000, 2)
    return found


def _surface(surface: Surface, shown: Shown) -> dict[str, Any] | None:
    if surface.state != SurfaceState.MADE or surface.values_file_id is None:
        return None
    best = next((one for one in surface.tried or [] if one.get("shape") == surface.shown), {})
    return {
        "id": str(surface.pk),
        "value_url": reverse("soil_surface_value_png", args=[surface.pk]),
        "deviation_url": reverse("soil_surface_deviation_png", args=[surface.pk]),
        "bounds": surface.model.get("bounds"),
        "low": _number(surface.model.get("low"), shown),
        "high": _number(surface.model.get("high"), shown),
        "ramp": [pictures.hex_of(one) for one in pictures.VALUE_RAMP],
        "rmse": _number(best.get("rmse"), shown),
        "explained": best.get("explained"),
        "page": reverse("soil_surface", args=[surface.pk]),
    }


def _number(value: float | None, shown: Shown) -> float | None:
    return None if value is None else shown.number(value)


def _crops() -> list[dict[str, Any]]:
    with_target = set(DoseRule.objects.filter(kind__in=rule_terms.NEEDS_TARGET).values_list("crop", flat=True))
    return [
        {"key": crop.pk, "name": crop.name, "target": USUAL_TARGET_T if crop.pk in with_target else None}
        for crop in Crop.objects.all()
    ]

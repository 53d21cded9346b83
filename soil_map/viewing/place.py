"""What is known of the soil at a place: the answer to a tap on the map, as plain JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from mapping.models import Unit
from soil_map import advising, audit_trail
from soil_map.advised import Refusal
from soil_map.models import Campaign, Method, Surface, SurfaceState
from soil_map.privacy import sees_exactly
from soil_map.schemes import UsedScheme, scheme_of, scheme_of_all
from soil_map.shown import Shown, shown_of
from soil_map.surfaces import reading
from soil_map.surfaces.reading import Estimate
from soil_map.viewing import asked, soils, telling
from soil_map.viewing.asked import Depth
from soil_map.viewing.nearest import nearest
from soil_map.viewing.standing import Key, standing
from soil_map.wishes import yields_of

Json = dict[str, Any]


@dataclass(frozen=True)
class _Told:
    """What a surface tells at the place, and how it is classed."""

    surface: Surface
    estimate: Estimate
    scheme: UsedScheme | None

    @property
    def shown(self) -> Shown:
        """The unit that it is told in."""
        return shown_of(self.surface.method, self.scheme)


def at(user: Any, query: Mapping[str, str]) -> Json | None:
    """Return what is known at `lng`, `lat` of the query's campaign, method and depth, and of its crop.

    For a crop `target` is the yield that is aimed at and `zero_k` that of a plot without potassium, tonnes a hectare.
    None where a campaign is asked for that the person may not see. Raises UserError for what is no place or no number.
    """
    lng, lat = asked.place_of(query)
    yields = yields_of(query)
    layer = asked.layer_of(user, query)
    if layer is None and query.get("campaign"):
        return None
    answer: Json = {
        "commune": _commune(layer[0].commune if layer else None, lng, lat),
        "soil": _soil(user, query, lng, lat),
        "estimate": None, "why_not": None, "class": None, "others": [], "nearest": None, "history": [], "needs": None,
    }  # fmt: skip
    if layer is None:
        answer["why_not"] = _("Hãy chọn đợt điều tra và chỉ tiêu để xem giá trị ở đây.")
        return answer
    campaign, method, depth = layer
    is_outside = _is_outside(campaign.commune, lng, lat)
    exactly = sees_exactly(user, campaign.commune)
    campaigns = _of_commune(user, campaign)
    surfaces = standing(campaigns, only=Q(campaign=campaign) | Q(method__property=method.property_id), exactly=exactly)
    told = _told(surfaces, lng, lat, exactly=exactly)
    key = (campaign.pk, method.pk, depth)
    here = told.get(key)
    answer["why_not"] = None if here else _why_not(surfaces.get(key))
    if here is None and is_outside:
        answer["why_not"] = _("Nơi này ở ngoài %(commune)s, ngoài phạm vi mà các điểm lấy mẫu cho biết.") % {
            "commune": campaign.commune.full_name
        }
    if here is not None:
        answer["estimate"], answer["class"] = _estimate(here), telling.class_json(here.scheme, here.estimate.value)
    of_campaign = [one for one in told.values() if one.surface.campaign_id == campaign.pk]
    answer["others"] = [_other(one) for one in of_campaign if one is not here]
    if not is_outside:
        answer["nearest"] = _nearest(campaign, method, depth, lng, lat, exactly=exactly)
    answer["history"] = _history(campaigns, method, depth, told)
    answer["needs"] = _needs(query.get("crop", ""), of_campaign, depth, yields)
    return answer


def _commune(commune: Unit | None, lng: float, lat: float) -> Json | None:
    if commune is None or _is_outside(commune, lng, lat):  # whoever is not there is told where they are
        there = Unit.objects.current().communes().filter(outline__contains=Point(lng, lat, srid=4326))
        commune = there.defer("outline").first()
    return {"code": commune.code, "name": commune.full_name} if commune else None


def _is_outside(commune: Unit, lng: float, lat: float) -> bool:
    known = Unit.objects.filter(pk=commune.pk, outline__isnull=False)
    return known.exclude(outline__intersects=Point(lng, lat, srid=4326)).exists()


def _soil(user: Any, query: Mapping[str, str], lng: float, lat: float) -> Json | None:
    """Of the map that is asked for, or else of the one published last."""
    wanted = asked.key_of(query.get("map"))
    found = next((one for one in soils.at(lng, lat, user) if wanted in (None, one.map_id)), None)
    if found is None:
        return None
    return {
        "symbol": found.symbol,
        "area_ha": round(found.area_m2 / 10_000, 2),
        "components": [{"name": one.name, "percent": one.percent, "wrb": one.wrb} for one in found.components],
        "map": {"title": found.title, "legend": found.legend, "edition": found.edition},
    }


def _of_commune(user: Any, campaign: Campaign) -> list[Campaign]:
    """The campaigns of its commune that the person may see, itself among them."""
    return list(Campaign.objects.for_user(user).filter(commune=campaign.commune_id))


def _told(surfaces: dict[Key, Surface], lng: float, lat: float, *, exactly: bool) -> dict[Key, _Told]:
    """What each surface tells there, in the order of properties and depths."""
    schemes = scheme_of_all({surface.method_id for surface in surfaces.values()})
    told: dict[Key, _Told] = {}
    for key, surface in sorted(surfaces.items(), key=_in_order):
        estimate = reading.at(surface, lng, lat, exactly=exactly)
        if estimate is not None:
            told[key] = _Told(surface, estimate, schemes[surface.method_id])
    return told


def _in_order(item: tuple[Key, Surface]) -> tuple[int, str, Depth]:
    (_campaign, method_key, depth), surface = item
    return surface.method.property.rank, method_key, depth


def _why_not(surface: Surface | None) -> str:
    if surface is not None and surface.state == SurfaceState.MADE:
        return _("Nơi này ở ngoài phạm vi mà các điểm lấy mẫu của đợt này cho biết.")
    return telling.why_no_surface(surface)


def _estimate(told: _Told) -> Json:
    shown = told.shown
    low, high = telling.interval(told.estimate, told.surface.method.property)
    return {
        "value": shown.number(told.estimate.value),
        "deviation": shown.number(told.estimate.deviation),
        "low": shown.number(low),
        "high": shown.number(high),
        "text": telling.estimate_text(told.estimate, shown),
        "figures": {
            "value": str(shown.figure(told.estimate.value)),
            "low": str(shown.figure(low)),
            "high": str(shown.figure(high)),
        },
        "unit": telling.unit_text(shown.unit),
    }


def _other(told: _Told) -> Json:
    surface = told.surface
    return {
        "property_name": surface.method.property.name,
        "method_name": surface.method.name,
        "depth": [surface.depth_from_cm, surface.depth_to_cm],
        "text": telling.estimate_text(told.estimate, told.shown),
        "class": telling.class_json(told.scheme, told.estimate.value),
    }


def _nearest(campaign: Campaign, method: Method, depth: Depth, lng: float, lat: float, *, exactly: bool) -> Json | None:
    found = nearest(campaign, method.pk, depth, lng, lat, exactly=exactly)
    if found is None:
        return None
    if exactly and found.is_private and found.sample_id is not None:
        audit_trail.private_read([found.sample_id], campaign)
    text = None
    if found.value is not None:
        shown = shown_of(method, scheme_of(method))
        text = telling.value_text(found.value, shown, detection_limit=found.detection_limit)
    return {
        "metres": round(found.metres, 1),
        "text": text,
        "sampled_on": found.sampled_on.isoformat() if found.sampled_on else None,
        "is_private": found.is_private,
        "url": reverse("soil_sample", args=[found.sample_id]) if found.sample_id else None,
    }


def _history(campaigns: list[Campaign], method: Method, depth: Depth, told: dict[Key, _Told]) -> list[Json]:
    """The property at this depth in every campaign that tells it here, this one too, the earliest first."""
    by_key = {one.pk: one for one in campaigns}
    of_property = [
        one
        for (_campaign, _method, its_depth), one in told.items()
        if its_depth == depth and one.surface.method.property_id == method.property_id
    ]
    rows = [
        {
            "campaign": by_key[one.surface.campaign_id].name,
            "started_on": by_key[one.surface.campaign_id].started_on.isoformat(),
            "text": telling.estimate_text(one.estimate, one.shown),
            "value": one.shown.number(one.estimate.value),
            "method_name": one.surface.method.name,
        }
        for one in of_property
    ]
    return sorted(rows, key=lambda row: (row["started_on"], row["campaign"]))


def _needs(crop_key: str, told: list[_Told], depth: Depth, yields: tuple[float | None, float | None]) -> Json | None:
    if not crop_key:
        return None
    values: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for one in told:
        if (one.surface.depth_from_cm, one.surface.depth_to_cm) == depth:
            values[one.surface.method.property_id].append((one.estimate.value, one.surface.method_id))
    target, zero_k = yields
    advice = advising.needs(crop_key[:30], values, target_t_per_ha=target, zero_k_t_per_ha=zero_k)
    name = advice.crop.name if advice.crop else crop_key
    if isinstance(advice, Refusal):
        return {"crop": name, "text": [], "refusal": " ".join(str(one) for one in advice.sentences)}
    return {"crop": name, "text": advising.lines(advice), "refusal": None}

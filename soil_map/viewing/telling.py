"""Values, classes and units as a reader sees them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mapping.wording import decimal
from soil_map.models import Property, SoilClass, Surface, SurfaceState
from soil_map.schemes import UsedScheme
from soil_map.shown import Shown
from soil_map.surfaces import refusals
from soil_map.surfaces.reading import Estimate

_SUBSCRIPTS = {"P2O5": "P₂O₅", "K2O": "K₂O", "cmol/kg": "cmol(+)/kg", "mg/100g": "mg/100 g"}


def unit_text(unit: str) -> str:
    """A canonical unit as it stands beside a value: "mg/100 g P₂O₅"; "% OM" is "%", as the property says what of."""
    if unit.startswith("% ") and unit.removeprefix("% ") not in ("P2O5", "K2O"):
        return "%"
    for plain, written in _SUBSCRIPTS.items():
        unit = unit.replace(plain, written)
    return unit


def value_text(value: float, shown: Shown, *, detection_limit: float | None = None) -> str:
    """A canonical value with its unit: "5,2", "12,4 mg/kg P"; of one below detection the limit, canonical too."""
    figure = shown.figure(value) if detection_limit is None else f"< {shown.figure(detection_limit)}"
    return f"{figure} {unit_text(shown.unit)}".strip()


def estimate_text(estimate: Estimate, shown: Shown) -> str:
    """An estimate and its standard deviation: "5,2 ± 0,4"."""
    deviation = decimal(shown.number(estimate.deviation), shown.digits(estimate.value))
    return f"{shown.figure(estimate.value)} ± {deviation} {unit_text(shown.unit)}".strip()


def interval(estimate: Estimate, of: Property) -> tuple[float, float]:
    """What 95 of a hundred samples taken there would lie in, as far as the property can have it."""
    return max(of.lowest, estimate.low), min(of.highest, estimate.high)


def class_json(used: UsedScheme | None, value: float) -> dict[str, Any] | None:
    """The class of a value in the property's canonical unit; None without a scheme."""
    if used is None:
        return None
    found = used.class_of(value)
    return {
        "label": found.label,
        "colour": found.colour,
        "rank": found.rank,
        "scheme": used.scheme.name,
        "citation": used.scheme.citation,
        "is_draft": used.is_draft,
    }


def scheme_json(used: UsedScheme | None) -> dict[str, Any] | None:
    """A scheme with its classes, lowest first; limits in its own unit, the lower one inclusive."""
    if used is None:
        return None
    limits = [None, *used.own_limits, None]
    return {
        "id": used.scheme.pk,
        "name": used.scheme.name,
        "citation": used.scheme.citation,
        "is_draft": used.is_draft,
        "classes": [_class(one, limits[place], limits[place + 1]) for place, one in enumerate(used.classes)],
    }


def _class(one: SoilClass, lower: float | None, upper: float | None) -> dict[str, Any]:
    return {"rank": one.rank, "label": one.label, "colour": one.colour, "from": lower, "to": upper}


def why_no_surface(surface: Surface | None) -> str:
    """Why there are only points, as a sentence; empty where there is a surface."""
    if surface is None:
        return _("Chưa nội suy chỉ tiêu này, nên bản đồ chỉ vẽ các điểm lấy mẫu.")
    if surface.state == SurfaceState.REFUSED:
        return str(refusals.sentence(surface))
    if surface.state == SurfaceState.ORDERED:
        return _("Bản đồ của chỉ tiêu này đang được tính. Hãy mở lại sau ít phút.")
    if surface.state == SurfaceState.FAILED:
        return _("Lần tính bản đồ của chỉ tiêu này không xong, nên chỉ có các điểm lấy mẫu.")
    return ""

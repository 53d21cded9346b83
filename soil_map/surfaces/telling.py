"""A surface in words and figures: for its page, and for whoever shows its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mapping.wording import decimal, number
from soil_map import charts
from soil_map.kriging.variogram import Shape
from soil_map.measured import Measured
from soil_map.models import Surface, SurfaceState, Zone
from soil_map.schemes import UsedScheme
from soil_map.surfaces import pictures
from soil_map.surfaces.drawings import best_of

_STEPS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One colour of a legend and what it means; `opacity` of one that lies over the map, `hatched` or not."""

    colour: str
    text: str
    opacity: str = "1"
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class ClassArea:
    """A class of a scheme, and how much of the surveyed area it has."""

    label: str
    colour: str
    limits: str
    hectares: str
    percent: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A model that was tried, in text."""

    name: str
    is_best: bool
    nugget: str
    partial_sill: str
    range_m: str
    rmse: str
    msdr: str
    bias: str


def shape_name(shape: str) -> str:
    """What a variogram model is called."""
    names = {
        Shape.SPHERICAL: _("dạng cầu"),
        Shape.EXPONENTIAL: _("dạng mũ"),
        Shape.GAUSSIAN: _("dạng Gauss"),
        Shape.MATERN: _("dạng Matérn 3/2"),
    }
    return names[Shape(shape)]


def value_legend(surface: Surface) -> list[Step]:
    """Colours of the picture of values, lowest first."""
    low, high = surface.model["low"], surface.model["high"]
    digits = surface.method.property.decimals
    steps = []
    for place in range(_STEPS):
        value = low + (high - low) * place / (_STEPS - 1)
        colour = pictures.ramp_colour(place / (_STEPS - 1), pictures.VALUE_RAMP)
        text = str(decimal(value, digits))
        steps.append(Step(colour, f"≤ {text}" if place == 0 else f"≥ {text}" if place == _STEPS - 1 else text))
    return steps


def deviation_legend(surface: Surface) -> list[Step]:
    """What the veil over unsure places means."""
    spread, digits = surface.model["spread"] or 0.0, surface.method.property.decimals + 1
    sure, unsure = (str(decimal(share * spread, digits)) for share in (pictures.SURE, pictures.UNSURE))
    veil = pictures.hex_of(pictures.VEIL)
    half = pictures.veil_opacity((pictures.SURE + pictures.UNSURE) / 2)
    return [
        Step(veil, _("chắc: ± dưới %(sure)s") % {"sure": sure}, "0"),
        Step(veil, _("ít chắc: ± từ %(sure)s đến %(unsure)s") % {"sure": sure, "unsure": unsure}, f"{half:.2f}"),
        Step(veil, _("không chắc: ± trên %(unsure)s") % {"unsure": unsure}, f"{pictures.veil_opacity(1):.2f}", True),
    ]


def class_areas(surface: Surface, used: UsedScheme) -> list[ClassArea]:
    """The classes of a scheme that occur, lowest first; their areas add up to what was surveyed."""
    zones = Zone.objects.filter(surface=surface, soil_class__scheme=used.scheme).values_list("soil_class", "area_m2")
    areas = dict(zones)
    whole = sum(areas.values()) or 1.0
    digits = surface.method.property.decimals
    limits = [None, *used.limits.limits, None]
    return [
        ClassArea(
            one.label, one.colour, _between(limits[rank], limits[rank + 1], digits),
            str(decimal(areas[one.pk] / 10_000)), str(decimal(areas[one.pk] / whole * 100)),
        )
        for rank, one in enumerate(used.classes) if one.pk in areas
    ]  # fmt: skip


def _between(lower: float | None, upper: float | None, digits: int) -> str:
    if lower is None:
        return "" if upper is None else f"< {number(upper, digits + 1)}"
    from_text = str(number(lower, digits + 1))
    return f"≥ {from_text}" if upper is None else f"{from_text} – {number(upper, digits + 1)}"


def hectares(surface: Surface) -> str:
    """The surveyed area as text."""
    return str(decimal((surface.surveyed_m2 or 0.0) / 10_000))


def bins(surface: Surface) -> list[tuple[str, str, int]]:
    """Distance, semivariance and pairs of each bin, for those who read figures."""
    kept = surface.model.get("bins") or {"distance": [], "semivariance": [], "pairs": []}
    return [
        (str(number(distance, 0)), str(number(semivariance, 4)), pairs)
        for distance, semivariance, pairs in zip(kept["distance"], kept["semivariance"], kept["pairs"], strict=True)
    ]


def histogram_rows(surface: Surface, rows: Sequence[Measured]) -> list[tuple[str, int]]:
    """Each bar of the histogram as text and how many values it has."""
    bars = charts.bars_of([row.value for row in rows])
    digits = surface.method.property.decimals + 1
    edges = [str(number(edge, digits)) for edge in bars.edges]
    return [
        (f"{lower} – {upper}", sum(counts))
        for lower, upper, counts in zip(edges[:-1], edges[1:], bars.counts, strict=True)
    ]


def tried(surface: Surface) -> list[Tried]:
    """The models that were tried, the least wrong one first."""
    digits = surface.method.property.decimals + 1
    record = surface.validation
    return [
        Tried(
            shape_name(one["shape"]), bool(surface.model.get("shape")) and one["shape"] == record["shown"],
            str(number(one["nugget"], 4)), str(number(one["partial_sill"], 4)), str(number(one["range_m"], 0)),
            str(decimal(one["rmse"], digits)), "–" if one["msdr"] is None else str(decimal(one["msdr"], 2)),
            str(decimal(round(one["bias"], digits) + 0.0, digits)),  # no "-0,00"
        )
        for one in sorted(record.get("candidates", ()), key=lambda one: one["rmse"])
    ]  # fmt: skip


def verdict(surface: Surface) -> dict[str, str]:
    """How well the model tells samples, beside the mean and inverse distances: figures as text; empty of none."""
    best = best_of(surface)
    if not best:
        return {}
    digits = surface.method.property.decimals + 1
    return {
        "rmse": str(decimal(best["rmse"], digits)),
        "mean": str(decimal(surface.validation["rmse_of_mean"], digits)),
        "idw": str(decimal(surface.validation["rmse_of_idw"], digits)),
        "explained": str(decimal(max(0.0, best["explained"]) * 100, 0)),
        "msdr": "–" if best["msdr"] is None else str(decimal(best["msdr"], 2)),
    }


def for_others(surface: Surface) -> str:
    """Tell somebody who may see private samples what everyone else gets of a surface; empty where it is the same."""
    if surface.state != SurfaceState.MADE or not surface.has_private:
        return ""
    if surface.has_open_making:
        return _(
            "Ở đây có mẫu riêng tư. Mọi người thấy bản đồ khác, tính không có các mẫu ấy; vùng phân cấp và diện tích "
            "theo bản đồ đó."
        )
    return _("Ở đây có mẫu riêng tư, nên chỉ người được xem đất của xã thấy bản đồ này; người khác chỉ thấy các điểm.")

"""The page of a soil map: its units with their soils and areas, and publishing it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mapping import access
from mapping.access import Capability
from soil_map import finding
from soil_map.models import SoilMapVersion, SoilUnit
from soil_map.views import deciding

_MOST_SHOWN = 500


@dataclass
class Symbol:
    """All units of one symbol: how many, how large, and the soils in them by area."""

    symbol: str
    count: int = 0
    area_m2: float = 0.0
    soils: dict[str, float] = field(default_factory=dict)

    @property
    def area_ha(self) -> float:
        """Hectares."""
        return self.area_m2 / 10_000

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The soils and their percent of the symbol's area, the largest first."""
        named = [(name, 100 * area / self.area_m2) for name, area in self.soils.items()]
        return sorted(named, key=lambda one: (-one[1], one[0]))


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, map_id: uuid.UUID) -> HttpResponse:
    """A soil map for those who may see the commune's soil."""
    soil_map = finding.map_or_404(request.user, map_id)
    symbols = symbols_of(soil_map)
    units = SoilUnit.objects.filter(map=soil_map).annotate(area_ha=F("area_m2") / 10_000.0)
    units = units.prefetch_related("components").order_by("symbol", "pk")
    context = {
        "map": soil_map,
        "commune": soil_map.commune,
        "may_edit": access.may(request.user, Capability.EDIT_SOIL, soil_map.commune),
        "symbols": symbols,
        "total_ha": sum(one.area_ha for one in symbols),
        "units": units.defer("outline", "outline_3857", "drawn")[:_MOST_SHOWN],
        "unit_count": sum(one.count for one in symbols),
        "viewer_url": reverse("soil"),
        "imports_url": reverse("soil_imports", args=[soil_map.commune.code]),
    }
    return render(request, "soil_map/desk/soil_map.html", context)


def symbols_of(soil_map: SoilMapVersion) -> list[Symbol]:
    """Return the legend of a map: each symbol with its areas, the largest first."""
    found: dict[str, Symbol] = {}
    rows = SoilUnit.objects.filter(map=soil_map).prefetch_related("components").only("symbol", "area_m2")
    for unit in rows:
        one = found.setdefault(unit.symbol, Symbol(unit.symbol))
        one.count += 1
        one.area_m2 += unit.area_m2
        for part in unit.components.all():
            one.soils[part.name] = one.soils.get(part.name, 0.0) + unit.area_m2 * part.percent / 100
    return sorted(found.values(), key=lambda one: (-one.area_m2, one.symbol))


@login_required
@require_POST
def publish(request: HttpRequest, map_id: uuid.UUID) -> HttpResponse:
    """Let anyone see it."""
    soil_map = finding.map_or_404(request.user, map_id, Capability.EDIT_SOIL)
    deciding.publish(request, soil_map)
    return redirect("soil_map_page", map_id=soil_map.pk)


@login_required
@require_POST
def unpublish(request: HttpRequest, map_id: uuid.UUID) -> HttpResponse:
    """Show it to those alone who may see the commune's soil."""
    soil_map = finding.map_or_404(request.user, map_id, Capability.EDIT_SOIL)
    deciding.unpublish(request, soil_map)
    return redirect("soil_map_page", map_id=soil_map.pk)

"""The soil map that anyone may look at: the page, and what its scripts need to know."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.registry import layers
from mapping.tile_addresses import layer_config
from soil_map import catalogue
from soil_map.viewer_words import words
from soil_map.viewing.links import link

_VIETNAM: Final = (102.1, 8.4, 109.5, 23.4)  # west, south, east, north in degrees
_LAYERS: Final = ("units", "soil_units", "soil_zones", "soil_samples")
_BEFORE, _AFTER = uuid.UUID(int=1), uuid.UUID(int=2)  # stand in an address where the script puts two surfaces


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The soil of a commune (`?commune=CODE`), of one's own, or of the first that published any."""
    communes = catalogue.communes(request.user)
    commune = _commune(request, communes)
    found = catalogue.catalogue(request.user, commune) if commune else None
    context = {
        "commune": commune,
        "communes": communes if commune is None or commune in communes else [commune, *communes],
        "catalogue": found or {"commune": None, "communes": [], "maps": [], "campaigns": [], "crops": []},
        "has_anything": bool(found and (found["maps"] or found["campaigns"])),
        "desk_url": _desk_url(request.user, commune),
        "config": _config(found),
    }
    return render(request, "soil_map/viewer.html", context)


def _commune(request: HttpRequest, communes: list[Unit]) -> Unit | None:
    """The commune asked for, whether or not it has anything to see; 404 where there is none of that code.

    Unasked, one's own, so that whoever works there learns how to begin; for whoever sees all of them, and for
    strangers, the first that has anything.
    """
    code = request.GET.get("commune", "")
    if code:
        asked = Unit.objects.current().communes().filter(code=code).first()
        if asked is None:
            raise Http404
        return asked
    own = access.own_commune(request.user, Capability.SEE_SOIL)
    if own is None or (own not in communes and access.scope_of(request.user, Capability.SEE_SOIL).everything):
        return communes[0] if communes else own
    return own


def _config(found: dict[str, Any] | None) -> dict[str, Any]:
    west, south, east, north = (found and found["commune"]["bounds"]) or _VIETNAM
    return {
        "language": get_language(),
        "bounds": [[south, west], [north, east]],
        "layers": {name: layer_config(layers[name]) for name in _LAYERS},
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "urls": {
            "at": reverse("soil_at"),
            "difference": link("soil_difference", _BEFORE, _AFTER),
            "differencePicture": link("soil_difference_png", _BEFORE, _AFTER),
            "before": str(_BEFORE),
            "after": str(_AFTER),
        },
        "text": words(),
    }


def _desk_url(user: Any, commune: Unit | None) -> str | None:
    """Where whoever may edit the soil of the commune works on it."""
    if commune is None or not access.may(user, Capability.EDIT_SOIL, commune):
        return None
    return link("soil_desk", commune.code)

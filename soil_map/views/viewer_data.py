"""What the soil map's page asks for: the catalogue of a commune, and what is known at a place."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.rate_limits import rate_limited
from soil_map import catalogue
from soil_map.viewing import place


@rate_limited("address")
@never_cache
@require_GET
def list_all(request: HttpRequest) -> JsonResponse:
    """The catalogue of `?commune=CODE`, or of one's own commune, or the first that has anything to see."""
    return JsonResponse(catalogue.catalogue(request.user, commune_of(request)))


@rate_limited("address")
@never_cache
@require_GET
def at(request: HttpRequest) -> JsonResponse:
    """What is known at `?lng=&lat=`, with `campaign`, `method`, `depth`, `map`, `crop`, `target` and `zero_k`."""
    found = place.at(request.user, request.GET)
    if found is None:
        raise Http404
    return JsonResponse(found)


def commune_of(request: HttpRequest) -> Unit:
    """The commune that a request names, whether or not it has anything to see. Raises Http404."""
    code = request.GET.get("commune", "")
    if code:
        named = Unit.objects.current().communes().filter(code=code).first()
        if named is None:
            raise Http404
        return named
    own = access.own_commune(request.user, Capability.SEE_SOIL)
    if own is not None:
        return own
    known = catalogue.communes(request.user)
    if not known:
        raise Http404
    return known[0]

"""The difference between two surfaces: a picture over a web map, and what stands beside it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from mapping.rate_limits import rate_limited
from soil_map.surfaces import differing, drawn, seeing
from soil_map.surfaces.openly import openly
from soil_map.surfaces.seeing import Seen
from soil_map.views.surfaces import CACHE_OF_PUBLIC, CACHE_OF_SCOPED


@rate_limited("pictures")
@require_safe
def picture(request: HttpRequest, before_id: uuid.UUID, after_id: uuid.UUID) -> HttpResponse:
    """A PNG in EPSG:3857; its bounds and colours are in the JSON beside it."""
    before, after = _both(request, before_id, after_id)
    differing.require_comparable(before.surface, after.surface)
    etag = f'"{before.surface.pk.hex}{after.surface.pk.hex}{int(_exactly(before, after))}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(drawn.kept(etag, lambda: _drawn(before, after)), content_type="image/png")
    response["ETag"] = etag
    return _kept(response, before, after)


@rate_limited("pictures")
@require_safe
def told(request: HttpRequest, before_id: uuid.UUID, after_id: uuid.UUID) -> HttpResponse:
    """Legend, bounds, mean, and the shares that have surely risen and fallen."""
    before, after = _both(request, before_id, after_id)
    found = differing.difference(before.surface, after.surface, exactly=_exactly(before, after))
    response = JsonResponse(differing.told(found, before.surface, after.surface))
    response["Cache-Control"] = "private, no-store"
    return response


def _both(request: HttpRequest, before_id: uuid.UUID, after_id: uuid.UUID) -> tuple[Seen, Seen]:
    before, after = (seeing.surface_or_404(request.user, one) for one in (before_id, after_id))
    if not _exactly(before, after):  # of two communes, of one of which the person may see everything
        for one in (before, after):
            openly(one.surface)
    return before, after


def _drawn(before: Seen, after: Seen) -> bytes:
    found = differing.difference(before.surface, after.surface, exactly=_exactly(before, after))
    return differing.picture(found)


def _exactly(before: Seen, after: Seen) -> bool:
    return before.exactly and after.exactly


def _kept(response: HttpResponse, before: Seen, after: Seen) -> HttpResponse:
    is_for_anyone = before.is_for_anyone and after.is_for_anyone
    response["Cache-Control"] = CACHE_OF_PUBLIC if is_for_anyone else CACHE_OF_SCOPED
    response["Vary"] = "Cookie"
    return response

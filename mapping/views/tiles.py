"""Hand out vector tiles and what describes them.

A tile is made when it is asked for, in the scope of the person who asks. A browser keeps it and asks each time
whether it still holds: the ETag is the hash of the bytes, so a 304 is never wrong, whatever changed.
"""

from __future__ import annotations

import gzip
from hashlib import blake2b

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapping import tiles
from mapping.access import NOTHING, Scope, scope_of
from mapping.errors import NotAllowed
from mapping.rate_limits import rate_limited
from mapping.registry import Chosen, TileLayer, layers

WORTH_COMPRESSING = 300  # bytes; below, the header costs what is saved
CACHE_OF_SCOPED, CACHE_OF_PUBLIC = "private, no-cache", "public, max-age=300"
CACHE_OF_DESCRIPTION = "private, no-store"


def _layer_and_scope(request: HttpRequest, name: str) -> tuple[TileLayer, Scope]:
    layer = layers.get(name)
    if layer is None:
        raise Http404
    if layer.capability is None:
        return layer, NOTHING
    scope = scope_of(request.user, layer.capability)
    if not scope:
        raise NotAllowed(_("Lớp bản đồ này dành cho cán bộ đã đăng nhập và được phân công."), code="forbidden")
    return layer, scope


def _chosen(request: HttpRequest, layer: TileLayer) -> Chosen:
    if layer.choose is None:
        return Chosen(params={}, is_public=True)
    chosen = layer.choose(request.user, request.GET)
    if chosen is None:
        raise Http404
    return chosen


@rate_limited("tiles")
@require_safe
@transaction.non_atomic_requests
def tile(request: HttpRequest, name: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile, compressed for whoever can read that; 404 for a zoom or a place that the layer does not have."""
    layer, scope = _layer_and_scope(request, name)
    chosen = _chosen(request, layer)
    content = tiles.tile_bytes(layer, z, x, y, scope, chosen) if tiles.exists(z, x, y) else None
    if content is None:
        raise Http404
    etag = f'W/"{blake2b(content, digest_size=12).hexdigest()}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")
    if unchanged is None and len(content) > WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        response.content = gzip.compress(content, compresslevel=1, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    is_public = layer.capability is None and chosen.is_public
    response["Cache-Control"] = CACHE_OF_PUBLIC if is_public else CACHE_OF_SCOPED
    # What is published is no longer the same tile for whoever signs in and sees more.
    response["Vary"] = "Accept-Encoding" if is_public and layer.choose is None else "Accept-Encoding, Cookie"
    return response


@rate_limited("tiles")
@require_safe
@transaction.non_atomic_requests
def describe(request: HttpRequest, name: str) -> JsonResponse:
    """The TileJSON of a layer, for our map and for any other that reads vector tiles."""
    layer, _scope = _layer_and_scope(request, name)
    folder = reverse("tiles", args=[name, 0, 0, 0]).removesuffix("0/0/0.mvt")
    asked = urlencode({key: request.GET[key] for key in layer.asks if key in request.GET})
    address = request.build_absolute_uri(folder) + "{z}/{x}/{y}.mvt" + (f"?{asked}" if asked else "")
    response = JsonResponse(tiles.tile_json(layer, address))
    response["Cache-Control"] = CACHE_OF_PUBLIC if layer.capability is None else CACHE_OF_DESCRIPTION
    response["Vary"] = "Accept-Language" if layer.capability is None else "Accept-Language, Cookie"
    return response

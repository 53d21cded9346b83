"""Streets, alleys and sub-alleys: the list, the page of each, and what the map's editor reads."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from households.finding import commune_or_404
from households.streets.reading import collection, street_or_404
from households.views import street_actions
from mapping import access
from mapping.access import Capability
from mapping.errors import wants_json


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The streets of a commune."""
    access.somewhere(request.user, Capability.SEE_HOUSES)
    return render(request, "households/streets.html", {})


@login_required
@never_cache
@require_GET
def features(request: HttpRequest) -> JsonResponse:
    """All streets and house groups of a commune as GeoJSON: `?commune=CODE`."""
    commune = commune_or_404(request.user, request.GET.get("commune", ""))
    return JsonResponse(collection(request.user, commune))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """Change what is written about a street: JSON for the map, a form for a person."""
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    if wants_json(request) and request.method == "POST":
        return street_actions.edit_from_map(request, street)
    raise Http404


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """Remove a street: JSON for the map, asked about first for a person."""
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    if wants_json(request) and request.method == "POST":
        return street_actions.remove_from_map(request, street)
    raise Http404

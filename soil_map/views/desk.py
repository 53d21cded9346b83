"""The soil desk of a commune: its campaigns, its maps, what was brought in, what is best done next."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.text import fold
from soil_map import campaigns, desk, finding
from soil_map.models import Parcel

_MOST_FOUND = 60
_CHANGES_SHOWN = 5


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The desks of the communes that the person may see; who has one only is sent there."""
    scope = access.somewhere(request.user, Capability.SEE_SOIL)
    communes = Unit.objects.current().communes().filter(scope.units())
    typed = " ".join(request.GET.get("q", "").split())[:60]
    if not typed and communes.count() == 1:
        return redirect("soil_desk", code=communes.get().code)
    if typed:
        shown = communes.filter(name_folded__contains=fold(typed)) | communes.filter(code=typed)
        shown = shown.select_related("parent").order_by("name", "code")
    else:
        shown = finding.communes_with_soil(request.user).select_related("parent")
    context = {"communes": shown[:_MOST_FOUND], "typed": typed, "count": communes.count(), "most": _MOST_FOUND}
    return render(request, "soil_map/desk/index.html", context)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One commune's desk."""
    commune = access.commune_or_404(request.user, code, Capability.SEE_SOIL)
    may_edit = access.may(request.user, Capability.EDIT_SOIL, commune)
    context = {
        "commune": commune,
        "may_edit": may_edit,
        "campaigns": desk.campaigns_of(commune).select_related("commune"),
        "maps": desk.maps_of(commune),
        "parcel_count": Parcel.objects.filter(commune=commune).count(),
        "imports": desk.imports_of(commune) if may_edit else [],
        "steps": desk.steps(commune, is_administrator=bool(request.user.is_superuser)) if may_edit else [],
        "changes": campaigns.changes_of(commune)[:_CHANGES_SHOWN] if may_edit else [],
        "imports_url": reverse("soil_imports", args=[commune.code]),
        "export_url": reverse("soil_export", args=[commune.code]),
        "viewer_url": reverse("soil"),
    }
    return render(request, "soil_map/desk/desk.html", context)

"""The fields of a commune, to find one by sheet and number."""

from __future__ import annotations

import re
from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mapping import access
from mapping.access import Capability
from soil_map.models import Parcel, Sample

_PER_PAGE: Final = 50
_NUMBER: Final = re.compile(r"[^\s/,;.]*\d[^\s/,;.]*")


@login_required
@never_cache
@require_GET
def index(request: HttpRequest, code: str) -> HttpResponse:
    """All fields, or those of what was typed: "12/345", "tờ 12 thửa 345", or a number alone."""
    commune = access.commune_or_404(request.user, code, Capability.SEE_SOIL)
    typed = " ".join(request.GET.get("q", "").split())[:40]
    rows = found(Parcel.objects.filter(commune=commune), typed)
    named = Sample.objects.filter(parcel=OuterRef("pk"))
    inside = Sample.objects.filter(parcel=None, site__location_3857__within=OuterRef("outline_3857"))
    shown = rows.annotate(has_samples=Exists(named) | Exists(inside)).order_by("sheet", "number", "pk")
    page = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "soil_map/parcels.html", {"commune": commune, "page": page, "typed": typed})


def found(rows: QuerySet[Parcel], typed: str) -> QuerySet[Parcel]:
    """Return the fields that a text means: by sheet and number, or by a number alone; none where it has no digit."""
    numbers = _NUMBER.findall(typed)
    if not typed:
        return rows
    if len(numbers) == 1:
        return rows.filter(number__iexact=numbers[0])
    return rows.filter(sheet__iexact=numbers[0], number__iexact=numbers[1]) if numbers else rows.none()

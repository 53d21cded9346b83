"""The icon that browsers ask for by a name of their own, on pages that name none: files, the API."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@transaction.non_atomic_requests
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the house plate that the pages name themselves."""
    return redirect(static("img/mark.svg"))

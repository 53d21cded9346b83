"""Show one household's telephone and personal number in full, once, and write down who looked."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households import showing
from households.finding import household_or_404
from households.views.houses import record
from mapping.access import Capability
from mapping.errors import wants_json


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Answer a POST with the house's record, this household's numbers in full; the map gets them as JSON.

    Nothing is kept: whoever leaves the page or loads it anew meets the masks again. A GET, as after signing in, leads
    to the record.
    """
    household = household_or_404(request.user, household_id, Capability.REVEAL)
    if request.method != "POST":
        return redirect("house", code=household.house.code)
    full = showing.reveal(user=request.user, household=household)
    if wants_json(request):
        return JsonResponse({"phone": full.phone, "tel": full.tel, "personal_number": full.personal_number})
    return record(request, household.house, revealed=household.pk)

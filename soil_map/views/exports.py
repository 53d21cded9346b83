"""Everything that is known of a commune's soil as one file, ordered from its desk."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mapping import access
from mapping.access import Capability
from soil_map.packaging import job as packaging


@login_required
@never_cache
@require_POST
def order(request: HttpRequest, code: str) -> HttpResponse:
    """Order the GeoPackage and go to the page of the job; with `for` public it holds what anyone may see."""
    commune = access.commune_or_404(request.user, code, Capability.SEE_SOIL)
    job = packaging.order(user=request.user, commune=commune, for_public=request.POST.get("for") == "public")
    return redirect("job", job_id=job.pk)

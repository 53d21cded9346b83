"""The JSON Schema of plate designs, for editors that complete and check while one types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from households.plates.design_schema import json_schema


@login_required
@require_GET
def plate_design_schema(request: HttpRequest) -> JsonResponse:
    """What a design may say; `docs/plates.md` explains it."""
    return JsonResponse(json_schema(), content_type="application/schema+json")

"""The public page behind the code on an alley's board."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from households import alley_page
from households.views.public_page import language, respond
from mapping import errors, rate_limits


@require_safe
@transaction.non_atomic_requests
def alley(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """A map of an alley or street and its numbers, for anyone; no people."""
    with language(request):
        if seconds := rate_limits.seconds_to_wait("alley", request):
            return errors.too_many(request, seconds)
        street = alley_page.street_of(street_id)
        if street is None:
            return respond(request, alley_page.UNKNOWN_PAGE, {}, status=404)
        return respond(request, alley_page.PAGE, alley_page.values_of(street))

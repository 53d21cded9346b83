"""The pages of a sample and of a field: the soil card online, and what a chosen crop needs there."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mapping.rate_limits import rate_limited
from soil_map import field_access, field_page


@rate_limited("soil_pages")
@never_cache
@require_safe
def sample(request: HttpRequest, sample_id: uuid.UUID) -> HttpResponseBase:
    """A sample: open to anyone where it is published and not private, and to whoever holds its card (`?k=`)."""
    facts = field_access.sample_facts(request, sample_id)
    context = field_page.context(request, facts, "soil_sample", facts.sample)
    return render(request, "soil_map/field.html", context, status=context["status"])


@rate_limited("soil_pages")
@never_cache
@require_safe
def parcel(request: HttpRequest, parcel_id: uuid.UUID) -> HttpResponseBase:
    """A field, for whoever may see the commune's soil or holds its card."""
    try:
        facts = field_access.parcel_facts(request, parcel_id)
    except field_access.AskSignIn as asked:
        return asked.answer(request)
    context = field_page.context(request, facts, "soil_parcel", facts.parcel)
    return render(request, "soil_map/field.html", context, status=context["status"])

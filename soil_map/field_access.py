"""Who may look at a sample or a field, and how exactly.

Whoever may see a commune's soil sees all of it. Whoever holds a card (`soil_map.cards.keys`) sees that one sample or
field, and beside it what anyone may know. Of samples anyone sees the open ones of published campaigns, without their
field and without those around it on the map of the card; fields are for these two alone.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from mapping import access
from mapping.access import Capability
from soil_map import audit_trail, field_facts, private_rows
from soil_map.cards import keys
from soil_map.field_facts import FieldFacts
from soil_map.models import Parcel, Sample
from soil_map.privacy import sees_exactly


class AskSignIn(Exception):
    """Nobody is signed in, and the page is for those who are."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Send them to sign in and back."""
        return redirect_to_login(request.get_full_path())


def sample_facts(request: HttpRequest, sample_id: uuid.UUID) -> FieldFacts:
    """Return what may be told of a sample; a private one that is read is written down. Raises Http404."""
    found = Sample.objects.select_related("campaign__commune__parent", "site", "parcel").filter(pk=sample_id).first()
    if found is None:
        raise Http404
    exactly = sees_exactly(request.user, found.campaign.commune)
    is_holder = keys.holds("sample", found.pk, request.GET.get("k", ""))
    if not exactly and not is_holder and (found.is_private or not found.campaign.is_published):
        raise Http404
    if found.parcel is None:
        found.parcel = field_facts.parcel_at(found.site.location, found.campaign.commune)
    facts = field_facts.of_sample(found, exactly=exactly, is_holder=is_holder)
    own = [found.pk] if found.is_private else []  # all that a card's key opens
    audit_trail.private_read(private_rows.of_facts(facts) if exactly else own, found.campaign)
    return facts


def parcel_facts(request: HttpRequest, parcel_id: uuid.UUID) -> FieldFacts:
    """Return what may be told of a field. Raises Http404, NotAllowed, AskSignIn."""
    found = Parcel.objects.select_related("commune__parent").filter(pk=parcel_id).first()
    is_holder = found is not None and keys.holds("parcel", found.pk, request.GET.get("k", ""))
    if not is_holder and not request.user.is_authenticated:
        raise AskSignIn
    if found is None:
        raise Http404
    if not is_holder:
        access.require(request.user, Capability.SEE_SOIL, found.commune)
    exactly = sees_exactly(request.user, found.commune)
    facts = field_facts.of_parcel(found, exactly=exactly, is_holder=is_holder)
    if exactly:
        audit_trail.private_read_in_field(private_rows.of_facts(facts), found)
    return facts


def may_see_commune(user: Any, facts: FieldFacts) -> bool:
    """Return whether to lead somebody on to the campaign's own page."""
    return sees_exactly(user, facts.commune)

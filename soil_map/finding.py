"""Find what an address of the soil map names, and ask whether the person may do there what they came for.

What lies in a commune that the person does not know is 404, as if it did not exist; in one that they know without the
right it is 403. What is published is for anyone on `/soil/`; the pages that ask here are those of the desk.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from mapping import access
from mapping.access import Capability
from mapping.models import ChangeSet, Unit
from soil_map.models import Campaign, Parcel, SamplingSite, SoilMapVersion


def campaign_or_404(user: Any, campaign_id: uuid.UUID, capability: Capability = Capability.SEE_SOIL) -> Campaign:
    """Return a campaign for somebody who has `capability` in its commune. Raises Http404, NotAllowed."""
    campaign = Campaign.objects.select_related("commune__parent").filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404
    access.require(user, capability, campaign.commune)
    return campaign


def map_or_404(user: Any, map_id: uuid.UUID, capability: Capability = Capability.SEE_SOIL) -> SoilMapVersion:
    """Return a soil map for somebody who has `capability` in its commune. Raises Http404, NotAllowed."""
    soil_map = SoilMapVersion.objects.select_related("commune__parent").filter(pk=map_id).first()
    if soil_map is None:
        raise Http404
    access.require(user, capability, soil_map.commune)
    return soil_map


def changeset_or_404(user: Any, changeset_id: uuid.UUID) -> ChangeSet:
    """Return a change of a campaign for somebody who edits the commune's soil. Raises Http404, NotAllowed."""
    found = ChangeSet.objects.select_related("commune").filter(pk=changeset_id, kind="soil.campaign").first()
    if found is None:
        raise Http404
    access.require(user, Capability.EDIT_SOIL, found.commune)
    return found


def communes_with_soil(user: Any) -> QuerySet[Unit]:
    """The communes where the person may see soil and something of it is there, by name."""
    scope = access.scope_of(user, Capability.SEE_SOIL)
    there: Q = Q()
    for model in (Campaign, SoilMapVersion, Parcel, SamplingSite):
        there |= Q(pk__in=model.objects.values("commune"))
    return Unit.objects.current().communes().filter(scope.units()).filter(there).order_by("name", "code")

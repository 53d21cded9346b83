"""Who may look at a surface, and in which of its two makings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from mapping import access
from mapping.access import Capability
from soil_map import privacy
from soil_map.models import Surface
from soil_map.surfaces.openly import openly


@dataclass(frozen=True, slots=True)
class Seen:
    """A surface as somebody sees it."""

    surface: Surface
    exactly: bool
    """Whether they may know where private samples lie, and what was measured there."""
    may_edit: bool

    @property
    def is_for_anyone(self) -> bool:
        """Whether what this person gets is what anyone gets."""
        return self.surface.campaign.is_published and not (self.exactly and self.surface.has_private)


def surface_or_404(user: Any, surface_id: uuid.UUID) -> Seen:
    """Return a surface of a published campaign to anyone, another to whoever may see the commune's soil.

    To whoever may not see private samples it is as `openly` leaves it.

    Raises Http404 where it does not exist for the person, NotAllowed where they know the commune and lack the right.
    """
    surface = (
        Surface.objects.select_related(
            "campaign__commune", "method__property", "job", "values_file", "deviations_file", "open_values_file",
            "open_deviations_file",
        )
        .filter(pk=surface_id)
        .first()
    )  # fmt: skip
    if surface is None:
        raise Http404
    commune = surface.campaign.commune
    if not surface.campaign.is_published:
        access.require(user, Capability.SEE_SOIL, commune)
    exactly = privacy.sees_exactly(user, commune)
    seen = surface if exactly else openly(surface)
    return Seen(seen, exactly, access.may(user, Capability.EDIT_SOIL, commune))

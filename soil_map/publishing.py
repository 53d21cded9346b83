"""What anyone may see of a commune's soil: campaigns and soil maps are published one by one, and taken back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping import access
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from soil_map import audit_trail
from soil_map.models import Campaign, Sample, SoilMapVersion, SoilUnit, Surface, SurfaceState


@dataclass(frozen=True, slots=True)
class Extent:
    """What becomes visible with a campaign."""

    samples: int
    private: int
    surfaces: int
    withheld: int
    """Surfaces that nobody gets who may not see private samples, until they are computed anew."""

    @property
    def open(self) -> int:
        """Samples that are shown with place and values."""
        return self.samples - self.private


def extent_of(campaign: Campaign) -> Extent:
    """Return what publishing a campaign shows."""
    samples = Sample.objects.filter(campaign=campaign)
    surfaces = Surface.objects.for_anyone().filter(campaign=campaign, state=SurfaceState.MADE)
    made = Surface.objects.filter(campaign=campaign, state=SurfaceState.MADE).count()
    shown = surfaces.count()
    return Extent(samples.count(), samples.filter(is_private=True).count(), shown, made - shown)


def publish(*, user: Any, thing: Campaign | SoilMapVersion) -> None:
    """Let anyone see a campaign or a map. Raises NotAllowed, Conflict where it was done already, UserError if empty."""
    with transaction.atomic():
        held = _hold(user, type(thing), thing.pk)
        if held.is_published:
            raise Conflict(_("“%(name)s” đã được công bố trước đó.") % {"name": held}, code="published")
        if isinstance(held, Campaign):
            extent = extent_of(held)
            count, private = extent.samples, extent.private
        else:
            count, private = SoilUnit.objects.filter(map=held).count(), 0
        if not count:
            raise UserError(
                _("“%(name)s” chưa có gì để công bố; hãy nhập số liệu trước.") % {"name": held}, code="empty"
            )
        held.published_at, held.published_by = timezone.now(), user
        _save(held)
        audit_trail.published(held, count=count, private=private)


def unpublish(*, user: Any, thing: Campaign | SoilMapVersion) -> None:
    """Show a campaign or a map to those alone who may see the commune's soil. Raises NotAllowed, Conflict."""
    with transaction.atomic():
        held = _hold(user, type(thing), thing.pk)
        if not held.is_published:
            raise Conflict(_("“%(name)s” chưa được công bố.") % {"name": held}, code="not_published")
        held.published_at = held.published_by = None
        _save(held)
        audit_trail.hidden(held)


def _hold(user: Any, model: type[Campaign] | type[SoilMapVersion], pk: uuid.UUID) -> Campaign | SoilMapVersion:
    held: Campaign | SoilMapVersion | None = (
        model.objects.select_for_update(of=("self",)).select_related("commune").filter(pk=pk).first()
    )
    if held is None:
        raise Conflict(_("Mục này vừa bị xóa."), code="gone")
    access.require(user, Capability.EDIT_SOIL, held.commune)
    return held


def _save(held: Campaign | SoilMapVersion) -> None:
    held.version += 1
    held.save(update_fields=["published_at", "published_by", "version", "updated_at"])

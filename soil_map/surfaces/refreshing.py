"""What becomes of a campaign's surfaces when its samples change: nothing that was taken back or hidden stays on a map.

Called in the transaction that wrote the samples. Computing takes the same hold of the campaign before it keeps what it
made, so one of the two sees what the other did.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from soil_map.measured import Measured, measured
from soil_map.models import Campaign, Surface, SurfaceState
from soil_map.surfaces import apart, freshness, ordering

_OVER: Final = (SurfaceState.MADE, SurfaceState.REFUSED, SurfaceState.FAILED)


@transaction.atomic
def after_change(campaign: Campaign, user: Any, *, only_hidden: bool = False) -> None:
    """Bring the surfaces of a campaign in line with its samples as they are now.

    A surface goes whose samples were taken back, all or some of them. One in which a sample weighs that is private by
    now is for nobody who may not see it. Each that no longer tells its samples is ordered anew; with `only_hidden`
    those alone that were taken from the public. A command has no user: who ordered the surface orders it again.
    """
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    found = Surface.objects.select_for_update(of=("self",)).filter(campaign=campaign, state__in=_OVER)
    for surface in found.select_related(
        "campaign__commune", "method__property", "values_file", "deviations_file", "open_values_file",
        "open_deviations_file", "created_by",
    ):  # fmt: skip
        rows = measured(campaign, surface.method_id, surface.depth_from_cm, surface.depth_to_cm)
        _bring_in_line(surface, rows, user or surface.created_by, only_hidden=only_hidden)


def _bring_in_line(surface: Surface, rows: list[Measured], user: Any, *, only_hidden: bool) -> None:
    is_hidden = surface.state != SurfaceState.FAILED and not apart.sets_all_apart(surface, rows)
    is_stale = surface.pk in freshness.stale([surface.pk], exactly=True)
    if len(rows) < surface.sample_count:
        from soil_map.surfaces import making  # GDAL takes a while to load

        making.remove([surface])
    elif is_hidden:
        apart.hold_back(surface)
    is_wanted = is_hidden or (is_stale and not only_hidden)
    if rows and user is not None and surface.state == SurfaceState.MADE and is_wanted:
        ordering.again(surface, len(rows), user)

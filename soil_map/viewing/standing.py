"""The surfaces that stand: of each campaign, method and depth the one that a map shows, or the one that was refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import F, Q

from soil_map.models import Campaign, Surface, SurfaceState
from soil_map.surfaces.openly import openly
from soil_map.viewing.asked import Depth

Key = tuple[uuid.UUID, str, Depth]
_BEST: tuple[str, ...] = (SurfaceState.MADE, SurfaceState.REFUSED, SurfaceState.ORDERED, SurfaceState.FAILED)


def standing(campaigns: Iterable[Campaign], only: Q | None = None, *, exactly: bool) -> dict[Key, Surface]:
    """Return one surface for each campaign, method and depth: one that was made before any other, then the newest.

    `only` leaves out the others. The long list of `validation` is not loaded: `tried` and `shown` are the models that
    were tried and the name of the one that is shown. `exactly` is for whoever may see private samples there.
    """
    rows = (
        Surface.objects.filter(only or Q(), campaign__in=[one.pk for one in campaigns])
        .select_related(
            "method__property", "values_file", "deviations_file", "open_values_file", "open_deviations_file"
        )
        .annotate(
            tried=F("validation__candidates"), shown=F("validation__shown"),
            open_tried=F("validation__open__candidates"), open_shown=F("validation__open__shown"),
        )
        .defer("surveyed", "validation")
    )  # fmt: skip
    found: dict[Key, Surface] = {}
    seen = rows if exactly else [openly(one) for one in rows]
    for surface in sorted(seen, key=lambda one: (_BEST.index(one.state), -one.created_at.timestamp())):
        depth = (surface.depth_from_cm, surface.depth_to_cm)
        found.setdefault((surface.campaign_id, surface.method_id, depth), surface)
    return found

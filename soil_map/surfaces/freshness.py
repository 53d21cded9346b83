"""Which surfaces were computed from samples that are no longer what they were.

A surface keeps the latest change among the samples that were read, not when they were read: an import that wrote
before and ended after that was not read.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from soil_map.models import Surface

_NOW: Final = """
      FROM soil_map_surface surface
      CROSS JOIN LATERAL (
           SELECT count(DISTINCT sample.id) AS samples,
                  max(greatest(sample.updated_at, site.updated_at, result.updated_at)) AS changed_at
             FROM soil_map_sample sample
             JOIN soil_map_samplingsite site ON site.id = sample.site_id
             JOIN soil_map_result result ON result.sample_id = sample.id AND result.method_id = surface.method_id
            WHERE sample.campaign_id = surface.campaign_id
              AND sample.depth_from_cm = surface.depth_from_cm AND sample.depth_to_cm = surface.depth_to_cm
              AND (%(exactly)s OR NOT sample.is_private)) now
"""
_STALE: Final = f"""
    SELECT surface.id {_NOW}
     WHERE surface.id = ANY(%(surfaces)s)
       AND (now.changed_at > coalesce(surface.samples_changed_at, surface.created_at)
            OR (%(exactly)s AND now.samples <> surface.sample_count))
"""


def stale(surfaces: Collection[uuid.UUID], *, exactly: bool) -> set[uuid.UUID]:
    """Return those of the surfaces whose samples were added, changed or, told `exactly`, taken away since.

    Whoever may not see private samples learns of changes of the others alone.
    """
    if not surfaces:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"surfaces": list(surfaces), "exactly": exactly})
        return {row[0] for row in cursor.fetchall()}


def samples_changed_at(surface: Surface) -> datetime.datetime | None:
    """Return when the samples of a surface changed last, private ones too; None where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT now.changed_at {_NOW} WHERE surface.id = %(surface)s", {"surface": surface.pk, "exactly": True}
        )
        (found,) = cursor.fetchone()
        return found


def stale_sentence() -> str:
    """Return what is said beside a stale surface."""
    return _("Mẫu của tầng này đã thay đổi sau khi tính. Hãy tính lại để bản đồ khớp với số liệu.")

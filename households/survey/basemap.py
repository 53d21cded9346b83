"""The base map of a commune that phones take along: one PMTiles file, the newest that a command has kept.

It holds nothing of anybody. `manage.py build_basemap` makes it (`basemap_building.py`) or takes one that was supplied
(`basemap_supplied.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from mapping import audit, files
from mapping.models import StoredFile, Unit

CONTENT_TYPE: Final = "application/vnd.pmtiles"
MOST_BYTES: Final = 100_000_000
"""More than this no phone takes along over a mobile network."""


def base_maps(communes: Iterable[int]) -> dict[int, StoredFile]:
    """Return the base map of each of these communes that has one."""
    return {one.commune_id: one for one in _kept(communes).order_by("created_at", "pk")}


def keep(source: Path, commune: Unit) -> bool:
    """Make a file the commune's base map, whole or not at all; the one before goes. False where that is the same."""
    name = f"base-map-{commune.code}.pmtiles"
    with transaction.atomic(), source.open("rb") as content:
        # Of two at once each would take the other's away.
        Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)
        before = base_maps([commune.pk]).get(commune.pk)
        if before is not None and before.sha256 == hashlib.file_digest(content, "sha256").hexdigest():
            return False
        content.seek(0)
        stored = files.store(source=content, name=name, content_type=CONTENT_TYPE, commune=commune, user=None)
        for old in _kept([commune.pk]).exclude(pk=stored.pk):
            files.discard(old)
        audit.record("survey.basemap", subject=commune.full_name, commune=commune)
    return True


def _kept(communes: Iterable[int]) -> QuerySet[StoredFile]:
    # Nobody's: what people upload has their name, and a type that they chose.
    return StoredFile.objects.filter(
        commune__in=list(communes), content_type=CONTENT_TYPE, created_by=None, removed_at=None
    )

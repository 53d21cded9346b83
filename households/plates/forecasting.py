"""How long a batch of plates will take: as the last ones on this server took, else as machines of communes do."""

from __future__ import annotations

import statistics
from collections.abc import Collection
from typing import Final

from django.db.models import F

from households.models import BatchFileKind, BatchState, PlateBatch
from mapping.printing.reading_apart import cores

# What one plate takes of a machine like those that communes have, in seconds; reading is shared by the cores.
_DRAWN: Final = 1 / 2_500
_READ: Final = 1 / 400
# What other files take on top, each plate; these are made and read by one process.
_OF_FILES: Final = {
    BatchFileKind.SVG: 0.03,
    BatchFileKind.CSV: 0.0002,
    BatchFileKind.WALK_LIST: 0.002,
    BatchFileKind.CERTIFICATES: 0.01,
}
_BEGUN: Final = 2.0
_LEAST: Final = 200
"""Plates, copies counted: a smaller batch tells how long it takes to begin, not how long a plate takes."""
_LAST: Final = 9


def seconds(plates: int, outputs: Collection[BatchFileKind]) -> float:
    """Return how long a batch takes that makes these files of so many plates, copies counted; 0 for none."""
    return _BEGUN + plates * (_measured(outputs) or _usual(outputs)) if plates else 0.0


def _usual(outputs: Collection[BatchFileKind]) -> float:
    """Seconds a plate of a machine like those that communes have."""
    drawn = sum(_DRAWN + _READ / cores() for kind in (BatchFileKind.SHEETS, BatchFileKind.FACTORY) if kind in outputs)
    return max(_DRAWN, drawn) + sum(_OF_FILES.get(kind, 0.0) for kind in outputs)


def _measured(outputs: Collection[BatchFileKind]) -> float | None:
    """Seconds a plate: the median of the last batches here that made the same files; None where there is none."""
    ended = PlateBatch.objects.filter(
        state=BatchState.PRINTED,
        outputs=[kind.value for kind in BatchFileKind if kind in outputs],
        job__started_at__lt=F("printed_at"),
        plate_count__gte=_LEAST / F("copies"),
    )
    # Of whichever commune: a rate tells nothing of it.
    rows = ended.order_by("-printed_at").values_list("plate_count", "copies", "job__started_at", "printed_at")[:_LAST]
    rates = [
        max(0.0, (printed - started).total_seconds() - _BEGUN) / (plates * copies)
        for plates, copies, started, printed in rows
    ]
    return statistics.median(rates) if rates else None

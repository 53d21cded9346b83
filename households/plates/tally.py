"""How a commune's plates stand, village by village: what is missing, on its way, hung, to be printed again.

Counts are of active houses. A house with a replacement on its way counts with what hangs and with what comes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import connection

from households.plates.life import INSPECTION_YEARS, MOVED_M
from mapping import access
from mapping.access import Capability
from mapping.models import Unit

CURRENT_SQL: Final = """
SELECT own.* FROM households_plate own
 WHERE own.house_id = house.id AND own.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged')
 ORDER BY own.state IN ('installed', 'damaged'), own.created_at DESC LIMIT 1
"""
"""The newest plate that hangs or will hang, of an outer `house`: for a LATERAL join."""

WORDS_DIFFER_SQL: Final = """
(plate.number, plate.street, plate.village_name)
    IS DISTINCT FROM (house.number, house.street, coalesce(trim(village.designation || ' ' || village.name), ''))
"""
"""Whether `plate` bears another address than its `house` in `village` (left joined) has today."""

MOVED_SQL: Final = f"""
(plate.location IS NOT NULL AND ST_DistanceSphere(plate.location, house.location) > {MOVED_M})
"""
"""Whether `house` has moved away from the point that the Plus Code on `plate` was made of."""

REPRINT_SQL: Final = f"(plate.state = 'damaged' OR {WORDS_DIFFER_SQL} OR {MOVED_SQL})"
"""Whether `plate`, as `CURRENT_SQL` finds it, has to be printed anew; null where the house has none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many active houses of a village stand how; `village_id` is None for houses in no village."""

    village_id: int | None
    name: str
    houses: int = 0
    without_plate: int = 0  # nothing hangs and nothing is on its way; what stood in a proof alone is nothing
    ordered: int = 0  # printed, and not brought yet
    in_stock: int = 0
    issued: int = 0  # given to whoever hangs it
    mounted: int = 0  # hangs, damaged ones too
    to_reprint: int = 0  # the newest plate bears another address or place than the house has, or is damaged
    damaged: int = 0  # hangs damaged, and no newer one hangs
    lost: int = 0  # lost or stolen, and nothing hangs since
    moved: int = 0  # more than 15 m from the place printed
    overdue: int = 0  # hangs, and nobody has looked for ten years


def by_village(user: Any, commune: Unit) -> list[Tally]:
    """Return the tallies of the villages where the person prints, in the order of their codes; one query."""
    raise NotImplementedError


def total(tallies: list[Tally]) -> Tally:
    """Return the sum, without village and name."""
    counts = [field.name for field in fields(Tally) if field.name not in ("village_id", "name")]
    return Tally(None, "", **{name: sum(getattr(tally, name) for tally in tallies) for name in counts})

"""How far a commune is, village by village: houses drawn, households recorded, plates printed to hang."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from households.models import DEAD, HouseState
from mapping.access import Capability, scope_of
from mapping.models import Unit

# One pass over the commune's houses; both joins meet at most a few rows a house.
_COUNTS = """
SELECT village.name, village.designation, count(*),
       count(*) FILTER (WHERE EXISTS (SELECT FROM households_presence person WHERE person.house_id = house.id)),
       count(*) FILTER (WHERE EXISTS (SELECT FROM households_plate plate
                                      WHERE plate.house_id = house.id AND plate.state <> ALL(%(dead)s)
                                        AND plate.released_at IS NOT NULL))
FROM households_house house LEFT JOIN mapping_unit village ON village.id = house.village_id
WHERE house.commune_id = %(commune)s AND house.state = %(active)s
  AND (%(whole)s OR house.village_id = ANY(%(units)s))
GROUP BY village.id ORDER BY village.code COLLATE vi_natural NULLS LAST
"""


@dataclass(frozen=True, slots=True)
class VillageCoverage:
    """Counts of the houses that stand in one village; `name` is empty for houses outside every village."""

    name: str
    houses: int
    with_household: int
    with_plate: int


def by_village(user: Any, commune: Unit) -> list[VillageCoverage]:
    """Count the houses of `commune` that the person may see, in the order of the villages' codes."""
    scope = scope_of(user, Capability.SEE_COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "commune": commune.pk,
                "whole": commune in scope,
                "units": list(scope.unit_ids),
                "active": HouseState.ACTIVE,
                "dead": [state.value for state in DEAD],
            },
        )
        return [
            VillageCoverage(f"{designation} {name}".strip() if name else "", *counts)
            for name, designation, *counts in cursor.fetchall()
        ]


def total(villages: list[VillageCoverage]) -> VillageCoverage:
    """Add the villages up."""
    return VillageCoverage(
        "",
        sum(village.houses for village in villages),
        sum(village.with_household for village in villages),
        sum(village.with_plate for village in villages),
    )

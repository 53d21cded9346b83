"""How many households of each village a standard found to be what: no names, and no small numbers.

A group of fewer than five is not told, since in a village everybody knows who the two poor households are, and what is
told is rounded down to a multiple of five. The view that counts does both already (migration 0025), so no page can tell
more by oversight; there are no totals either, from which it could be reckoned. Whoever edits households could still
remove one, look whether a count falls, and take that back: where somebody edits, they count only with the right to see
sensitive data, which tells them anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from households.assessments.standards import STANDARDS, Standard
from mapping.access import Capability, scope_of
from mapping.models import Unit
from mapping.text import natural_key

LEAST: Final = 5
"""Households of the smallest group that is counted; `households_assessment_counts` holds the same."""

_COUNTS = """
SELECT village_id, standard, outcome, households FROM households_assessment_counts
 WHERE commune_id = %s AND (%s OR village_id = ANY (%s))
"""


@dataclass(frozen=True, slots=True)
class VillageCounts:
    """A village, and for each outcome of a standard in its order how many households, in fives; None below five."""

    village: Unit | None
    counts: list[int | None]


def by_village(user: Any, commune: Unit) -> list[tuple[Standard, list[VillageCounts]]]:
    """Return for each standard the villages where something may be told, those that the person counts in."""
    scope = scope_of(user, Capability.SEE_COUNTS)
    edits, sees = scope_of(user, Capability.EDIT), scope_of(user, Capability.SEE_SENSITIVE)

    def may_find_out(village_id: int | None) -> bool:
        """Whether counts of this village would tell an editor what they may not see."""
        edits_it, sees_it = (commune in scope or village_id in scope.unit_ids for scope in (edits, sees))
        return edits_it and not sees_it

    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [commune.pk, commune in scope, sorted(scope.unit_ids)])
        counted = {(village, standard, outcome): count for village, standard, outcome, count in cursor.fetchall()
                   if not may_find_out(village)}  # fmt: skip
    villages: dict[int | None, Unit | None] = dict.fromkeys(village for village, _standard, _outcome in counted)
    villages |= {unit.pk: unit for unit in Unit.objects.filter(pk__in=[pk for pk in villages if pk])}
    found = []
    for standard in STANDARDS.values():
        rows = [
            VillageCounts(unit, [counted.get((pk, standard.code, outcome)) for outcome in standard.outcomes])
            for pk, unit in sorted(
                villages.items(), key=lambda item: (item[1] is None, natural_key(item[1].code if item[1] else ""))
            )
        ]
        found.append((standard, [row for row in rows if any(count is not None for count in row.counts)]))
    return found

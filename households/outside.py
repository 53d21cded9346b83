"""Houses that no longer stand inside their unit after its outline has moved."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import ngettext

from households.models import HouseState
from mapping import registry
from mapping.models import Unit

_OUTSIDE = """
SELECT unit.id, count(*)
FROM mapping_unit unit JOIN households_house house
  ON house.commune_id = unit.id OR house.village_id = unit.id
WHERE unit.id = ANY(%s) AND house.state = %s AND NOT ST_Covers(unit.outline, house.location)
GROUP BY unit.id
"""


def houses_outside(units: list[Unit]) -> list[str]:
    """Return one sentence for each of `units` that some of its standing houses lie outside of."""
    if not units:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, [[unit.pk for unit in units], HouseState.ACTIVE])
        counts = dict(cursor.fetchall())
    return [
        ngettext(
            "%(unit)s: %(count)d nhà nay nằm ngoài ranh giới; nhà vẫn được giữ nguyên.",
            "%(unit)s: %(count)d nhà nay nằm ngoài ranh giới; các nhà vẫn được giữ nguyên.",
            counts[unit.pk],
        )
        % {"unit": unit, "count": counts[unit.pk]}
        for unit in units
        if unit.pk in counts
    ]


def register() -> None:
    """Have the ground floor ask when boundaries are loaded."""
    registry.outline_witnesses.append(houses_outside)

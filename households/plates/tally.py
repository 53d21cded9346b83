"""How a commune's plates stand, village by village: what is missing, on its way, hung, to be printed again.

Counts are of active houses. A house with a replacement on its way counts with what hangs and with what comes. What is
`without_plate`, `to_reprint` and `gone` here, `choosing.Want` chooses for a batch.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from typing import Any, Final

from django.conf import settings
from django.db import connection

from households.models import THERE
from households.plates import reprint
from households.plates.life import INSPECTION_YEARS
from mapping import access
from mapping.access import Capability
from mapping.models import Unit

OVERDUE_SQL: Final = f"""
(plate.state = 'installed'
 AND (greatest(plate.installed_at, plate.inspected_at) AT TIME ZONE '{settings.TIME_ZONE}')::date
     + interval '{INSPECTION_YEARS} years' < (now() AT TIME ZONE '{settings.TIME_ZONE}')::date)
"""
"""Whether the alias `plate` hangs and its day of inspection is over: what `life.inspection_due` says of one."""

_PLATES: Final = f"""
WITH houses AS MATERIALIZED (
    SELECT house.id, house.commune_id, house.village_id, house.number, house.street, house.location
      FROM households_house house
     WHERE house.commune_id = %(commune)s AND house.state = 'active' AND {{scope}}
), plates AS (
    SELECT plate.house_id,
           bool_or(plate.released_at IS NOT NULL AND plate.state = ANY (%(there)s)) AS there,
           bool_or(plate.state = 'printed') AS ordered,
           bool_or(plate.state = 'in_stock') AS in_stock,
           bool_or(plate.state = 'issued') AS issued,
           bool_or(plate.state = 'installed' OR plate.state = 'damaged' AND plate.installed_at IS NOT NULL) AS mounted,
           bool_or(plate.state IN ('damaged', 'lost', 'stolen'))
               AND NOT bool_or(plate.state IN ('printed', 'in_stock', 'issued', 'installed')
                               AND plate.released_at IS NOT NULL) AS gone,
           bool_or({OVERDUE_SQL}) AS overdue,
           (array_agg(plate.token ORDER BY plate.state IN ('installed', 'damaged'), plate.released_at DESC, plate.token)
               FILTER (WHERE plate.released_at IS NOT NULL
                         AND plate.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged')))[1] AS current
      FROM houses JOIN households_plate plate ON plate.house_id = houses.id
     GROUP BY plate.house_id
)
"""
_STANDING: Final = f"""
  FROM houses house {reprint.UNITS}
  LEFT JOIN plates has ON has.house_id = house.id
  LEFT JOIN households_plate plate ON plate.token = has.current
"""
_CONDITIONS: Final = {
    "without_plate": "has.there IS NOT TRUE",
    "ordered": "has.ordered",
    "in_stock": "has.in_stock",
    "issued": "has.issued",
    "mounted": "has.mounted",
    "to_reprint": reprint.SAYS_OTHERWISE,
    "moved": reprint.MOVED,
    "gone": "has.gone",
    "overdue": "has.overdue",
}
_TALLIES: Final = f"""
{_PLATES}
SELECT house.village_id, coalesce(trim(village.designation || ' ' || village.name), ''), count(*),
       {", ".join(f"count(*) FILTER (WHERE {condition})" for condition in _CONDITIONS.values())}
{_STANDING}
 GROUP BY house.village_id, village.code, village.designation, village.name
 ORDER BY village.code COLLATE vi_natural NULLS LAST
"""
_HOUSES: Final = f"""
{_PLATES}
SELECT house.id {_STANDING}
 WHERE ({{condition}}) AND (%(everywhere)s OR house.village_id IS NOT DISTINCT FROM %(village)s::bigint)
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many active houses of a village stand how; `village_id` is None for houses in no village."""

    village_id: int | None
    name: str
    houses: int = 0
    without_plate: int = 0  # nothing hangs and nothing is on its way, as far as anybody has written down
    ordered: int = 0  # printed, and not brought yet
    in_stock: int = 0
    issued: int = 0  # given to whoever hangs it
    mounted: int = 0  # hangs, damaged ones too
    to_reprint: int = 0  # the newest plate bears another address or place than the house has today
    moved: int = 0  # of these, the houses that have moved more than 15 m from the place printed
    gone: int = 0  # damaged, lost or stolen, and no newer one hangs or is on its way
    overdue: int = 0  # hangs undamaged, and nobody has looked for ten years


def by_village(user: Any, commune: Unit) -> list[Tally]:
    """Return the tallies of the villages where the person prints, in the order of their codes; one query."""
    scope, params = access.scope_of(user, Capability.PRINT).rows_sql("house")
    params |= {"commune": commune.pk, "there": [state.value for state in THERE]}
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES.format(scope=scope), params)
        return [Tally(*row) for row in cursor.fetchall()]


COUNTED: Final = tuple(_CONDITIONS)
"""What tallies count but all houses, by name."""


def houses(user: Any, commune: Unit, what: str, village_id: int | None = None, *, everywhere: bool) -> set[uuid.UUID]:
    """Return the houses that one number of a tally counts: `what` is its name, and `everywhere` is every village.

    Raises KeyError where no tally counts that.
    """
    scope, params = access.scope_of(user, Capability.PRINT).rows_sql("house")
    params |= {
        "commune": commune.pk, "there": [state.value for state in THERE], "village": village_id,
        "everywhere": everywhere,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES.format(scope=scope, condition=_CONDITIONS[what]), params)
        return {row[0] for row in cursor.fetchall()}


def total(tallies: list[Tally]) -> Tally:
    """Return the sum, without village and name."""
    counts = [field.name for field in fields(Tally) if field.name not in ("village_id", "name")]
    return Tally(None, "", **{name: sum(getattr(tally, name) for tally in tallies) for name in counts})

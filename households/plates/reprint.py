"""Which plates say something else than would be printed now: the address was edited, or the point was moved.

A plate keeps the words that were printed on it, so that this is found with one statement for any number of plates.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from django.db import connection

from households.models import PlateBatch
from households.plates.life import MOVED_M
from mapping.models import Unit

MOVED: Final = f"""
(plate.location IS NOT NULL AND NOT plate.location = house.location
 AND ST_DistanceSphere(plate.location, house.location) > {MOVED_M})
"""
"""A condition on the aliases `plate` and `house`."""

# Of a plate without a point nobody knows what was printed on it. A sign begins its street with a capital.
OTHER_ADDRESS: Final = """
(plate.location IS NOT NULL AND (
    plate.number <> house.number COLLATE "C"
    OR plate.village_name <> coalesce(trim(village.designation || ' ' || village.name), '') COLLATE "C"
    OR plate.street <> house.street COLLATE "C"
       AND (substr(plate.street, 2) <> substr(house.street, 2) COLLATE "C"
            OR upper(left(plate.street, 1)) <> upper(left(house.street, 1)) COLLATE "C")))
"""
"""A condition on the aliases `plate`, `house` and `village` (of the house, perhaps null)."""

SAYS_OTHERWISE: Final = f"({OTHER_ADDRESS} OR {MOVED})"
"""A condition on the aliases `plate`, `house` and `village`: what is printed is not what would be printed now."""

CURRENT_PLATE: Final = """
(SELECT current.token FROM households_plate current
  WHERE current.house_id = house.id AND current.released_at IS NOT NULL
    AND current.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged')
  ORDER BY current.state IN ('installed', 'damaged'), current.released_at DESC, current.token LIMIT 1)
"""
"""The token of the plate that counts for the alias `house`: what will hang before what hangs."""

FROM: Final = """
households_plate plate JOIN households_house house ON house.id = plate.house_id
LEFT JOIN mapping_unit village ON village.id = house.village_id
"""
"""The aliases that the conditions need."""


def of_batch(batch: PlateBatch) -> set[str]:
    """Return the tokens of the batch's plates that say otherwise."""
    return _tokens(
        f"SELECT plate.token FROM {FROM} JOIN households_batchplate place ON place.plate_id = plate.token "
        f"WHERE place.batch_id = %s AND {SAYS_OTHERWISE}",
        batch.pk,
    )


def among(tokens: Iterable[str]) -> set[str]:
    """Return those of the plates that say otherwise."""
    return _tokens(f"SELECT plate.token FROM {FROM} WHERE plate.token = ANY (%s) AND {SAYS_OTHERWISE}", list(tokens))


def moved(tokens: Iterable[str]) -> set[str]:
    """Return those of the plates whose house is no longer where the printed Plus Code says."""
    return _tokens(f"SELECT plate.token FROM {FROM} WHERE plate.token = ANY (%s) AND {MOVED}", list(tokens))


def houses_to_reprint(commune: Unit) -> set[uuid.UUID]:
    """Return the open houses of a commune whose plate, the one to hang before the one that hangs, says otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT house.id FROM {FROM} WHERE house.commune_id = %s AND house.state = 'active' "
            f"AND plate.token = {CURRENT_PLATE} AND {SAYS_OTHERWISE}",
            [commune.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _tokens(sql: str, value: object) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        return {row[0] for row in cursor.fetchall()}

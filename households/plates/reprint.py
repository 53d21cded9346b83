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

_PLACE: Final = """
trim(commune.designation || ' ' || commune.name)
|| coalesce(', ' || trim(province.designation || ' ' || province.name), '')
"""

# Of a plate without a point nobody knows what was printed on it. A sign begins its street with a capital.
OTHER_ADDRESS: Final = f"""
(plate.location IS NOT NULL AND (
    plate.number <> house.number COLLATE "C"
    OR plate.commune_name <> '' AND plate.commune_name <> ({_PLACE}) COLLATE "C"
    OR plate.village_name <> coalesce(trim(village.designation || ' ' || village.name), '') COLLATE "C"
    OR plate.street <> house.street COLLATE "C"
       AND (substr(plate.street, 2) <> substr(house.street, 2) COLLATE "C"
            OR upper(left(plate.street, 1)) <> upper(left(house.street, 1)) COLLATE "C")))
"""
"""A condition on the aliases of `FROM`; those of units are joined by `UNITS`."""

SAYS_OTHERWISE: Final = f"({OTHER_ADDRESS} OR {MOVED})"
"""A condition on the aliases of `FROM`: what is printed is not what would be printed now."""

CURRENT_PLATE: Final = """
(SELECT current.token FROM households_plate current
  WHERE current.house_id = house.id AND current.released_at IS NOT NULL
    AND current.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged')
  ORDER BY current.state IN ('installed', 'damaged'), current.released_at DESC, current.token LIMIT 1)
"""
"""The token of the plate that counts for the alias `house`: what will hang before what hangs."""

COUNTS: Final = f"(house.state = 'active' AND plate.token = {CURRENT_PLATE})"
"""A condition on the aliases `plate` and `house`: nobody prints anew what was replaced, is dead, or has a newer one."""

UNITS: Final = """
LEFT JOIN mapping_unit village ON village.id = house.village_id
LEFT JOIN mapping_unit commune ON commune.id = house.commune_id
LEFT JOIN mapping_unit province ON province.id = commune.parent_id
"""
"""The units of the alias `house`, village and province perhaps null."""

FROM: Final = f"""
households_plate plate JOIN households_house house ON house.id = plate.house_id {UNITS}
"""
"""The aliases that the conditions need."""


def place_of(commune: Unit) -> str:
    """Return the commune and its province as a plate keeps what was printed: "Xã Quảng Bình, Tỉnh Thanh Hoá"."""
    return ", ".join(unit.full_name for unit in (commune, commune.parent) if unit is not None)


def of_batch(batch: PlateBatch) -> set[str]:
    """Return the tokens of the batch's plates that count for their houses and say otherwise."""
    return _tokens(
        f"SELECT plate.token FROM {FROM} JOIN households_batchplate place ON place.plate_id = plate.token "
        f"WHERE place.batch_id = %s AND {SAYS_OTHERWISE} AND {COUNTS}",
        batch.pk,
    )


def among(tokens: Iterable[str]) -> set[str]:
    """Return those of the plates that say otherwise, whether they count or not."""
    return _tokens(f"SELECT plate.token FROM {FROM} WHERE plate.token = ANY (%s) AND {SAYS_OTHERWISE}", list(tokens))


def counting(tokens: Iterable[str]) -> set[str]:
    """Return those of the plates that count for open houses: only they are ever to be printed anew."""
    return _tokens(f"SELECT plate.token FROM {FROM} WHERE plate.token = ANY (%s) AND {COUNTS}", list(tokens))


def moved(tokens: Iterable[str]) -> set[str]:
    """Return those of the plates whose house is no longer where the printed Plus Code says."""
    return _tokens(f"SELECT plate.token FROM {FROM} WHERE plate.token = ANY (%s) AND {MOVED}", list(tokens))


def houses_to_reprint(commune: Unit) -> set[uuid.UUID]:
    """Return the open houses of a commune whose plate, the one to hang before the one that hangs, says otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT house.id FROM {FROM} WHERE house.commune_id = %s AND {COUNTS} AND {SAYS_OTHERWISE}",
            [commune.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _tokens(sql: str, value: object) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        return {row[0] for row in cursor.fetchall()}

"""The addresses of houses as the database knows them: their parts, with the streets that an alley leaves.

For one house or many alike it takes two queries: the units, and where the frontages lead.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Q

from households.addresses import Address, larger_streets
from households.models import House
from households.models.street import StreetKind, street_full_name
from mapping.models import Unit

MOST_STEPS: Final = 8
"""So many streets up an address may lead; a chain that bit its own tail would never end."""

_BATCH: Final = 500
Row = TypeVar("Row")

_CHAINS: Final = f"""
WITH RECURSIVE up AS (
    SELECT street.id AS foot, 0 AS step, street.kind, street.name, street.number, street.parent_id
      FROM households_street street
     WHERE street.id IN (SELECT street_id FROM households_frontage WHERE house_id = ANY(%(houses)s))
     UNION ALL
    SELECT up.foot, up.step + 1, street.kind, street.name, street.number, street.parent_id
      FROM up JOIN households_street street ON street.id = up.parent_id
     WHERE up.step < {MOST_STEPS}
), chain AS (
    SELECT foot, array_agg(kind ORDER BY step) AS kinds, array_agg(name ORDER BY step) AS names,
           array_agg(number ORDER BY step) AS numbers
      FROM up GROUP BY foot
)
SELECT frontage.house_id, chain.kinds, chain.names, chain.numbers
  FROM households_frontage frontage JOIN chain ON chain.foot = frontage.street_id
 WHERE frontage.house_id = ANY(%(houses)s)
"""


def of_house(house: House) -> Address:
    """Return the address of one house."""
    return of_houses([house])[house.pk]


def of_houses(houses: Iterable[House]) -> dict[uuid.UUID, Address]:
    """Return the address of each house, by its id."""
    houses = list(houses)
    if not houses:
        return {}
    units = _units(houses)
    chains = _chains([house.pk for house in houses if house.street])
    return {house.pk: _address(house, units, chains.get(house.pk, ())) for house in houses}


def with_addresses(rows: Iterable[Row], house_of: Callable[[Row], House]) -> Iterator[tuple[Row, Address]]:
    """Yield each row with the address of its house, however many there are: `_BATCH` of them are held at a time."""
    rows = iter(rows)
    while some := list(islice(rows, _BATCH)):
        addresses = of_houses(map(house_of, some))
        for row in some:
            yield row, addresses[house_of(row).pk]


def street_chain(kinds: Sequence[str], names: Sequence[str], numbers: Sequence[str]) -> list[tuple[str, bool]]:
    """Return columns of streets, each leaving the next, as `addresses.larger_streets` wants them."""
    return [
        (street_full_name(kind, name, number) if name or number else "", StreetKind(kind).is_alley)
        for kind, name, number in zip(kinds, names, numbers, strict=True)
    ]


def _address(house: House, units: dict[int, Unit], chain: Sequence[tuple[str, bool]]) -> Address:
    commune = units[house.commune_id]
    village = units.get(house.village_id or 0)
    province = units.get(commune.parent_id or 0)
    return Address(
        number=house.number,
        street=house.street,
        off=larger_streets(house.street, chain),
        village=village.full_name if village else "",
        commune=commune.full_name,
        province=province.full_name if province else "",
    )


def _units(houses: list[House]) -> dict[int, Unit]:
    """The communes and villages of the houses, and the provinces above."""
    ids = {pk for house in houses for pk in (house.commune_id, house.village_id) if pk is not None}
    above = Unit.objects.filter(pk__in={house.commune_id for house in houses}).values("parent")
    wanted = Unit.objects.filter(Q(pk__in=ids) | Q(pk__in=above)).only("id", "designation", "name", "parent_id")
    return {unit.pk: unit for unit in wanted}


def _chains(ids: list[Any]) -> dict[uuid.UUID, list[tuple[str, bool]]]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS, {"houses": ids})
        return {house_id: street_chain(kinds, names, numbers) for house_id, kinds, names, numbers in cursor.fetchall()}

"""The houses of streets, by number, as they are looked up. Pure."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from households.geocoding.model import written_number
from mapping.text import fold


class HouseRow(NamedTuple):
    """What an answer needs of a house; degrees in EPSG:4326. `number` and `street` are those of today."""

    id: uuid.UUID
    code: str
    number: str
    street: str
    village_id: int | None
    lng: float
    lat: float
    is_active: bool


_OTHER_SIDE: Final = 3
"""So many numbers farther off seems a house across the street."""

Street = Mapping[str, list[HouseRow]]
"""The houses of one street text by the key of their number."""


def number_key(number: str) -> str:
    """The one way to write a house number; what is none is folded."""
    return written_number(number) or fold(number)


def by_number(rows: Iterable[tuple[str, HouseRow]]) -> Street:
    """Sort houses of a street by the key of a number: theirs, or one that they had."""
    found: dict[str, list[HouseRow]] = defaultdict(list)
    for number, row in rows:
        found[number_key(number)].append(row)
    return found


def nearest_number(number: str, streets: Iterable[Street], villages: Iterable[int] = ()) -> HouseRow | None:
    """Return the house whose number comes nearest: in the same alley, rather on the same side.

    Without `number` any house, the one in the middle of the numbers. `villages` narrow it, where one has houses there.
    """
    keyed = [(key, row) for street in streets for key, rows in street.items() for row in rows]
    wanted = set(villages)
    keyed = [one for one in keyed if one[1].village_id in wanted] or keyed
    if not keyed:
        return None
    if not number:
        return sorted(keyed, key=lambda one: _order(one[0]))[len(keyed) // 2][1]
    return min(keyed, key=lambda one: _farness(one[0], number))[1]


def _order(key: str) -> tuple[int, str]:
    first = re.match(r"[0-9]+", key)
    return (int(first.group()[:9]) if first else 0, key)


def _farness(key: str, number: str) -> tuple[int, int, str]:
    own, other = _pieces(number), _pieces(key)
    shared = 0
    while shared < min(len(own), len(other)) - 1 and own[shared] == other[shared]:
        shared += 1
    a, b = own[min(shared, len(own) - 1)], other[min(shared, len(other) - 1)]
    return (-shared, abs(a - b) + _OTHER_SIDE * ((a - b) % 2), key)


def _pieces(number: str) -> list[int]:
    return [int(piece[:9]) for piece in re.findall(r"[0-9]+", number)] or [0]

"""Houses by the words of their address, the one they have or one they had, and by their village."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterable
from typing import Any

from households.addresses import Address
from households.search_rows import HOUSES, Question, Reach, candidates, former_rows
from households.search_words import Words, rank_address
from mapping.models import Unit
from mapping.text import natural_key

_COLUMNS = "x.id, x.number, x.street"


def addresses_with(
    asked: Question, words: Words, houses: Reach, *, unless: bool = False, is_whole: bool = False
) -> list[uuid.UUID]:
    """Return houses whose address has all the words, the best first, then in natural order.

    Addresses of before are looked through for a number with more words, and for whatever nobody else has; `unless`
    something else was found already. Of such houses `asked.former` says what they were. `is_whole`: the words are a
    whole address, so few houses have them, and the index answers sooner than the table's first rows.
    """
    rare = is_whole and words.numbers() is not None
    enough = sys.maxsize if rare else asked.limit
    now = candidates(asked.cursor, HOUSES, _COLUMNS, words, houses, enough=enough)
    rows: list[tuple[Any, str, str, bool]] = [(*row, False) for row in now]
    if (words.numbers() is not None and len(words.words) > 1) or not (now or unless):
        known = {row[0] for row in now}
        before = former_rows(asked.cursor, words.closed(), houses)
        rows += [(*row, True) for row in before if row[0] not in known]
    rows.sort(key=lambda row: rank_address(row[1], row[2], asked.typed, words, was_before=row[3]))
    for house_id, number, street, was_before in rows:
        if was_before:
            asked.former.setdefault(house_id, Address(number, street).short)
    return list(dict.fromkeys(row[0] for row in rows))


def of_villages(asked: Question, houses: Reach | None) -> list[uuid.UUID]:
    """Return the first houses of villages that were named and nothing else."""
    if houses is None:
        return []
    asked.cursor.execute(
        f"SELECT {_COLUMNS} FROM {HOUSES} x WHERE x.village_id = ANY(%s::bigint[]) LIMIT %s",
        [houses.villages, asked.limit + 1],
    )
    rows = sorted(asked.cursor.fetchall(), key=lambda row: (natural_key(row[2]), natural_key(row[1])))
    return [row[0] for row in rows]


def narrowed(reach: Reach | None, village_ids: Iterable[int]) -> Reach | None:
    """Return the part of a reach that lies in these villages."""
    if reach is None:
        return None
    if reach.villages is not None:
        village_ids = set(village_ids) & set(reach.villages)
    village_ids = sorted(village_ids)
    communes = sorted(set(Unit.objects.filter(pk__in=village_ids).values_list("parent_id", flat=True)))
    return Reach(communes, village_ids)

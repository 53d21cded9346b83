"""No act leaves a number that a decision gave on two open houses.

Numbers without a decision stand twice in many a list, and that is nobody's fault here. Around an act that may make a
decided number stand twice, by writing an address, by opening a house again, by putting rows back, by making one street
of two, what is double is looked up before and after it; what was so before does not refuse it.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import connection

from households.models.street import STREET_WORDS
from households.proposals.clashes import NAMED, ROOTS, as_json
from households.proposals.keyed import AS_IT_STANDS, KEYED
from households.proposals.turns import take_turn
from households.proposals.twice import address
from mapping.errors import Conflict

# Which houses have one number with these at all, wherever they stand: one look through the commune, mostly at nothing.
# Each spelling is asked once for its key.
_EQUAL: Final = """
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT sonha_number_key(number) AS n FROM households_house
     WHERE id = ANY(%(houses)s::uuid[]) AND commune_id = %(commune)s AND state = 'active' AND number <> ''
), spelt AS MATERIALIZED (
    SELECT number, array_agg(id) AS houses FROM households_house
     WHERE commune_id = %(commune)s AND state = 'active' AND number <> '' AND EXISTS (SELECT FROM wanted)
     GROUP BY number
), known AS MATERIALIZED (
    SELECT sonha_number_key(number) AS n, houses FROM spelt
), several AS (
    SELECT n FROM known JOIN wanted USING (n) GROUP BY n HAVING sum(cardinality(houses)) > 1
)
SELECT unnest(houses) FROM known JOIN several USING (n)
"""
_FEW: Final = 500
_DOUBLES: Final = f"""
WITH {ROOTS}, held AS (
    {AS_IT_STANDS.format(role="CASE WHEN decision.id IS NULL THEN 'use' ELSE 'law' END")}
     WHERE house.id = ANY(%(equal)s)
), {KEYED}, doubled AS (
    SELECT true AS along, array_agg(house_id) AS houses, (array_agg(number ORDER BY role <> 'law', code))[1] AS number,
           (array_agg(street ORDER BY role <> 'law', code))[1] AS street, array_agg(code ORDER BY code) AS codes,
           bool_or(role = 'law') AS law
      FROM keyed WHERE at IS NOT NULL GROUP BY at, words, n HAVING count(*) > 1
     UNION ALL
    SELECT false, array_agg(house_id), (array_agg(number ORDER BY role <> 'law', code))[1],
           (array_agg(street ORDER BY role <> 'law', code))[1], array_agg(code ORDER BY code), bool_or(role = 'law')
      FROM keyed WHERE words <> '' GROUP BY village_id, words, n HAVING count(*) > 1
)
SELECT number, street, codes, law, along, houses FROM doubled ORDER BY codes, number
"""


@dataclass(frozen=True, slots=True)
class Double:
    """A number that open houses share: where, the codes of the houses, and whether a decision gave it to one.

    `is_along`: they share it on one street; else the words of their addresses in one village are the same.
    """

    number: str
    street: str
    codes: tuple[str, ...]
    is_law: bool
    is_along: bool

    def was_among(self, others: list[Double]) -> bool:
        """Whether these houses shared a number in this way before."""
        return any(other.is_along == self.is_along and set(self.codes) <= set(other.codes) for other in others)


def doubles_among(commune_id: int, houses: Iterable[uuid.UUID]) -> list[Double]:
    """Return the numbers of these houses, as they stand now, that another open house of the commune has as well."""
    ids = set(houses)
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EQUAL, {"commune": commune_id, "houses": list(ids)})
        equal = [row[0] for row in cursor.fetchall()]
        if not equal:
            return []
        if len(equal) > _FEW:
            # Where much was just written, the planner believes tables to be short and would look through them for each
            # house.
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_DOUBLES, {"commune": commune_id, "equal": equal, "kinds": as_json(STREET_WORDS)})
        found = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT")
    return [
        Double(number, street, tuple(codes), is_law, is_along)
        for number, street, codes, is_law, is_along, sharing in found
        if not ids.isdisjoint(sharing)
    ]


@contextmanager
def none_by(
    sentence: str, commune_id: int, houses: Iterable[uuid.UUID], *, unnamed: Container[str] = ()
) -> Iterator[None]:
    """Let an act on these houses pass unless it makes a decided number stand twice; use inside a transaction.

    Raises Conflict with the sentence then, in which `%(named)s` becomes up to five numbers, each with its houses but
    for those with codes in `unnamed`. What others of the commune do to numbers waits for the end of the transaction:
    an act that locks rows before takes its turn (`turns.take_turn`) before those.
    """
    take_turn(commune_id)
    ids = list(houses)
    before = doubles_among(commune_id, ids)
    yield
    made = [double for double in doubles_among(commune_id, ids) if double.is_law and not double.was_among(before)]
    if made:
        told = list(dict.fromkeys(_told(double, unnamed) for double in made))
        more = f" (+{len(told) - NAMED})" if len(told) > NAMED else ""
        raise Conflict(sentence % {"named": "; ".join(told[:NAMED]) + more}, code="number_twice")


def _told(double: Double, unnamed: Container[str]) -> str:
    return address(double.number, double.street, [code for code in double.codes if code not in unnamed])

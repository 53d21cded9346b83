"""Numbers that would stand twice on a street if a draft became law."""

from __future__ import annotations

import itertools
from typing import Any, Final

from django.db import connection, transaction

from households.codes import format_house_code
from households.models import NumberingProposal
from households.models.street import STREET_WORDS
from households.proposals.clashes import NAMED, ROOTS, as_json
from households.proposals.keyed import AS_IT_STANDS, KEYED
from mapping.errors import Conflict
from mapping.wording import gettext as _

# All active houses of the commune are looked at, as the draft would leave them. A number is refused where the draft
# gives it and another has it, and where it makes a number in use law that another is written with, but for one that is
# left for later. What decisions gave twice before is no doing of the draft.
_TWICE: Final = f"""
WITH {ROOTS}, drafted AS (
    SELECT house_id, street_id, outcome, old_number, old_street, new_number, new_street
      FROM households_proposednumber
     WHERE proposal_id = %(proposal)s AND outcome IN ('locked', 'same', 'given', 'changed', 'left_out')
), held AS (
    SELECT house_id, root.at, new_number AS number, new_street AS street,
           CASE WHEN outcome IN ('given', 'changed') THEN 'new' WHEN outcome = 'same' THEN 'kept' ELSE 'law' END AS role
      FROM drafted LEFT JOIN root ON root.street = drafted.street_id
     WHERE outcome <> 'left_out'
     UNION ALL
    SELECT house_id,
           CASE WHEN old_street = '' OR sonha_street_key(old_street) = sonha_street_key(new_street) THEN root.at END,
           old_number,
           coalesce(nullif(old_street, ''), new_street), 'left'
      FROM drafted LEFT JOIN root ON root.street = drafted.street_id
     WHERE outcome = 'left_out' AND old_number <> ''
     UNION ALL
    {AS_IT_STANDS.format(role="'law'")}
     WHERE house.id IN (
        SELECT id FROM households_house WHERE commune_id = %(commune)s AND state = 'active' AND number <> ''
        EXCEPT SELECT house_id FROM drafted)
), {KEYED}, counted AS (
    SELECT keyed.*, at::text AS place, count(*) OVER along > 1 AND bool_or(role = 'new') OVER along
           OR count(*) FILTER (WHERE role <> 'left') OVER same > 1 AND bool_or(role = 'kept') OVER same AS is_twice
      FROM keyed WHERE at IS NOT NULL WINDOW along AS (PARTITION BY at, n), same AS (PARTITION BY at, words, n)
     UNION ALL
    SELECT keyed.*, words, count(*) OVER called > 1 AND bool_or(role = 'new') OVER called
           OR count(*) FILTER (WHERE role <> 'left') OVER called > 1 AND bool_or(role = 'kept') OVER called
      FROM keyed WHERE words <> '' WINDOW called AS (PARTITION BY village_id, words, n)
), clashing AS (
    SELECT DISTINCT ON (n, code) * FROM counted
     WHERE is_twice ORDER BY n, code, place = words, place
)
SELECT n, place, number, street, code FROM clashing
 ORDER BY min(code) OVER (PARTITION BY place, n), place, n, role NOT IN ('new', 'kept'), code
 LIMIT 200
"""


def require_once(proposal: NumberingProposal) -> None:
    """Raise Conflict when a number that the draft would make law stands twice on a street.

    It names up to five addresses, each with the houses that have it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Right after a long draft was written, the planner believes it to be short and would look through all streets
        # for each of its houses: seconds instead of a moment.
        cursor.execute("SET LOCAL enable_nestloop = off")
        params = {"proposal": proposal.pk, "commune": proposal.commune_id, "kinds": as_json(STREET_WORDS)}
        cursor.execute(_TWICE, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT")
    if not found:
        return
    told = [list(rows) for _key, rows in itertools.groupby(found, key=lambda row: row[:2])]
    more = len(told) - NAMED
    raise Conflict(
        _(
            "Trong phương án có số nhà bị trùng: %(named)s. Hãy đổi số một nhà ở mỗi địa chỉ, hoặc để một nhà lại sau, "
            "rồi duyệt."
        )
        % {
            "named": "; ".join(address(*rows[0][2:4], [row[4] for row in rows]) for rows in told[:NAMED])
            + (f" (+{more})" if more > 0 else "")
        },
        code="number_twice",
    )


def address(number: str, street: str, codes: list[str]) -> str:
    """One address and the houses that have it: "7 đường Liên Xã (100-000-001, 100-000-009)"."""
    named = ", ".join(format_house_code(code) for code in codes[:NAMED]) + (", …" if len(codes) > NAMED else "")
    return f"{number} {street}".strip() + f" ({named})"

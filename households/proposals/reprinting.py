"""Which plates a draft makes wrong: those that say another address than the house would have.

What a plate says is known by the hash that the press kept of it; the words that the house would have now go through
the same. The place on it (Plus Code) is left out: no number moves a house.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from households.addresses import capitalised
from households.models import OPENS_SQL, NumberingDecision, NumberingProposal
from households.plates.press import face_hash

# The plate that hangs is the one that was printed last: older ones, and those that only a proof showed, do not count.
_PLATES: Final = f"""
SELECT DISTINCT ON (plate.house_id) plate.house_id, house.code, proposed.new_number, proposed.new_street,
       trim(village.designation || ' ' || village.name), plate.plus_code, plate.face_hash
  FROM households_proposednumber proposed
  JOIN households_plate plate ON plate.house_id = proposed.house_id
  JOIN households_house house ON house.id = proposed.house_id
  LEFT JOIN mapping_unit village ON village.id = house.village_id
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN ('same', 'given', 'changed')
   AND plate.released_at IS NOT NULL AND plate.state {OPENS_SQL}
   AND (%(before)s::timestamptz IS NULL OR plate.released_at < %(before)s)
 ORDER BY plate.house_id, plate.released_at DESC, plate.token
"""


def houses_to_reprint(proposal: NumberingProposal) -> list[uuid.UUID]:
    """Return the houses that get, change or keep a number by a proposal and whose plate says another address.

    Of a decision those whose plate was printed before it.
    """
    # Not by `proposal.decision`, which would remember that a draft has none after it got one.
    before = NumberingDecision.objects.filter(proposal=proposal).values_list("approved_at", flat=True).first()
    commune = proposal.commune
    units = (commune.full_name, commune.parent.full_name if commune.parent else "")
    return [
        house
        for house, code, number, street, village, place, printed in _plates(proposal, before)
        if bytes(printed) not in _hashes(code, number, street, village or "", units, place)
    ]


def _hashes(code: str, number: str, street: str, village: str, units: tuple[str, str], place: str) -> Iterator[bytes]:
    """The hashes of all that looks so in print: a sign begins its line with a capital, however lists write it."""
    for written in dict.fromkeys((street, capitalised(street), street[:1].lower() + street[1:])):
        yield face_hash(code, number, written, village, *units, place)


def _plates(proposal: NumberingProposal, before: datetime.datetime | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_PLATES, {"proposal": proposal.pk, "before": before})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

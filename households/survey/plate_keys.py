"""Plates as a phone knows them: by a short hash of their tokens, so that a pack opens no plate's address to anybody.

Of some hundred houses two hashes of 32 bits are hardly ever the same, and a token of 54 bits cannot be told from one.
`static/js/survey/plate_text.js` makes the same of what was scanned or typed.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.db.models import Q, QuerySet

from households.models import House, Plate
from households.survey.changes_since import Cursor, written_since
from mapping.access import Capability

COLUMNS: Final = ["key", "house"]
_DIGITS: Final = 8


def plate_key(token: str) -> str:
    """Return the eight hexadecimal digits that a token is known by on a phone."""
    return hashlib.sha256(token.encode()).hexdigest()[:_DIGITS]


def plate_rows(user: Any, houses: QuerySet[House], since: Cursor | None, told: list[Any]) -> list[list[str | None]]:
    """Return `COLUMNS` of the plates of `houses` that may hang; of changes those written since or of houses in `told`.

    The house of a plate whose token opens nothing any more is None: the phone forgets it.
    """
    plates = Plate.objects.for_user(user, Capability.SURVEY).filter(house__in=houses, released_at__isnull=False)
    if since is None:
        plates = plates.released()
    else:
        plates = plates.annotate(is_told=written_since(since, Plate._meta.db_table))
        plates = plates.filter(Q(is_told=True) | Q(house__in=told))
    return [[plate_key(one.token), None if one.is_dead else str(one.house_id)] for one in plates.order_by("token")]

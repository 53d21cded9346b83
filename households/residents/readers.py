"""Who has looked at a household, as its own page tells it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from households.models import Household
from mapping.models import AuditEntry
from mapping.registry import audit_actions

MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody did something with the household's data."""

    at: datetime.datetime
    who: str
    what: str


def readings_of(household: Household) -> list[Reading]:
    """The latest readings, the last one first."""
    entries = AuditEntry.objects.filter(row_id=household.pk).order_by("-at", "-id")[:MOST_SHOWN]
    return [Reading(entry.at, entry.user_name, str(audit_actions.get(entry.action, entry.action))) for entry in entries]

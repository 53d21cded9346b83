"""Who has looked at a household, as its own page tells it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Household
from mapping.models import AuditEntry
from mapping.registry import audit_actions

MOST_SHOWN: Final = 100
_OWN_ACTS: Final = ("resident.open", "resident.download", "resident.consent", "resident.correction")

_IN_LISTS: Final = {"phone": gettext_lazy("số điện thoại"), "personal_number": gettext_lazy("số định danh")}


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody did something with the household's data."""

    at: datetime.datetime
    who: str
    what: str


def readings_of(household: Household) -> list[Reading]:
    """The latest readings, the last one first."""
    told = Q(row_id=household.pk) | Q(rows__contains=[household.pk])
    # The commune's index finds them; what happened before the household moved here from another one is not told.
    entries = AuditEntry.objects.filter(told, commune=household.commune_id).exclude(action__in=_OWN_ACTS)
    entries = entries.exclude(action__startswith="row.")  # changes, which the audit tells of beside readings
    return [Reading(entry.at, entry.user_name, _what(entry)) for entry in entries]


def _what(entry: AuditEntry) -> str:
    """What was done; of a list that was taken out also which numbers it held, and what for."""
    fields = entry.detail.get("fields", ()) if entry.action == "export" else ()
    numbers = [words for name, words in _IN_LISTS.items() if name in fields]
    if not numbers:
        return str(audit_actions.get(entry.action, entry.action))
    what = _("tải danh sách có tên chủ hộ và %(numbers)s") % {"numbers": ", ".join(map(str, numbers))}
    if reason := entry.detail.get("reason"):
        what += _("; lý do: %(reason)s") % {"reason": reason}
    return what

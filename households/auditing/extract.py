"""All that the audit knows of one household: who read, changed, revealed, took out and printed it, and when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from households.auditing import sensitive
from households.auditing.lines import Line, line_of_event
from households.finding import require_at_house
from households.models import Household, HouseholdEvent, HouseholdPresence
from mapping import access, history
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import AuditEntry, Unit

_COUNTERS: Final = frozenset({"version", "created_at", "updated_at", "commune", "village"})


@dataclass(frozen=True, slots=True)
class Extract:
    """What happened to a household, the latest first, and where it is or last was."""

    household_id: uuid.UUID
    household: Household | None
    """None once it was removed."""
    place: Unit | None
    lines: list[Line]


def of_household(user: Any, household_id: uuid.UUID) -> Extract:
    """Return the extract of a household that is or was where the person may see the audit; else Http404, NotAllowed."""
    # Which house it is, is asked beside the wall, which hides households from whoever may not see people.
    presence = HouseholdPresence.objects.select_related("house__commune", "house__village").filter(pk=household_id)
    standing = presence.first()
    if standing is not None:
        require_at_house(user, Capability.SEE_AUDIT, standing.house)
    events = list(history.of_row(HouseholdEvent, household_id).order_by("pgh_id"))
    household = Household.objects.select_related("house__commune", "house__village").filter(pk=household_id).first()
    if household is not None:
        place = (household.house.commune_id, household.house.village_id)
    elif events:
        place = (events[-1].pgh_commune_id, events[-1].pgh_village_id)
        _require(user, place)
    else:
        raise Http404
    entries = AuditEntry.objects.filter(
        Q(row_id=household_id) | Q(rows__contains=[household_id]),
        commune__in={place[0], *(event.pgh_commune_id for event in events)},
    ).exclude(action__startswith="row.")
    lines = [
        *sensitive.with_outcomes(user, household, list(entries)),
        *sensitive.taken_back(household_id),
        *_changes(household_id, events, household),
    ]
    lines.sort(key=lambda line: line.at, reverse=True)
    unit = Unit.objects.filter(pk=place[1] or place[0]).first()
    return Extract(household_id, household, unit, lines)


def _require(user: Any, place: tuple[int | None, int | None]) -> None:
    def holds(capability: Capability | None) -> bool:
        scope = access.scope_of(user, capability)
        return any(unit in scope for unit in place if unit is not None)

    if holds(Capability.SEE_AUDIT):
        return
    if not holds(None):
        raise Http404
    raise NotAllowed(_("Tài khoản của bạn không có quyền xem nhật ký ở đây."), code="forbidden")


def _changes(household_id: uuid.UUID, events: list[Any], household: Household | None) -> list[Line]:
    """Each event as a line; an update says which fields it changed, by what stood there before the next event."""
    lines = []
    for number, event in enumerate(events):
        after = next((later for later in events[number + 1 :] if later.pgh_label != "insert"), household)
        if event.pgh_label == "insert":
            what = _("Thêm hộ")
        elif event.pgh_label == "delete":
            what = _("Xóa hộ")
        else:
            names = _changed(event, after)
            what = _("Sửa hộ: %(fields)s") % {"fields": ", ".join(names)} if names else _("Sửa hộ")
        lines.append(line_of_event(event, what=what, household_id=household_id))
    return lines


def _changed(before: Any, after: Any) -> list[str]:
    if after is None:
        return []
    names = []
    for field in HouseholdEvent._meta.local_fields:
        if field.name.startswith("pgh_") or field.name in _COUNTERS:
            continue
        if getattr(before, field.attname) != getattr(after, field.attname):
            names.append(str(field.verbose_name))
    return names

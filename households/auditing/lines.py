"""Entries of the audit as sentences that a person reads: who did what, to which house, from where and why."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import codes
from households.auditing import details
from households.models import House, Household, HouseholdEvent
from mapping import registry
from mapping.models import AuditEntry, Unit

NOBODY_BY_NAME: Final[dict[str, Promise]] = {
    "sonha_web": gettext_lazy("máy chủ"),
    "sonha_worker": gettext_lazy("máy chủ"),
    "hệ thống": gettext_lazy("hệ thống"),
    "hộ dân": gettext_lazy("hộ dân"),
    "": gettext_lazy("người chưa đăng nhập"),
}
"""Whoever acts without an account, as entries keep it and as people call it; a database role is the program itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit, in the reader's language."""

    at: datetime.datetime
    who: str
    what: str
    subject: str
    """A house's code, a file's name, a unit, an account; "" where `what` says it all."""
    house_code: str
    """Nine digits where the line is about one house, else ""."""
    household_id: uuid.UUID | None
    place: str
    address: str
    why: str


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    """Return the entries as lines; a handful of queries however many there are."""
    households = details.assessed_households(entries)
    known = _house_codes({*(entry.row_id for entry in entries if entry.row_id), *households.values()})
    known |= {assessment: known[household] for assessment, household in households.items() if household in known}
    grants = details.grants_told(entries)
    units = Unit.objects.in_bulk(
        [unit_id for entry in entries for unit_id in (entry.commune_id, entry.village_id) if unit_id]
    )
    return [
        _line(entry, known, units, subject=grants.get(entry.pk, ""), household_id=households.get(entry.row_id))
        for entry in entries
    ]


def line_of_event(event: Any, *, what: str, household_id: uuid.UUID) -> Line:
    """Return the event of a row that belongs to a household as a line that says `what`."""
    context = event.pgh_context or {}
    return Line(
        at=event.pgh_created_at,
        who=who_did(str(context.get("name", ""))),
        what=what,
        subject="",
        house_code="",
        household_id=household_id,
        place="",
        address=str(context.get("address", "")),
        why=why_told(str(context.get("why", ""))),
    )


def who_did(name: str) -> str:
    """Whoever acted, as the audit calls them."""
    return str(NOBODY_BY_NAME.get(name, name))


def why_told(why: str) -> str:
    """The reason: what a person wrote, or the long work that did it."""
    kind = registry.job_kinds.get(why)
    return str(kind.label) if kind else why


def _line(
    entry: AuditEntry,
    house_codes: dict[uuid.UUID, str],
    units: dict[int, Unit],
    *,
    subject: str,
    household_id: uuid.UUID | None,
) -> Line:
    place = units.get(entry.village_id or 0) or units.get(entry.commune_id or 0)
    reason = str(entry.detail.get("reason", "")) if isinstance(entry.detail, dict) else ""
    of_household = entry.table == Household._meta.db_table and entry.row_id is not None
    return Line(
        at=entry.at,
        who=who_did(entry.user_name),
        what=_what(entry),
        subject=subject or _subject(entry),
        house_code=house_codes.get(entry.row_id, "") if entry.row_id else "",
        household_id=entry.row_id if of_household else household_id,
        place=str(place) if place else "",
        address=entry.address,
        why=reason or why_told(entry.why),
    )


def _subject(entry: AuditEntry) -> str:
    """What the entry is about; the code of a house as it is spoken, whichever way it was written down."""
    about_house = entry.table in (House._meta.db_table, Household._meta.db_table)
    if about_house and len(entry.subject) == 9 and entry.subject.isdigit():
        return codes.format_house_code(entry.subject)
    return entry.subject


def _what(entry: AuditEntry) -> str:
    if not entry.action.startswith("row."):
        label = capfirst(str(details.act_of(entry) or registry.audit_actions.get(entry.action, entry.action)))
        if role := details.role_of(entry):
            label = _("%(label)s: %(role)s") % {"label": label, "role": role}
        if entry.count > 1:
            label = _("%(label)s: %(count)s") % {"label": label, "count": intcomma(entry.count)}
        return label
    verbs = {"row.insert": _("Thêm"), "row.update": _("Sửa"), "row.delete": _("Xóa")}
    words = {"verb": verbs[entry.action], "things": _things(entry.table), "count": intcomma(entry.count)}
    return _("%(verb)s %(things)s") % words if entry.count == 1 else _("%(verb)s %(count)s %(things)s") % words


def _things(table: str) -> str:
    """What the rows of a table are called; tables that are gone keep their names."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            return str(model._meta.verbose_name)
    return table


def _house_codes(row_ids: Iterable[Any]) -> dict[uuid.UUID, str]:
    """The code of the house that each row is, or belongs or belonged to."""
    wanted = set(row_ids)
    found = dict(House.objects.filter(pk__in=wanted).values_list("pk", "code"))
    found |= dict(Household.objects.filter(pk__in=wanted).values_list("pk", "house__code"))
    gone = HouseholdEvent.objects.filter(pgh_obj__in=wanted - found.keys(), house__isnull=False)
    houses = dict(gone.order_by("pgh_id").values_list("pgh_obj", "house_id"))
    known = dict(House.objects.filter(pk__in=houses.values()).values_list("pk", "code"))
    return found | {row_id: known[house_id] for row_id, house_id in houses.items() if house_id in known}

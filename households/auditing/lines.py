"""Entries of the audit as sentences that a person reads: who did what, to which house, from where and why."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from households.models import House, Household, HouseholdEvent
from mapping import registry
from mapping.models import AuditEntry, Unit


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
    codes = _house_codes({entry.row_id for entry in entries if entry.row_id})
    units = Unit.objects.in_bulk(
        [unit_id for entry in entries for unit_id in (entry.commune_id, entry.village_id) if unit_id]
    )
    return [_line(entry, codes, units) for entry in entries]


def who_did(name: str) -> str:
    """Whoever acted, as the audit calls them; the name of a database role stands for the program itself."""
    if name in ("sonha_web", "sonha_worker"):
        return _("máy chủ")
    return name or _("người chưa đăng nhập")


def why_told(why: str) -> str:
    """The reason: what a person wrote, or the long work that did it."""
    kind = registry.job_kinds.get(why)
    return str(kind.label) if kind else why


def _line(entry: AuditEntry, codes: dict[uuid.UUID, str], units: dict[int, Unit]) -> Line:
    place = units.get(entry.village_id or 0) or units.get(entry.commune_id or 0)
    reason = str(entry.detail.get("reason", "")) if isinstance(entry.detail, dict) else ""
    of_household = entry.table == Household._meta.db_table and entry.row_id is not None
    return Line(
        at=entry.at,
        who=who_did(entry.user_name),
        what=_what(entry),
        subject=entry.subject,
        house_code=codes.get(entry.row_id, "") if entry.row_id else "",
        household_id=entry.row_id if of_household else None,
        place=str(place) if place else "",
        address=entry.address,
        why=reason or why_told(entry.why),
    )


def _what(entry: AuditEntry) -> str:
    if not entry.action.startswith("row."):
        label = capfirst(str(registry.audit_actions.get(entry.action, entry.action)))
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
    codes = dict(House.objects.filter(pk__in=wanted).values_list("pk", "code"))
    codes |= dict(Household.objects.filter(pk__in=wanted).values_list("pk", "house__code"))
    gone = HouseholdEvent.objects.filter(pgh_obj__in=wanted - codes.keys(), house__isnull=False)
    houses = dict(gone.order_by("pgh_id").values_list("pgh_obj", "house_id"))
    known = dict(House.objects.filter(pk__in=houses.values()).values_list("pk", "code"))
    return codes | {row_id: known[house_id] for row_id, house_id in houses.items() if house_id in known}

"""Write assessments down, put a wrong one right, say which holds. Every act can be undone.

The change sets name the decision and neither the household nor the outcome: who may see changes need not be allowed to
see these.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households.assessments.standards import STANDARDS
from households.codes import format_house_code
from households.finding import require_at_house
from households.models import Assessment, Household
from mapping import audit, changes
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet

TABLE = Assessment._meta.db_table


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision says of a household."""

    standard: str
    outcome: str
    assessed_on: datetime.date
    decision_number: str
    decision_date: datetime.date

    def check(self) -> None:
        """Raise UserError when it cannot be so."""
        standard = STANDARDS.get(self.standard)
        if standard is None or self.outcome not in standard.outcomes:
            raise UserError(_("Kết quả này không có trong chuẩn đã chọn. Hãy chọn lại."), code="outcome")
        if max(self.assessed_on, self.decision_date) > timezone.localdate():
            raise UserError(_("Ngày rà soát và ngày quyết định không thể sau hôm nay."), code="future")
        if not standard.holds_on(self.assessed_on):
            raise UserError(
                _("Ngày rà soát %(day)s không nằm trong thời gian áp dụng của %(standard)s.")
                % {"day": f"{self.assessed_on:%d/%m/%Y}", "standard": standard.label},
                code="assessed_on",
            )


def assessments_of(user: Any, household: Household) -> list[Assessment]:
    """Return a household's assessments, the latest first, each with `holds` and `is_corrected`.

    Writes down that they were read; raises NotAllowed without the right.
    """
    house = household.house
    require_at_house(user, Capability.SEE_SENSITIVE, house)
    found = Assessment.objects.for_user(user).filter(household=household).select_related("assessed_by", "corrects")
    rows = list(found.order_by("-assessed_on", "-id"))
    mark_holding(rows)
    note_look(household)
    return rows


def note_look(household: Household) -> None:
    """Write down that somebody read the household's sensitive data; looking again within minutes is one reading."""
    _note(household, "household.sensitive", once=True)


def mark_holding(rows: Iterable[Assessment]) -> None:
    """Give a household's assessments, the latest first, `holds` and `is_corrected`: of each standard one holds."""
    rows = list(rows)
    corrected = {row.corrects_id for row in rows if row.corrects_id}
    seen: set[str] = set()
    for row in rows:
        row.is_corrected = row.pk in corrected
        row.holds = not row.is_corrected and row.standard not in seen
        if row.holds:
            seen.add(row.standard)


@transaction.atomic
def keep(
    *, user: Any, household: Household, decision: Decision, corrects: Assessment | None = None
) -> tuple[Assessment, ChangeSet]:
    """Add what a decision says, perhaps in the place of a wrong row. Raises NotAllowed, UserError, Conflict."""
    house = household.house
    for capability in (Capability.SEE_SENSITIVE, Capability.EDIT):
        require_at_house(user, capability, house)
    decision.check()
    if corrects is not None:
        Assessment.objects.select_for_update(of=("self",)).get(pk=corrects.pk)
        if Assessment.objects.filter(corrects=corrects).exists():
            raise Conflict(_("Kết quả này đã được người khác sửa. Hãy tải lại trang."), code="version")
    row = Assessment.objects.create(
        household=household,
        standard=decision.standard,
        outcome=decision.outcome,
        assessed_on=decision.assessed_on,
        decision_number=decision.decision_number,
        decision_date=decision.decision_date,
        corrects=corrects,
        assessed_by=user,
    )
    kind = "assessment.correct" if corrects else "assessment.add"
    changeset = changes.begin(kind=kind, subject=decision.decision_number, commune=house.commune, user=user)
    changes.added(changeset, TABLE, [row.pk])
    _note(household, kind, detail={"assessment": str(row.pk)})
    return row, changeset


def _note(household: Household, action: str, **more: Any) -> None:
    """An entry of the audit about the household, without what was found."""
    house = household.house
    audit.record(
        action,
        subject=format_house_code(house.code),
        table=Household._meta.db_table,
        row_id=household.pk,
        commune=house.commune,
        village_id=house.village_id,
        **more,
    )

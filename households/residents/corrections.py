"""What a household asks to be put right, and how an officer answers: with a change that can be undone, or a reason."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households import household_editing
from households.finding import require_at_house
from households.house_editing import People
from households.models import Correction, CorrectionState, Household
from households.residents.sessions import Resident
from mapping import audit
from mapping.access import Capability
from mapping.errors import Conflict, UserError

FIELDS: Final = ("head_name", "phone", "size", "shop_name")
"""What can be asked for field by field; everything else is a free text."""
MOST_WAITING: Final = 10


def ask(resident: Resident, *, field: str, wanted: str) -> Correction:
    """Put a wish into the officers' inbox: `field` is one of FIELDS, or "" for a free text. Raises UserError."""
    household = resident.household
    waiting = Correction.objects.filter(household=household, state=CorrectionState.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise UserError(
            _("Hộ đang có %(count)d đề nghị chờ trả lời. Xin đợi cán bộ xã trả lời rồi gửi tiếp.")
            % {"count": MOST_WAITING},
            code="too_many_waiting",
        )
    before = shown(household, field) if field else ""
    if field and wanted == before:
        raise UserError(_("Xã đang ghi đúng như vậy rồi, không cần sửa."), code="same")
    if not field and not wanted:
        raise UserError(_("Hãy viết điều cần sửa."), code="empty")
    correction = Correction.objects.create(household=household, field=field, before=before, wanted=wanted)
    _note(correction, "resident.correction", {"field": field or "text"})
    return correction


@transaction.atomic
def accept(*, user: Any, correction: Correction, answer: str = "") -> Correction:
    """Do what was asked: a field is changed with a change set; a free text the officer has seen to by hand."""
    correction = _waiting(user, correction)
    if correction.field:
        household = correction.household
        people = People(**{part.name: getattr(household, part.name) for part in dataclasses.fields(People)})
        value: Any = correction.wanted
        if correction.field == "size":
            value = int(value) if value else None
        correction.changeset = household_editing.edit_household(
            user=user,
            household=household,
            version=household.version,
            people=dataclasses.replace(people, **{correction.field: value}),
            kind="household.correction",
        )
    return _answer(user, correction, CorrectionState.ACCEPTED, answer)


@transaction.atomic
def decline(*, user: Any, correction: Correction, answer: str) -> Correction:
    """Leave everything as it is and say why; the household reads the reason."""
    if not answer:
        raise UserError(_("Hãy viết lý do; hộ sẽ đọc được lý do này."), code="reason")
    return _answer(user, _waiting(user, correction), CorrectionState.DECLINED, answer)


def count_waiting(user: Any) -> int:
    """How many wishes wait for this person's answer."""
    return int(Correction.objects.for_user(user).filter(state=CorrectionState.WAITING).count())


def label_of(field: str) -> str:
    """What a wish is about, as it stands inside a sentence."""
    return str(Household._meta.get_field(field).verbose_name) if field else _("việc khác")


def shown(household: Household, field: str) -> str:
    """A field as text, empty where nothing is written."""
    value = getattr(household, field)
    return "" if value is None else str(value)


def _waiting(user: Any, correction: Correction) -> Correction:
    fresh = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("household__house__commune", "household__house__village")
        .get(pk=correction.pk)
    )
    require_at_house(user, Capability.HANDLE_RESIDENTS, fresh.household.house)
    if fresh.state != CorrectionState.WAITING:
        raise Conflict(_("Đề nghị này đã được trả lời. Hãy tải lại trang."), code="answered")
    return fresh


def _answer(user: Any, correction: Correction, state: CorrectionState, answer: str) -> Correction:
    correction.state, correction.answer = state, answer
    correction.answered_by, correction.answered_at = user, timezone.now()
    correction.save(update_fields=["state", "answer", "answered_by", "answered_at", "changeset"])
    _note(correction, "resident.answer", {"field": correction.field or "text", "state": str(state)})
    return correction


def _note(correction: Correction, action: str, detail: dict[str, Any]) -> None:
    house = correction.household.house
    audit.record(
        action,
        subject=house.code,
        table=Household._meta.db_table,
        row_id=correction.household_id,
        commune=house.commune_id,
        village_id=house.village_id,
        detail=detail,
    )

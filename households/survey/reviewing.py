"""What an officer does with a visit: take it into the register, give it back, refuse it.

Only `approve` writes into houses and households, by the same services as the desk, all of a visit in one change set
that can be undone. Sensitive answers stay with the visit: what holds about poverty and merit only a decision says.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households import codes, house_editing, household_editing, undoing
from households.house_editing import People, Place
from households.models import (
    House,
    Household,
    LocationSource,
    SurveyVisit,
    VisitState,
)
from households.proposals.turns import take_turn
from households.survey import answer_words, approvals, house_photos, obstacles, returning
from households.survey.register_changes import Decision, RegisterChange, register_changes
from households.survey.reopening import APPROVAL
from households.survey.rules import rules
from households.survey.running import RUNS
from mapping import access, audit, changes
from mapping.errors import Conflict, UserError

_OF_HOUSE: Final = ("house.number", "house.street", "house.note")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer chose with an approval."""

    house_version: int | None = None
    """The version of the house that they saw; None of a new one."""
    household: uuid.UUID | None = None
    """Which household the answers are about; None for one that is not in the register yet."""
    household_version: int | None = None
    listed: uuid.UUID | None = None
    """The household of which the page said what would be written; None of one that is not in the register yet."""
    moves: bool = False
    """Whether the house goes to where it was measured."""
    decided: Mapping[str, Decision] = field(default_factory=dict)
    """Of what the register holds that no phone was shown, or that has changed since, by `RegisterChange.key`."""


def visit_or_404(user: Any, visit_id: uuid.UUID) -> SurveyVisit:
    """Return a visit of a commune whose surveys the person runs; foreign 404, without the right 403."""
    found = SurveyVisit.objects.select_related("round", "commune__parent", "village", "surveyor", "changeset")
    visit = found.filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    access.require(user, RUNS, visit.commune)
    return visit


@transaction.atomic
def approve(*, user: Any, visit: SurveyVisit, version: int, choice: Choice) -> SurveyVisit:
    """Write a visit into the register. Raises Conflict, UserError, NotAllowed; nothing is written then."""
    visit = _locked(user, visit, version, (VisitState.RECEIVED,), writes=True)
    if visit.conflicts.filter(settled_at__isnull=True).exists():
        raise Conflict(_("Còn mục hai người ghi khác nhau. Hãy chọn từng mục trước khi duyệt."), code="conflicts")
    houses = House.objects.select_for_update(of=("self",)).select_related("commune", "village")
    house = houses.filter(pk=visit.house_id).first()
    if why := obstacles.of_approval(visit, house):
        raise Conflict(why, code="closed" if house else "house_gone")
    if house is None and choice.house_version is not None:
        raise Conflict(_("Nhà này vừa được rút khỏi hồ sơ. Hãy xem lại trang rồi duyệt."), code="version")
    household = _chosen(house, choice)
    values, kept = _decided(visit, house, household, choice)
    subject = house_editing.subject_of(house) if house else visit.village.full_name
    changeset = changes.begin(kind=APPROVAL, subject=subject, commune=visit.commune, user=user)
    if house is None:
        place = _place(visit)
        if place is None:
            raise UserError(_("Nhà mới này chưa có vị trí. Hãy trả lại để người điều tra đo."), code="position")
        number, street, note = (values.get(name, "") for name in _OF_HOUSE)
        house, _changeset = house_editing.add_house(
            user=user, point=place.point, number=number, street=street, commune=visit.commune,
            village=visit.village, note=note, anyway=True, surveyed=(visit.house_id, place), into=changeset,
        )  # fmt: skip
        changeset.subject = house_editing.subject_of(house)[:200]
        changeset.save(update_fields=["subject"])
    else:
        if choice.house_version is None:
            raise Conflict(_("Nhà này vừa được thêm vào hồ sơ. Hãy tải lại trang rồi duyệt."), code="version")
        place = _place(visit) if choice.moves else None
        held = (house.number, house.street, house.note)
        number, street, note = (values.get(name, before) for name, before in zip(_OF_HOUSE, held, strict=True))
        if (number, street, note) != held or place is not None:
            house_editing.edit_house(
                user=user, house=house, version=choice.house_version, number=number, street=street, note=note,
                village=house.village, place=place, into=changeset,
            )  # fmt: skip
    _write_household(user, house, household, values, choice, changeset)
    house_photos.take(visit, house, changeset)
    changes.seal(changeset)
    visit.changeset = changeset
    approvals.add(visit, changeset, kept)
    return _reviewed(user, visit, VisitState.APPROVED, "")


@transaction.atomic
def give_back(*, user: Any, visit: SurveyVisit, version: int, comment: str) -> SurveyVisit:
    """Send a visit back to its phone with what to mend. Raises UserError without a word, Conflict also where no phone
    would be told: nobody waits for what nobody was asked.
    """
    visit = _locked(user, visit, version, (VisitState.RECEIVED, VisitState.REJECTED))
    if not comment:
        raise UserError(_("Hãy viết người điều tra cần sửa gì, ví dụ: “Chụp lại biển số nhà”."), code="comment")
    if why := returning.silence(visit):
        raise Conflict(why, code="reaches_nobody")
    return _reviewed(user, visit, VisitState.RETURNED, comment)


@transaction.atomic
def reject(*, user: Any, visit: SurveyVisit, version: int, comment: str, undoes: bool | None = None) -> SurveyVisit:
    """Refuse a visit: it enters nothing, and stays to be seen.

    `undoes` says whether what earlier approvals wrote goes out of the register too; it has to be said where one stands.
    Raises UserError where it is not, Conflict also where the register has moved on from what would be undone.
    """
    visit = _locked(user, visit, version, (VisitState.RECEIVED, VisitState.RETURNED), writes=bool(undoes))
    stand = approvals.standing(visit)
    if stand and undoes is None:
        raise UserError(
            _("Lần duyệt trước còn trong hồ sơ. Hãy chọn: hoàn tác cả lần đó, hay để nguyên trong hồ sơ."), code="undo"
        )
    for one in reversed(stand if undoes else []):
        undoing.undo_changes(user=user, changeset=undoing.changeset_or_404(user, one.changeset))
    visit.refresh_from_db(fields=["approvals"])
    return _reviewed(user, visit, VisitState.REJECTED, comment)


@transaction.atomic
def take_up_again(*, user: Any, visit: SurveyVisit, version: int) -> SurveyVisit:
    """Take a return or a refusal back: the visit waits as before, nothing of it is lost. Raises Conflict."""
    visit = _locked(user, visit, version, (VisitState.RETURNED, VisitState.REJECTED))
    return _reviewed(user, visit, VisitState.RECEIVED, "")


def _chosen(house: House | None, choice: Choice) -> Household | None:
    """The household that the answers are about. Raises Conflict where it lives elsewhere now."""
    if choice.household is None:
        return None
    found = (
        Household.objects.filter(pk=choice.household, house=house).select_related("house").first() if house else None
    )
    if found is None or choice.household_version is None:
        raise Conflict(_("Hộ này không còn ở nhà đó nữa. Hãy tải lại trang rồi duyệt."), code="household_moved")
    return found


def _decided(
    visit: SurveyVisit, house: House | None, household: Household | None, choice: Choice
) -> tuple[dict[str, Any], list[str]]:
    """What is written, "household.phone" → value, and the keys of what the officer keeps as the register has it.

    Raises Conflict where somebody has yet to decide.
    """
    found = register_changes(visit, house, household)
    subject = None if household is None else household.pk
    unlisted = [one for one in found if not one.name.startswith("house.") and one.does != "leave"]
    if choice.listed != subject and unlisted:
        raise Conflict(
            _("Danh sách sẽ ghi là của hộ khác. Đã lập lại cho hộ vừa chọn: hãy xem bên dưới rồi duyệt lại."),
            code="other_household",
        )
    if waiting := [one for one in found if one.is_waiting(choice.decided)]:
        table = rules(visit.round.rules_version)
        named = ", ".join(f"“{answer_words.label_of(table, one.field)}”" for one in waiting)
        raise Conflict(_why_waiting(waiting) % {"fields": named}, code="register_moved")
    kept = [one.key for one in found if one.does == "ask" and choice.decided.get(one.key) == "keep"]
    return {one.name: one.value(choice.decided) for one in found if one.is_written(choice.decided)}, kept


def _why_waiting(waiting: list[RegisterChange]) -> str:
    if all(one.why == "moved" for one in waiting):
        return _("Hồ sơ đã đổi sau khi điện thoại tải về, ở mục %(fields)s. Hãy chọn từng mục bên dưới rồi duyệt lại.")
    return _("Hồ sơ đang ghi khác, ở mục %(fields)s. Hãy chọn từng mục bên dưới rồi duyệt lại.")


def _write_household(
    user: Any, house: House, household: Household | None, values: dict[str, Any], choice: Choice, changeset: Any
) -> None:
    found = {name.partition(".")[2]: value for name, value in values.items() if name.startswith("household.")}
    if household is None and "head_name" not in found:
        return
    before = household or Household()
    people = People(
        head_name=str(found.get("head_name", before.head_name)),
        phone=str(found.get("phone", before.phone)),
        size=found.get("size", before.size),
        note=before.note,
        shop_name=str(found.get("shop_name", before.shop_name)),
        personal_number=before.personal_number,
    )
    if household is None:
        household_editing.add_household(user=user, house=house, people=people, into=changeset)
    elif people != _people(household):
        household_editing.edit_household(
            user=user, household=household, version=choice.household_version or 0, people=people, into=changeset
        )


def _people(one: Household) -> People:
    return People(one.head_name, one.phone, one.size, one.note, one.shop_name, one.personal_number)


def _place(visit: SurveyVisit) -> Place | None:
    if visit.location is None:
        return None
    source = str(visit.position.get("source", LocationSource.MAP))
    accuracy = visit.position.get("accuracy_m")
    known = source if source in LocationSource.values else LocationSource.MAP
    return Place(visit.location, known, float(accuracy) if isinstance(accuracy, (int, float)) else None)


def _locked(
    user: Any, visit: SurveyVisit, version: int, states: tuple[VisitState, ...], *, writes: bool = False
) -> SurveyVisit:
    """Hold the visit; whoever `writes` into the register has the commune's turn before.

    Whoever gives a house another village has its turn and the house, and then takes the visit along (migrations 0052
    and 0054): with the visit alone one would wait for them while they wait for the visit.
    """
    access.require(user, RUNS, visit.commune)
    if writes:
        take_turn(visit.commune_id)
    fresh = (
        SurveyVisit.objects.select_for_update(of=("self",))
        .select_related("round", "commune", "village")
        .get(pk=visit.pk)
    )
    if fresh.version != version or fresh.state not in states:
        raise Conflict(
            _("Kết quả này đã thay đổi sau khi bạn mở trang (nay: %(state)s). Hãy xem lại rồi quyết định.")
            % {"state": fresh.get_state_display()},
            code="version",
        )
    return fresh


def _reviewed(user: Any, visit: SurveyVisit, state: VisitState, comment: str) -> SurveyVisit:
    visit.state, visit.comment = state, comment
    visit.reviewed_by, visit.reviewed_at = user, timezone.now()
    visit.save()
    write_down("survey.review", visit, state=str(state))
    return visit


def write_down(action: str, visit: SurveyVisit, **detail: Any) -> None:
    """Note in the audit trail what was done with a visit."""
    code = House.objects.filter(pk=visit.house_id).values_list("code", flat=True).first()
    audit.record(
        action, subject=codes.format_house_code(code) if code else visit.village.full_name,
        table=SurveyVisit._meta.db_table, row_id=visit.pk, commune=visit.commune, village_id=visit.village_id,
        detail=detail or None,
    )  # fmt: skip

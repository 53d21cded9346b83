"""What an official does to a household at the desk: add, edit, move to another house, remove.

As with houses, each action is one transaction with a change set and asks for the version that the person saw.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.finding import require_at_house
from households.house_editing import HOUSEHOLDS, People, bump, new_household, subject_of, validate
from households.models import House, Household, HouseState
from mapping import changes
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet


@transaction.atomic
def add_household(
    *, user: Any, house: House, people: People, into: ChangeSet | None = None
) -> tuple[Household, ChangeSet]:
    """Add a household to a house that stands; `into` is the change set of a larger act. Raises UserError."""
    require_at_house(user, Capability.EDIT, house)
    house = _standing(house)
    household = new_household(house, people)
    household.save(force_insert=True)
    changeset = into or changes.begin(kind="household.add", subject=subject_of(house), commune=house.commune, user=user)
    changes.added(changeset, HOUSEHOLDS, [household.pk])
    return household, changeset


@transaction.atomic
def edit_household(
    *,
    user: Any,
    household: Household,
    version: int,
    people: People,
    kind: str = "household.edit",
    into: ChangeSet | None = None,
) -> ChangeSet:
    """Change what is written about a household, perhaps `into` a larger act. Raises Conflict, UserError."""
    household = _locked(user=user, household=household, version=version)
    changeset = _remembered(household, kind=kind, user=user, into=into)
    household.head_name, household.phone = people.head_name, people.phone
    household.size, household.note, household.shop_name = people.size, people.note, people.shop_name
    household.personal_number = people.personal_number
    validate(household)
    bump(household, "head_name", "phone", "size", "note", "shop_name", "personal_number")
    changes.seal(changeset)
    return changeset


@transaction.atomic
def move_household(*, user: Any, household: Household, version: int, house: House) -> ChangeSet:
    """Move a household to another house, which must stand and be the person's to edit. Raises Conflict, UserError."""
    household = _locked(user=user, household=household, version=version)
    require_at_house(user, Capability.EDIT, house)
    house = _standing(house)
    if house.pk == household.house_id:
        raise UserError(_("Hộ này đang ở chính nhà đó. Hãy chọn một nhà khác."), code="same_house")
    changeset = _remembered(household, kind="household.move", user=user)
    household.house, household.commune = house, house.commune
    validate(household)
    bump(household, "house", "commune")
    changes.seal(changeset)
    return changeset


@transaction.atomic
def remove_household(*, user: Any, household: Household, version: int) -> ChangeSet:
    """Take a household out; the change set keeps it, so that it can come back. Raises Conflict."""
    household = _locked(user=user, household=household, version=version)
    changeset = _remembered(household, kind="household.remove", user=user)
    household.delete()
    changes.seal(changeset)
    return changeset


def _locked(*, user: Any, household: Household, version: int) -> Household:
    require_at_house(user, Capability.EDIT, household.house)
    fresh = (
        Household.objects.select_for_update(of=("self",)).select_related("house__commune").filter(pk=household.pk)
    ).first()
    if fresh is None or fresh.version != version:
        raise Conflict(
            _("Hộ này đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp."), code="version"
        )
    return fresh


def _standing(house: House) -> House:
    house = House.objects.select_for_update(of=("self",)).select_related("commune").get(pk=house.pk)
    if house.state == HouseState.CLOSED:
        raise UserError(_("Nhà này đã đóng, không thêm hộ vào được. Hãy mở lại nhà trước."), code="closed")
    return house


def _remembered(household: Household, *, kind: str, user: Any, into: ChangeSet | None = None) -> ChangeSet:
    house = household.house
    changeset = into or changes.begin(kind=kind, subject=subject_of(house), commune=house.commune, user=user)
    changes.remember(changeset, HOUSEHOLDS, [household.pk])
    return changeset

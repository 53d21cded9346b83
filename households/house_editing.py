"""What an official does to a house at the desk: add, edit, move, split, close, reopen.

Each action is one transaction with a change set, which it returns so that the page can offer to undo it. The
version that the person saw comes along: when the house has moved on since, Conflict and nothing changes.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households import codes, doubled_numbers
from households.decided_numbers import leave_decision
from households.finding import require_at_house
from households.house_places import require_free, require_point, require_village
from households.locating import commune_at, require_inside, village_at
from households.models import House, Household, HouseState, LocationSource
from households.proposals.turns import take_turn
from mapping import changes
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet, Unit

HOUSES, HOUSEHOLDS = House._meta.db_table, Household._meta.db_table


@dataclass(frozen=True, slots=True)
class People:
    """A household as it is typed: the head, a phone in national digits or empty, how many people."""

    head_name: str
    phone: str = ""
    size: int | None = None
    note: str = ""
    shop_name: str = ""
    personal_number: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in EPSG:4326 and how it was found: a value of LocationSource, the radius in metres if it is known."""

    point: Point
    source: str
    accuracy_m: float | None


@transaction.atomic
def add_house(
    *,
    user: Any,
    point: Point,
    number: str,
    street: str,
    commune: Unit | None = None,
    village: Unit | None = None,
    people: People | None = None,
    note: str = "",
    form_id: uuid.UUID | None = None,
    anyway: bool = False,
    surveyed: tuple[uuid.UUID, Place] | None = None,
    into: ChangeSet | None = None,
) -> tuple[House, ChangeSet]:
    """Add a house at a point in EPSG:4326, perhaps with its first household.

    `surveyed` is the id that a phone gave it, and how it was measured; `into` the change set of a larger act.

    The commune is found from the point unless given, and so is the village. `form_id` names the filled-in form: sent
    a second time, it answers with the house that it made. Raises UserError when the point lies outside (with the
    distance) or a house stands there already, unless `anyway`; Conflict when a decision gave its number to another;
    NotAllowed when the person does not work there.
    """
    house_id = House._meta.pk.get_default()
    if form_id is not None:
        # Out of the person too, so that nobody chooses an id or reaches another's form; and out of what was typed,
        # since browsers bring an old form back in which the next house is then written.
        house_id = uuid.uuid5(form_id, f"{user.pk} {point.coords} {number} {street}")
        made = _made_before(house_id)
        if made is not None:
            return made
    measured = Place(point, LocationSource.MAP, None)
    if surveyed is not None:
        house_id, measured = surveyed
    commune = commune_at(user=user, point=point, commune=commune)
    if village is None:
        village = village_at(point=point, commune=commune)
    house = House(
        id=house_id,
        code=next_house_code(),
        commune=commune,
        village=_village_of(commune, village),
        number=number,
        street=street,
        location=point,
        location_source=measured.source,
        accuracy_m=measured.accuracy_m,
        note=note,
    )
    require_village(user, house)
    require_point(user, house.commune, point)
    if not anyway:
        require_free(user, point)
    validate(house)
    with _one_number(house):
        house.save(force_insert=True)
    changeset = into or changes.begin(kind="house.add", subject=subject_of(house), commune=commune, user=user)
    changes.added(changeset, HOUSES, [house.pk])
    if people is not None:
        household = new_household(house, people)
        household.save(force_insert=True)
        changes.added(changeset, HOUSEHOLDS, [household.pk])
    return house, changeset


@transaction.atomic
def edit_house(
    *,
    user: Any,
    house: House,
    version: int,
    number: str,
    street: str,
    village: Unit | None,
    note: str,
    place: Place | None = None,
    into: ChangeSet | None = None,
) -> ChangeSet:
    """Change what is written about a house, and put it at `place` if given. Raises Conflict, UserError, NotAllowed.

    `into` is the change set of a larger act.

    Refused with Conflict, too, where the house and another would have one number that a decision gave to either.

    Number and street that a decision gave are changed only by whoever may number houses, and are then no longer what
    was decided: the next proposal may change them.
    """
    moves = (number, street, village) != (house.number, house.street, house.village) or house.version != version
    if moves:
        take_turn(house.commune_id)
    house = locked_house(user=user, house=house, version=version)
    if place is not None:
        require_inside(point=place.point, commune=house.commune)
        require_point(user, house.commune, place.point)
    changeset = _remembered(house, kind="house.edit", user=user, into=into)
    if (number, street) != (house.number, house.street):
        leave_decision(house, changeset, user)
    house.number, house.street, house.note = number, street, note
    house.village = _village_of(house.commune, village)
    require_village(user, house)
    written = ["number", "street", "note", "village"]
    if place is not None:
        house.location, house.location_source, house.accuracy_m = place.point, place.source, place.accuracy_m
        written += ["location", "location_source", "accuracy_m"]
    with _one_number(house) if moves else nullcontext():
        _write(house, changeset, *written)
    return changeset


@transaction.atomic
def move_house(*, user: Any, house: House, version: int, point: Point) -> ChangeSet:
    """Put a house at another point of its commune (EPSG:4326).

    Raises Conflict, UserError with the distance, NotAllowed in a village where the person does not work.
    """
    house = locked_house(user=user, house=house, version=version)
    require_inside(point=point, commune=house.commune)
    require_point(user, house.commune, point)
    changeset = _remembered(house, kind="house.move", user=user)
    house.location, house.location_source, house.accuracy_m = point, LocationSource.MAP, None
    _write(house, changeset, "location", "location_source", "accuracy_m")
    return changeset


@transaction.atomic
def split_house(
    *,
    user: Any,
    house: House,
    version: int,
    number: str,
    street: str,
    point: Point,
    household_ids: Iterable[uuid.UUID],
    anyway: bool = False,
) -> tuple[House, ChangeSet]:
    """Make a second house out of one: a new code at a new point, to which the named households go.

    The first house keeps its code, number and plate. Raises Conflict (also where a decision gave the new number to
    another house), UserError (also where a house stands already, unless `anyway`), NotAllowed in a village where the
    person does not work.
    """
    take_turn(house.commune_id)
    house = locked_house(user=user, house=house, version=version)
    if house.state == HouseState.CLOSED:
        raise Conflict(_("Nhà này đã đóng, không tách được. Hãy mở lại nhà trước."), code="closed")
    require_inside(point=point, commune=house.commune)
    require_point(user, house.commune, point)
    wanted = set(household_ids)
    leaving = list(Household.objects.select_for_update(of=("self",)).filter(house=house, pk__in=wanted))
    if len(leaving) != len(wanted):
        raise Conflict(_("Có hộ không còn ở nhà này nữa. Hãy tải lại trang rồi chọn lại."), code="household_moved")
    if not anyway:
        require_free(user, point)
    part = House(
        code=next_house_code(),
        commune=house.commune,
        village=house.village,
        number=number,
        street=street,
        location=point,
        location_source=LocationSource.MAP,
    )
    validate(part)
    with _one_number(part):
        part.save(force_insert=True)
    changeset = changes.begin(kind="house.split", subject=subject_of(house), commune=house.commune, user=user)
    changes.remember(changeset, HOUSES, [house.pk])
    changes.added(changeset, HOUSES, [part.pk])
    changes.remember(changeset, HOUSEHOLDS, [household.pk for household in leaving])
    for household in leaving:
        household.house = part
        bump(household, "house")
    bump(house)
    changes.seal(changeset)
    return part, changeset


@transaction.atomic
def close_house(*, user: Any, house: House, version: int, reason: str, closed_on: datetime.date) -> ChangeSet:
    """Close a house that no longer stands; its code is never given again. Raises Conflict, UserError."""
    house = locked_house(user=user, house=house, version=version)
    if house.state == HouseState.CLOSED:
        raise Conflict(_("Nhà này đã đóng từ trước."), code="already_closed")
    if closed_on > timezone.localdate():
        raise UserError(_("Ngày đóng không thể sau hôm nay."), code="future")
    changeset = _remembered(house, kind="house.close", user=user)
    house.state, house.closed_on, house.closed_reason = HouseState.CLOSED, closed_on, reason
    _write(house, changeset, "state", "closed_on", "closed_reason")
    return changeset


@transaction.atomic
def reopen_house(*, user: Any, house: House, version: int) -> ChangeSet:
    """Use a closed house again, under its old code.

    Raises Conflict, also where its number is another house's meanwhile and a decision gave it to either.
    """
    take_turn(house.commune_id)
    house = locked_house(user=user, house=house, version=version)
    if house.state == HouseState.ACTIVE:
        raise Conflict(_("Nhà này đang dùng, không cần mở lại."), code="already_open")
    changeset = _remembered(house, kind="house.reopen", user=user)
    house.state, house.closed_on, house.closed_reason = HouseState.ACTIVE, None, ""
    sentence = _(
        "Không mở lại được, vì hai nhà đang dùng sẽ mang cùng một số theo quyết định: %(named)s. Hãy sửa số của một "
        "nhà trước, rồi mở lại."
    )
    with doubled_numbers.none_by(sentence, house.commune_id, [house.pk]):
        _write(house, changeset, "state", "closed_on", "closed_reason")
    return changeset


# --- What the actions share -----------------------------------------------------------------------


def next_house_code() -> str:
    """Return a house code that was never given before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('households_house_code_number')")
        return codes.house_code(cursor.fetchone()[0])


def locked_house(*, user: Any, house: House, version: int) -> House:
    """Return the house locked for this transaction; raises Conflict when its version is not the one seen."""
    require_at_house(user, Capability.EDIT, house)
    fresh = House.objects.select_for_update(of=("self",)).select_related("commune", "village").get(pk=house.pk)
    if fresh.version != version:
        raise Conflict(
            _("Nhà %(code)s đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp.")
            % {"code": codes.format_house_code(fresh.code)},
            code="version",
        )
    return fresh


def subject_of(house: House) -> str:
    """Name a house in the list of changes, without any person: "123-456-782 · 12/5 ngõ Đình"."""
    return " · ".join(filter(None, (codes.format_house_code(house.code), house.short_address)))


def new_household(house: House, people: People) -> Household:
    """Return a valid household of the house, not yet saved."""
    household = Household(
        house=house,
        commune=house.commune,
        head_name=people.head_name,
        phone=people.phone,
        size=people.size,
        note=people.note,
        shop_name=people.shop_name,
        personal_number=people.personal_number,
    )
    validate(household)
    return household


def validate(row: models.Model) -> None:
    """Check a row by its model; raises UserError with the first fault and the field's name."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        known = {f.name: f.verbose_name for f in row._meta.fields}
        sentence = f"{str(known[field]).capitalize()}: {messages[0]}" if field in known else messages[0]
        raise UserError(sentence, code=field) from error


def bump(row: House | Household, *fields: str) -> None:
    """Save these fields of a row under its next version."""
    row.version += 1
    row.save(update_fields=[*fields, "version", "updated_at"])


def _remembered(house: House, *, kind: str, user: Any, into: ChangeSet | None = None) -> ChangeSet:
    changeset = into or changes.begin(kind=kind, subject=subject_of(house), commune=house.commune, user=user)
    changes.remember(changeset, HOUSES, [house.pk])
    return changeset


def _write(house: House, changeset: ChangeSet, *fields: str) -> None:
    validate(house)
    bump(house, *fields)
    changes.seal(changeset)


def _one_number(house: House) -> AbstractContextManager[None]:
    """Let an address be written on a house unless it is another's and a decision gave it to either."""
    sentence = _(
        "Không ghi được, vì hai nhà đang dùng sẽ mang cùng một số, trong đó có số theo quyết định: %(named)s. Hãy ghi "
        "số khác, hoặc sửa số của nhà kia trước."
    )
    if not house.number:
        return nullcontext()
    return doubled_numbers.none_by(sentence, house.commune_id, [house.pk], unnamed={house.code})


def _village_of(commune: Unit, village: Unit | None) -> Unit | None:
    if village is not None and village.parent_id != commune.pk:
        raise UserError(
            _("%(village)s không thuộc %(commune)s. Hãy chọn một thôn của xã.")
            % {"village": village, "commune": commune},
            code="village",
        )
    return village


def _made_before(house_id: uuid.UUID) -> tuple[House, ChangeSet] | None:
    """The house that the same form has made, and how; a second click waits here for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [house_id.int % 2**63])
    house = House.objects.filter(pk=house_id).first()
    if house is None:
        return None
    return house, ChangeSet.objects.get(
        changes__row_id=house_id, changes__before__isnull=True, kind="house.add", undone_at=None
    )

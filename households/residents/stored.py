"""What is stored about a household, as its own page shows it: each field with its value, purpose, class and how long.

Which fields there are and what they are for is declared in `households/personal_fields.py`; a field that is declared
there later shows itself here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households import address_reading, codes
from households.assessments.keeping import mark_holding
from households.models import Assessment, House, Household
from households.residents import corrections
from mapping import personal
from mapping.masking import spaced
from mapping.personal import PersonalField

_NOT_SHOWN: Final = frozenset({"search_key"})  # the name again, without marks


@dataclass(frozen=True, slots=True)
class StoredField:
    """One thing that is written down. `name` is its column where the household can ask for it by itself, else ""."""

    label: str
    value: str
    purpose: str
    sensitivity: str
    kept: str
    name: str = ""
    plain: str = ""  # the value as it is kept, where `value` has it in groups
    standing: str = ""  # of what came one after the other: in force, or before
    holds: bool = False
    assessment: uuid.UUID | None = None


def about_people(household: Household) -> list[StoredField]:
    """What is written about the people, and what they were assessed to be."""
    return [*_of_household(household), *_assessments(household)]


def _of_household(household: Household) -> list[StoredField]:
    return [
        _stored(
            _label(Household, name),
            grouped(name, corrections.shown(household, name)),
            field,
            name if name in corrections.FIELDS else "",
            plain=corrections.shown(household, name),
        )
        for name, field in personal.tables[Household._meta.label].fields.items()
        if name not in _NOT_SHOWN
    ]


def _assessments(household: Household) -> list[StoredField]:
    field = personal.tables[Assessment._meta.label].fields["outcome"]
    found = list(Assessment.objects.filter(household=household).order_by("-assessed_on", "-id"))
    mark_holding(found)
    return [
        _stored(
            capfirst(one.standard_label),
            outcome_of(one),
            field,
            standing=_("đang áp dụng") if one.holds else _("trước đây"),
            holds=one.holds,
            assessment=one.pk,
        )
        for one in found
        if not one.is_corrected
    ]


def outcome_of(one: Assessment) -> str:
    """What was found, and by which decision."""
    return _("%(outcome)s, quyết định %(number)s ngày %(date)s") % {
        "outcome": one.outcome_label,
        "number": one.decision_number,
        "date": date_format(one.decision_date, "SHORT_DATE_FORMAT"),
    }


def grouped(field: str, value: str) -> str:
    """A field's value as officials see it: digits of a telephone and of a personal number in groups."""
    if field == "phone":
        return spaced(value)
    return spaced(value, first=3) if field == "personal_number" else value


def about_house(household: Household) -> list[StoredField]:
    """What is written about the house they live in. All but the note anyone may see."""
    house = household.house
    fields = personal.tables[House._meta.label].fields
    address = address_reading.of_house(house)
    values = (
        (_("Mã nhà"), codes.format_house_code(house.code), "number"),
        (_("Số nhà"), house.number, "number"),
        (_("Đường, ngõ"), house.street, "street"),
        (_("Thôn, xã, tỉnh"), address.place, "location"),
        (_("Vị trí"), f"{house.location.y:.6f}, {house.location.x:.6f}", "location"),
        (_("Ghi chú về nhà"), house.note, "note"),
    )
    return [_stored(label, value, fields[name]) for label, value, name in values]


def _stored(label: str, value: str, field: PersonalField, name: str = "", **more: Any) -> StoredField:
    return StoredField(label, value, str(field.purpose), field.sensitivity.label, _kept(field), name, **more)


def _label(model: type[Household], name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _kept(field: PersonalField) -> str:
    """How long, in words."""
    if field.keep_days is None:
        return _("cùng với nhà")
    if field.keep_days < 365:
        return ngettext("%(count)d ngày sau %(event)s", "%(count)d ngày sau %(event)s", field.keep_days) % {
            "count": field.keep_days,
            "event": field.ground.counted_from,
        }
    years = field.keep_days // 365
    return ngettext("%(count)d năm sau %(event)s", "%(count)d năm sau %(event)s", years) % {
        "count": years,
        "event": field.ground.counted_from,
    }

"""What each field about a person is: how sensitive, what for, on which ground, how long, and who may see it.

Every app declares its tables in a `personal_fields.py` and announces them here; `tests/security/test_personal_data.py`
fails on a field that nobody declared. Pages, files, searches and logs ask these declarations, `manage.py personal_data`
prints them as the record of processing that the law asks for, and `docs/privacy.md` explains them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mapping.access import Capability


class Sensitivity(enum.Enum):
    """How the law classes a field (Law 91/2025/QH15, Decree 356/2025)."""

    NONE = "none"
    BASIC = "basic"
    SENSITIVE = "sensitive"

    @property
    def label(self) -> str:
        """What it is called in the record of processing."""
        return str(_LABELS[self])


_LABELS: Final[dict[Sensitivity, Promise]] = {
    Sensitivity.NONE: _("không phải dữ liệu cá nhân"),
    Sensitivity.BASIC: _("cơ bản"),
    Sensitivity.SENSITIVE: _("nhạy cảm"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a field may be kept, and what its days are counted from."""

    basis: Promise
    counted_from: Promise


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One field about a person.

    `keep_days` are counted from what its ground says; None: as long as the row that explains it. `see` is what a
    person needs to have it on screen, masked where `masked` says so; `reveal` what they need to have it in full, for
    which each look is written down. `see` None: nobody at the desk sees it.
    """

    purpose: Promise
    ground: Ground
    keep_days: int | None
    sensitivity: Sensitivity = Sensitivity.BASIC
    see: Capability | None = Capability.SEE_PEOPLE
    masked: bool = False
    reveal: Capability | None = None


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with people in it: each field is personal, or named as one that is not."""

    fields: dict[str, PersonalField]
    others: frozenset[str] = frozenset()
    """Fields that say nothing about a person by themselves: keys, places, counters, times."""


tables: Final[dict[str, PersonalTable]] = {}
"""Model label ("households.Household") → its fields."""
without_people: Final[set[str]] = set()
"""Labels of models that hold nothing about a person."""


def undeclared(model: type[models.Model]) -> list[str]:
    """Return the fields of a model that no declaration names, that two name, and names that are no field."""
    label = model._meta.label
    if label in without_people:
        return []
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:  # the history of a table keeps what the table holds, and who changed it (mapping/audit.py)
        if tracked._meta.label in without_people:
            return []
        table = tables.get(tracked._meta.label, PersonalTable({}))
        known = table.fields.keys() | table.others | {"id"}
        return sorted(
            f"{label}.{field.name}"
            for field in model._meta.get_fields()
            if field.concrete and not field.name.startswith("pgh_") and field.name not in known
        )
    names = {field.name for field in model._meta.get_fields() if field.concrete}
    table = tables.get(label)
    if table is None:
        return [label]
    said = table.fields.keys() | table.others
    both = table.fields.keys() & table.others
    return sorted(f"{label}.{name}" for name in (names ^ said) | both)


def field_of(label: str, name: str) -> PersonalField:
    """Return the declaration of a personal field; raises KeyError where it is none."""
    return tables[label].fields[name]


def masked_fields(label: str) -> frozenset[str]:
    """Return the names of a model's fields that are masked until they are revealed."""
    return frozenset(name for name, field in tables[label].fields.items() if field.masked)


def record_of_processing() -> list[dict[str, Any]]:
    """Return one row a personal field, in the reader's language, for a table on paper."""
    rows = []
    for label, table in sorted(tables.items()):
        model = apps.get_model(label)
        for name, field in table.fields.items():
            found = model._meta.get_field(name)
            rows.append(
                {
                    "table": str(model._meta.verbose_name),
                    "field": name,
                    "label": str(getattr(found, "verbose_name", name)),
                    "sensitivity": field.sensitivity.label,
                    "purpose": str(field.purpose),
                    "basis": str(field.ground.basis),
                    "keep_days": field.keep_days,
                    "counted_from": str(field.ground.counted_from),
                    "masked": field.masked,
                    "see": field.see.label if field.see else "",
                    "reveal": field.reveal.label if field.reveal else "",
                }
            )
    return rows

"""Take a household's personal values out of the history when they may be kept no longer, or when it asks for that.

Who did what and when stays readable; only the values go. Backups made before still hold them, until they are rotated.
"""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction
from django.utils import timezone

from households.models import Household, HouseholdEvent, ImportRun
from mapping import personal
from mapping.models import AuditEntry, Job, StoredFile

_HOUSEHOLD: Final = "households.Household"
_APPEND_ONLY: Final = frozenset({"households.Assessment"})
"""Rows that nothing may change; they go as a whole."""
_STAYS: Final = frozenset({"households.Consent", "households.ResidentSecret", "households.ResidentSession"})
"""What proves consent and who opened the page: no value of a person stands in it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A household that was removed, and the fields of it that may be kept no longer."""

    household_id: uuid.UUID
    removed_at: datetime.datetime
    fields: frozenset[str]


def plan(fields: frozenset[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return what a redaction empties, by table: everything declared personal, or these fields of households alone."""
    tables = {}
    for label, table in personal.tables.items():
        model = apps.get_model(label)
        if label == _HOUSEHOLD:
            columns = sorted(name for name in table.fields if fields is None or name in fields)
            tables[model._meta.db_table] = {"key": "id", "columns": columns}
        elif fields is None and label not in _STAYS and _link(model) is not None:
            columns = sorted(
                model._meta.get_field(name).column
                for name in table.fields
                if _holds_a_value(model._meta.get_field(name))
            )
            tables[model._meta.db_table] = {
                "key": "household_id", "columns": columns, "drop": label in _APPEND_ONLY,
            }  # fmt: skip
    return tables


def redact(household_id: uuid.UUID, *, why: str, fields: frozenset[str] | None = None) -> int:
    """Empty every value of a household that was removed, or these fields alone; return how many rows held one.

    Runs as the owner of the database. Raises django.db.Error when the household is still there or never was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sonha_redact_household(%s, %s, %s::jsonb)", [household_id, why, json.dumps(plan(fields))]
        )
        count: int = cursor.fetchone()[0]
        return count


def due(now: datetime.datetime | None = None) -> list[Due]:
    """Return the removed households that still have values in the history past their days, the earliest first."""
    now = now or timezone.now()
    standing = Household.objects.filter(pk=models.OuterRef("pgh_obj"))
    removed_at = dict(
        HouseholdEvent.objects.filter(~models.Exists(standing), pgh_label="delete")
        .order_by()
        .values_list("pgh_obj")
        .annotate(at=models.Max("pgh_created_at"))
    )
    kept = {field.name for field in HouseholdEvent._meta.get_fields()}
    fields: dict[uuid.UUID, set[str]] = {}
    for name, field in personal.tables[_HOUSEHOLD].fields.items():
        if field.keep_days is None or name not in kept:
            continue
        limit = now - datetime.timedelta(days=field.keep_days)
        past = [household_id for household_id, at in removed_at.items() if at < limit]
        holding = HouseholdEvent.objects.filter(pgh_obj__in=past, **{f"{name}__isnull": False})
        for household_id in holding.order_by().values_list("pgh_obj", flat=True).distinct():
            fields.setdefault(household_id, set()).update({name, "search_key"} if name == "head_name" else {name})
    found = [Due(key, removed_at[key], frozenset(names)) for key, names in fields.items()]
    return sorted(found, key=lambda item: (item.removed_at, item.household_id))


def files_that_may_hold(household_id: uuid.UUID) -> list[StoredFile]:
    """Return the files still there that may hold the household: lists its communes brought in, lists that took it out.

    What an import left as it was is in its file all the same, so each import of those communes counts.
    """
    events = HouseholdEvent.objects.filter(pgh_obj=household_id)
    runs = ImportRun.objects.filter(commune__in=events.order_by().values("pgh_commune_id"))
    made = models.Q(pk__in=runs.values("file")) | models.Q(pk__in=runs.values("report_file"))
    for entry in AuditEntry.objects.filter(action="export", rows__contains=[household_id]):
        jobs = Job.objects.filter(
            commune_id=entry.commune_id, created_by_id=entry.user_id, started_at__lte=entry.at, ended_at__gte=entry.at
        )
        made |= models.Q(pk__in=jobs.values("result_file"))
    return list(StoredFile.objects.filter(made, removed_at=None).order_by("created_at", "pk"))


def _link(model: type[models.Model]) -> Any:
    try:
        field: Any = model._meta.get_field("household")
    except FieldDoesNotExist:
        return None
    return field if field.related_model is Household else None


def _holds_a_value(field: Any) -> bool:
    return not field.is_relation and isinstance(
        field, models.CharField | models.TextField | models.JSONField | models.DateField
    )

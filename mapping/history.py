"""Models of the history of rows: one event for every insert, update and delete, with who, from where and why.

The models are django-pghistory's, made by `event_model`. The triggers that fill them are ours
(`mapping/history_sql.py`), for four reasons. pghistory takes its context from a setting of its own, or from a table
that is upserted and so cannot be append-only. Its triggers write with the rights of whoever acts, who then could forge
events. At the statement level they keep every new row a second time, which an import of 100,000 houses would feel. And
they name the columns of the day when they were made. So neither its middleware nor django-pgtrigger is installed.

An insert's event holds no values: they stand in the row, and the next event holds the row as it was before. An update's
and a delete's event hold the row before. So the whole history is there and each personal value is stored once.
"""

from __future__ import annotations

from typing import Any

import pghistory
import pghistory.models
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

# Columns that follow from others, or that the event has already.
_DERIVED = frozenset({"search_key"})


class RowEvent(pghistory.models.Event):
    """What every event says besides the row: its place, for the wall around the events."""

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_commune_id = models.BigIntegerField(null=True)
    pgh_village_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class BulkEvent(RowEvent):
    """An event whose insert may stand for up to a thousand rows that one statement added: `pgh_objs`, sorted.

    `pgh_obj` is null then.
    """

    pgh_objs = ArrayField(models.UUIDField(), null=True)
    pgh_first = models.UUIDField(null=True)
    pgh_last = models.UUIDField(null=True)

    class Meta:
        abstract = True


def event_model(model: type[models.Model], *, exclude: tuple[str, ...] = (), indexes: tuple[Any, ...] = ()) -> Any:
    """Return the abstract model of the events of `model`, to be subclassed under a name that ends in "Event"."""
    bulk = isinstance(model._meta.pk, models.UUIDField)
    derived = {
        field.name
        for field in model._meta.local_fields
        if field.primary_key or getattr(field, "generated", False) or field.name in _DERIVED
    }
    name = model._meta.db_table.partition("_")[2]
    if bulk:
        last = models.Index(
            fields=("pgh_last", "pgh_first"), condition=Q(pgh_objs__isnull=False), name=f"{name}_event_bulk"
        )
        indexes = (*indexes, last)
    events: Any = pghistory.create_event_model(
        model,
        *(pghistory.ManualEvent(label) for label in ("insert", "update", "delete")),
        exclude=[*derived, *exclude],
        obj_field=pghistory.ObjForeignKey(related_name="events", null=True),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,
        append_only=False,
        base_model=BulkEvent if bulk else RowEvent,
        meta={"indexes": indexes, "ordering": ("-pgh_created_at", "-pgh_id")},
    )
    for field in events._meta.local_fields:
        if not field.name.startswith("pgh_"):
            # An event keeps what stood in the row and judges nothing of it; an insert's keeps nothing.
            field.null, field.blank, field.db_index, field.choices, field._validators = True, True, False, None, []
            field.default, field.db_default = models.NOT_PROVIDED, models.NOT_PROVIDED
            field.auto_now, field.auto_now_add = False, False
    return events


def of_row(events: type[Any], row_id: Any) -> models.QuerySet[Any]:
    """Return the events of one row, the latest first; with those that it shares with others it was added with."""
    alone = Q(pgh_obj=row_id)
    if issubclass(events, BulkEvent):
        alone |= Q(pgh_objs__isnull=False, pgh_last__gte=row_id, pgh_first__lte=row_id, pgh_objs__contains=[row_id])
    return events.objects.filter(alone)

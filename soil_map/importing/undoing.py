"""Take an import of the soil map back, whole or not at all."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mapping import audit, changes
from mapping.errors import Conflict
from mapping.file_names import safe_name
from mapping.models import ChangeSet
from mapping.wording import gettext as _
from soil_map.importing import keeping, polygon_writing
from soil_map.models import Result, Sample, SoilImport, SoilImportKind, SoilImportState
from soil_map.surfaces import refreshing


def undo(soil_import: SoilImport, user: Any) -> int:
    """Put everything back as it was before the import and return how many rows that were. Raises Conflict."""
    try:
        with transaction.atomic():
            current = keeping.locked(soil_import)
            if current.state != SoilImportState.APPLIED or current.changeset is None:
                raise Conflict(_("Lần nhập này chưa ghi gì nên không có gì để hoàn tác."), code="not_applied")
            keeping.one_at_a_time(current.commune)
            restored = changes.undo(changeset=current.changeset, user=user)
            if current.kind == SoilImportKind.SOIL_UNITS:
                polygon_writing.draw_anew(current)
            if current.kind == SoilImportKind.LABORATORY and current.campaign is not None:
                _note_as_changed(current.changeset)
                refreshing.after_change(current.campaign, user)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a row that is still needed shows itself here
            audit.record(
                "soil.undo", subject=safe_name(current.file.name), table=SoilImport._meta.db_table, row_id=current.pk,
                commune=current.commune, count=restored,
            )  # fmt: skip
            return restored
    except IntegrityError as error:
        raise Conflict(
            _(
                "Không hoàn tác được: những gì thêm trong lần này nay đã được dùng tiếp, ví dụ có mẫu của đợt khác ở "
                "cùng điểm. Hãy hoàn tác các lần nhập sau trước."
            ),
            code="still_needed",
        ) from error


def _note_as_changed(changeset: ChangeSet) -> None:
    """Rows that came back have the time of their image: surfaces made of what they were meanwhile must tell."""
    for model in (Sample, Result):
        back = changeset.changes.filter(table=model._meta.db_table, before__isnull=False).values("row_id")
        model.objects.filter(pk__in=back).update(updated_at=timezone.now())

"""Throw a list away that was brought and never written."""

from __future__ import annotations

from django.db import transaction

from households.models import ImportRun, ImportState
from mapping import files
from mapping.errors import Conflict
from mapping.wording import gettext as _

OPEN = (ImportState.UPLOADED, ImportState.CHECKED)


@transaction.atomic
def discard(*, run: ImportRun) -> None:
    """Delete the import, its file and its report. Raises Conflict for what was written once: that stays on record."""
    current = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run.pk).first()
    if current is None or current.state not in OPEN or current.changeset_id is not None:
        raise Conflict(
            _("Danh sách này đã được nhập hoặc đã bỏ, nên không bỏ được nữa; lần đã nhập thì hoàn tác được."),
            code="not_discardable",
        )
    kept = [current.file, current.report_file]
    current.delete()
    for stored in kept:
        if stored is not None:
            files.discard(stored)

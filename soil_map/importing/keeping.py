"""What every import of the soil map shares, whatever its file holds: kept with its file, noted, written, thrown away.

An import goes `start` → check, again whenever a person says more of what the file means → apply, or `discard`. A check
writes nothing but its report. What a kind of file means and does is in the module that `kinds.module_of` names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from mapping import access, audit, changes, files
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.file_names import safe_name
from mapping.models import ChangeSet, Unit
from mapping.wording import gettext as _
from soil_map.models import Campaign, SoilImport, SoilImportKind, SoilImportState
from soil_map.personal_fields import BROUGHT_FILE_DAYS

OPEN: Final = (SoilImportState.UPLOADED, SoilImportState.CHECKED)


@transaction.atomic
def start(
    *,
    path: Path,
    name: str,
    commune: Unit,
    user: Any,
    kind: str,
    campaign: Campaign | None = None,
    meaning: dict[str, Any] | None = None,
) -> SoilImport:
    """Keep a file, with its hash, as a new import of `kind`; nothing of it has been read yet.

    Sheets and cadastral files may name people and are removed after `BROUGHT_FILE_DAYS`; soil maps name none.
    `user` None is a command. `meaning` holds what is known before reading, such as the title of a soil map.
    """
    if user is not None:
        access.require(user, Capability.EDIT_SOIL, commune)
    with path.open("rb") as source:
        kept = files.store(
            source=File(source), name=name, content_type="application/octet-stream", commune=commune, user=user,
            keep_days=None if kind == SoilImportKind.SOIL_UNITS else BROUGHT_FILE_DAYS,
        )  # fmt: skip
    return SoilImport.objects.create(
        commune=commune, campaign=campaign, kind=kind, file=kept, created_by=kept.created_by, meaning=meaning or {}
    )


def note(soil_import: SoilImport, *, meaning: dict[str, Any], report: dict[str, Any], is_checked: bool) -> None:
    """Keep how a file was understood and what it would do; `is_checked` where nothing has to be asked any more."""
    with transaction.atomic():
        if locked(soil_import).state not in OPEN:
            raise Conflict(_("Tệp này đã được nhập rồi."), code="already_applied")
        soil_import.meaning, soil_import.report = meaning, report
        soil_import.state = SoilImportState.CHECKED if is_checked else SoilImportState.UPLOADED
        soil_import.save(update_fields=["meaning", "report", "state"])


def begin_writing(soil_import: SoilImport, user: Any) -> ChangeSet:
    """Hold a checked import and its commune, and open its change set; call inside the transaction that writes.

    Raises Conflict when there is nothing to write.
    """
    current = locked(soil_import)
    if user is not None:
        access.require(user, Capability.EDIT_SOIL, current.commune)
    require_checked(current)
    one_at_a_time(current.commune)
    return changes.begin(
        kind=f"soil.{current.kind}", subject=safe_name(current.file.name), commune=current.commune, user=user
    )


def end_writing(soil_import: SoilImport, changeset: ChangeSet, written: dict[str, int]) -> None:
    """Note that the import was written: how much of what, kept in `report["written"]`."""
    soil_import.report = {**soil_import.report, "written": written}
    soil_import.state, soil_import.changeset, soil_import.applied_at = (
        SoilImportState.APPLIED, changeset, timezone.now(),
    )  # fmt: skip
    soil_import.save()
    audit.record(
        "soil.import", subject=safe_name(soil_import.file.name), table=SoilImport._meta.db_table,
        row_id=soil_import.pk, commune=soil_import.commune, count=sum(written.values()), detail=written,
    )  # fmt: skip


def changed_since() -> Conflict:
    """The error where writing would do anything else than what the check showed."""
    return Conflict(
        _("Dữ liệu đất của xã đã thay đổi sau lần kiểm tra, nên kết quả không còn như đã xem. Hãy kiểm tra lại."),
        code="changed_since",
    )


def require_checked(soil_import: SoilImport) -> None:
    """Raise Conflict when the file was not checked, or was written before."""
    if soil_import.state != SoilImportState.CHECKED:
        raise Conflict(_("Tệp này chưa kiểm tra xong, hoặc đã được nhập rồi."), code="not_checked")


def one_at_a_time(commune: Unit) -> None:
    """Let imports into one commune's soil follow one another until their transactions end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('soil_map.importing', %s))", [commune.pk])


@transaction.atomic
def discard(soil_import: SoilImport) -> None:
    """Throw away an import that was not written, with its file. Raises Conflict for one that was."""
    current = SoilImport.objects.select_for_update(of=("self",)).filter(pk=soil_import.pk).first()
    if current is None or current.state not in OPEN:
        raise Conflict(
            _("Tệp này đã được nhập hoặc đã bỏ, nên không bỏ được nữa; lần đã nhập thì hoàn tác được."),
            code="not_discardable",
        )
    kept = current.file
    current.delete()
    files.discard(kept)


def locked(soil_import: SoilImport) -> SoilImport:
    """The import as it stands now, held until the transaction ends. Raises Conflict when it is gone."""
    found = SoilImport.objects.select_for_update(of=("self",)).select_related("commune", "file", "campaign")
    current = found.filter(pk=soil_import.pk).first()
    if current is None:
        raise Conflict(_("Tệp này đã bị bỏ."), code="gone")
    return current

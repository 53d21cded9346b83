"""Checking, writing and undoing an import of the soil map as long work: queued from a page, watched there."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mapping import access, files, jobs, registry
from mapping.access import Capability
from mapping.models import Job
from mapping.wording import gettext as _
from soil_map.importing import keeping, undoing
from soil_map.importing.kinds import module_of
from soil_map.models import SoilImport

CHECK, APPLY, UNDO = "soil_import.check", "soil_import.apply", "soil_import.undo"
_RELATED: Final = ("commune", "campaign", "file", "changeset", "created_by")

_LONG_BYTES: Final = 250_000
"""An import from a file of this size, of which nothing is left but its size, is taken back by a job."""


def register() -> None:
    """Announce the kinds of work."""
    for kind, label, run in (
        (CHECK, gettext_lazy("kiểm tra tệp dữ liệu đất"), _check),
        (APPLY, gettext_lazy("nhập tệp dữ liệu đất"), _apply),
        (UNDO, gettext_lazy("hoàn tác lần nhập dữ liệu đất"), _undo),
    ):
        registry.job_kinds[kind] = registry.JobKind(kind, label, Capability.EDIT_SOIL, run, back=_back)


def _back(params: dict[str, Any]) -> tuple[str, str]:
    return reverse("soil_import", args=[params["soil_import"]]), _("Trang của lần nhập")


def check(*, soil_import: SoilImport, meaning: dict[str, Any] | None, user: Any) -> Job | None:
    """Check now, or queue it when it takes long; the job is returned then."""
    if _is_long(soil_import):
        return _queue(CHECK, soil_import, user, meaning=meaning)
    module_of(soil_import.kind).check(soil_import, meaning)
    return None


def apply(*, soil_import: SoilImport, user: Any) -> Job | None:
    """Write now, or queue it when it takes long. Raises Conflict where there is nothing to write yet."""
    keeping.require_checked(soil_import)
    if _is_long(soil_import):
        return _queue(APPLY, soil_import, user)
    module_of(soil_import.kind).apply(soil_import, user)
    return None


def undo(*, soil_import: SoilImport, user: Any) -> Job | None:
    """Undo now, or queue it when it takes long. The file may be gone by then: what it wrote is in the change set."""
    is_long = soil_import.file.size > _LONG_BYTES if soil_import.file.removed_at else _is_long(soil_import)
    if is_long:
        return _queue(UNDO, soil_import, user)
    undoing.undo(soil_import, user)
    return None


def job_of(soil_import: SoilImport) -> Job | None:
    """The latest work on an import."""
    found = Job.objects.filter(commune=soil_import.commune_id, params__soil_import=str(soil_import.pk))
    return found.order_by("-created_at").first()


def _is_long(soil_import: SoilImport) -> bool:
    return module_of(soil_import.kind).is_long(files.path_of(soil_import.file))


def _queue(kind: str, soil_import: SoilImport, user: Any, **params: Any) -> Job:
    return jobs.start_once(
        kind=kind, commune=soil_import.commune, user=user, params={"soil_import": str(soil_import.pk), **params}
    )


def _import_of(work: jobs.Work) -> SoilImport:
    """The import, once more asking whether the person may still do this."""
    soil_import = SoilImport.objects.select_related(*_RELATED).get(pk=work.params["soil_import"])
    access.require(work.user, Capability.EDIT_SOIL, soil_import.commune)
    return soil_import


def _check(work: jobs.Work) -> None:
    soil_import = _import_of(work)
    module_of(soil_import.kind).check(soil_import, work.params["meaning"], work.progress)
    work.job.sentence = _("Đã đọc xong tệp “%(file)s”.") % {"file": soil_import.file.name}


def _apply(work: jobs.Work) -> None:
    soil_import = _import_of(work)
    did_before = soil_import.applied_at is not None and soil_import.applied_at >= work.job.created_at
    if not did_before:  # a job that was killed after its work is begun anew
        module_of(soil_import.kind).apply(soil_import, work.user, work.progress)
    work.job.sentence = _("Đã nhập tệp “%(file)s”.") % {"file": soil_import.file.name}


def _undo(work: jobs.Work) -> None:
    soil_import = _import_of(work)
    changeset = soil_import.changeset
    if changeset is None or changeset.undone_at is None or changeset.undone_at < work.job.created_at:
        undoing.undo(soil_import, work.user)
    work.job.sentence = _("Đã hoàn tác: dữ liệu trở lại như trước lần nhập này.")

"""Checking, writing and undoing as long work: queued from a page, watched there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils.translation import gettext_lazy

from households.importing import runs, undoing
from households.models import ImportRun
from mapping import access, jobs, registry
from mapping.access import Capability
from mapping.models import Job
from mapping.wording import gettext as _
from mapping.wording import ngettext

CHECK, APPLY, UNDO = "import.check", "import.apply", "import.undo"
INLINE_BYTES: Final = 250_000
"""A list up to this size, some 3,000 rows, is checked while the person waits: under two seconds."""
INLINE_ROWS: Final = 3_000


def register() -> None:
    """Announce the kinds of work and the page."""
    for kind, label, run in (
        (CHECK, gettext_lazy("kiểm tra danh sách"), _check),
        (APPLY, gettext_lazy("nhập danh sách"), _apply),
        (UNDO, gettext_lazy("hoàn tác lần nhập"), _undo),
    ):
        registry.job_kinds[kind] = registry.JobKind(kind, label, Capability.IMPORT, run)
    registry.navigation.append(
        registry.NavigationEntry(gettext_lazy("Nhập danh sách"), "imports", Capability.IMPORT, order=30)
    )


def check(*, run: ImportRun, user: Any) -> Job | None:
    """Check now, or queue it when it takes long; the job is returned then."""
    if run.file.size > INLINE_BYTES:
        return _queue(CHECK, run, user)
    runs.check(run=run, user=user)
    return None


def apply(*, run: ImportRun, user: Any, with_doubles: bool) -> Job | None:
    """Write now, or queue it when it takes long."""
    if run.report.get("total", 0) > INLINE_ROWS or run.file.size > INLINE_BYTES:
        return _queue(APPLY, run, user, with_doubles=with_doubles)
    runs.apply(run=run, user=user, with_doubles=with_doubles)
    return None


def undo(*, run: ImportRun, user: Any) -> Job | None:
    """Undo now, or queue it when it takes long."""
    if run.report.get("total", 0) > INLINE_ROWS:
        return _queue(UNDO, run, user)
    undoing.undo(run=run, user=user)
    return None


def job_of(run: ImportRun) -> Job | None:
    """The latest work on an import."""
    return Job.objects.filter(commune=run.commune_id, params__run=str(run.pk)).order_by("-created_at").first()


def _queue(kind: str, run: ImportRun, user: Any, **params: Any) -> Job:
    return jobs.start(kind=kind, commune=run.commune, user=user, params={"run": str(run.pk), **params})


def _run_of(work: jobs.Work) -> ImportRun:
    """The import, once more asking whether the person may still do this."""
    with transaction.atomic():  # the wall lets nobody in outside of one
        run = ImportRun.objects.select_related("commune", "file", "changeset").get(pk=work.params["run"])
    access.require(work.user, Capability.IMPORT, run.commune)
    return run


def _check(work: jobs.Work) -> None:
    found = runs.check(run=_run_of(work), user=work.user, progress=work.progress)
    work.job.sentence = ngettext("Đã kiểm tra %(count)d dòng.", "Đã kiểm tra %(count)d dòng.", found.total) % {
        "count": found.total
    }


def _did_before(work: jobs.Work, at: datetime | None) -> bool:
    """Whether this job did its work at `at` already, and was killed before it could tell."""
    return work.job.started_at is not None and at is not None and at >= work.job.created_at


def _apply(work: jobs.Work) -> None:
    run = _run_of(work)
    if not _did_before(work, run.applied_at):
        runs.apply(run=run, user=work.user, with_doubles=work.params["with_doubles"], progress=work.progress)
    work.job.sentence = _("Đã thêm %(houses)d nhà, %(households)d hộ; sửa %(changed)d nhà.") % {
        "houses": run.report["houses_added"],
        "households": run.report["households_added"],
        "changed": run.report["houses_changed"],
    }


def _undo(work: jobs.Work) -> None:
    run = _run_of(work)
    if run.changeset is not None and _did_before(work, run.changeset.undone_at):
        work.job.sentence = _("Đã hoàn tác: dữ liệu trở lại như trước lần nhập này.")
        return
    restored = undoing.undo(run=run, user=work.user)
    work.job.sentence = ngettext(
        "Đã hoàn tác: %(count)s mục trở lại như trước.", "Đã hoàn tác: %(count)s mục trở lại như trước.", restored
    ) % {"count": intcomma(restored)}

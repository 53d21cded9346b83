"""Checking and writing an import of streets as long work: queued from a page, watched there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy

from households.models import StreetImport
from households.streets.importing import runs
from households.streets.importing.reading import HEAD, is_packed, reads_apart
from households.streets.importing.understanding import Meaning
from mapping import access, files, jobs, registry
from mapping.access import Capability
from mapping.models import Job
from mapping.wording import gettext as _
from mapping.wording import ngettext

CHECK, APPLY = "street_import.check", "street_import.apply"
INLINE_BYTES: Final = 500_000
"""A file up to this size, some 2,000 streets, is read while the person waits: within two seconds."""
_PACKED: Final = 20
"""So many times as much is in a file that is packed."""
INLINE_ROWS: Final = 2_000


def register() -> None:
    """Announce the kinds of work."""
    for kind, label, run in (
        (CHECK, gettext_lazy("kiểm tra tệp đường, ngõ"), _check),
        (APPLY, gettext_lazy("nhập tệp đường, ngõ"), _apply),
    ):
        registry.job_kinds[kind] = registry.JobKind(kind, label, Capability.NUMBER, run)


def is_long(path: Path) -> bool:
    """Whether a file that nobody has read yet is read in a job: a long one, and any that GDAL reads.

    A drawing of two thousand bytes can ask for millions of lines; what that costs is no page's to pay.
    """
    with path.open("rb") as source:
        head = source.read(HEAD)
    return reads_apart(head) or path.stat().st_size * (_PACKED if is_packed(head) else 1) > INLINE_BYTES


def _takes_long(run: StreetImport) -> bool:
    rows, path = run.report.get("rows"), files.path_of(run.file)
    return is_long(path) if rows is None else rows > INLINE_ROWS or _is_read_apart(path)


def _is_read_apart(path: Path) -> bool:
    with path.open("rb") as source:
        return reads_apart(source.read(HEAD))


def check(*, run: StreetImport, meaning: Meaning | None, user: Any) -> Job | None:
    """Check now, or queue it when it takes long; the job is returned then."""
    if _takes_long(run):
        kept = None if meaning is None else meaning.to_json()
        return jobs.start_once(
            kind=CHECK, commune=run.commune, user=user, params={"street_import": str(run.pk), "meaning": kept}
        )
    runs.check(run=run, meaning=meaning)
    return None


def apply(*, run: StreetImport, user: Any, with_amendments: bool) -> Job | None:
    """Write now, or queue it when it takes long. Raises Conflict where there is nothing to write yet."""
    runs.require_checked(run)
    if _takes_long(run):
        params = {"street_import": str(run.pk), "with_amendments": with_amendments}
        return jobs.start_once(kind=APPLY, commune=run.commune, user=user, params=params)
    runs.apply(run=run, user=user, with_amendments=with_amendments)
    return None


def job_of(run: StreetImport) -> Job | None:
    """The latest work on an import."""
    found = Job.objects.filter(commune=run.commune_id, params__street_import=str(run.pk))
    return found.order_by("-created_at").first()


def _run_of(work: jobs.Work) -> StreetImport:
    """The import, once more asking whether the person may still do this."""
    run = StreetImport.objects.select_related("commune", "file", "changeset").get(pk=work.params["street_import"])
    access.require(work.user, Capability.NUMBER, run.commune)
    return run


def _check(work: jobs.Work) -> None:
    kept = work.params["meaning"]
    meaning = None if kept is None else Meaning.from_json(kept)
    found = runs.check(run=_run_of(work), meaning=meaning, progress=work.progress)
    count = len(found.file.rows)
    work.job.sentence = ngettext("Đã đọc %(count)d đối tượng.", "Đã đọc %(count)d đối tượng.", count) % {"count": count}


def _apply(work: jobs.Work) -> None:
    run = _run_of(work)
    did_before = run.applied_at is not None and run.applied_at >= work.job.created_at
    if not did_before:  # a job that was killed after its work is begun anew
        runs.apply(run=run, user=work.user, with_amendments=work.params["with_amendments"], progress=work.progress)
    work.job.sentence = _("Đã thêm %(added)d đường, ngõ; sửa %(amended)d.") % {
        name: run.report["written"][name] for name in ("added", "amended")
    }

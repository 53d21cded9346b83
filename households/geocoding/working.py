"""Geocoding a list as long work: the file that was brought, its columns, and the file with houses beside its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from households.geocoding import lists
from households.geocoding.deciding import CONFIDENT
from households.personal_fields import EXPORTED_FILE_DAYS
from mapping import audit, files, jobs, registry, scratch
from mapping.access import Capability
from mapping.jobs import Work
from mapping.models import Job, StoredFile
from mapping.wording import gettext as _

KIND: Final = "addresses.geocode"
BROUGHT_FILE_DAYS: Final = 1
"""A list that was brought is needed until its work is done, and may hold people."""


def register() -> None:
    """Announce the kind of work and the page in the bar."""
    registry.navigation.append(
        registry.NavigationEntry(gettext_lazy("Tìm địa chỉ"), "geocode", Capability.SEE_HOUSES, order=45)
    )
    registry.job_kinds[KIND] = registry.JobKind(
        name=KIND, label=gettext_lazy("tìm nhà theo địa chỉ"), capability=Capability.SEE_HOUSES, run=_run,
        is_private=True, back=lambda _params: (reverse("geocode"), gettext("Trở lại Tìm địa chỉ")),
    )  # fmt: skip


def order(*, stored: StoredFile, fields: dict[str, int], sheet: str, file_format: str, user: Any) -> Job:
    """Queue the work on a list that was brought. Raises UserError when the columns say no address."""
    lists.require_fields(fields)
    params = {"file": str(stored.pk), "fields": fields, "sheet": sheet, "format": file_format}
    return jobs.start_once(kind=KIND, commune=stored.commune, user=user, params=params)


def _run(work: Work) -> None:
    """Write the result and keep it; the list itself goes after its day."""
    stored = StoredFile.objects.get(pk=work.params["file"], created_by=work.user, commune=work.commune)
    file_format = work.params["format"]
    with scratch.folder() as folder, transaction.atomic():
        target = folder / f"result.{file_format}"
        counts = lists.geocode_list(
            path=files.path_of(stored), name=stored.name, fields=work.params["fields"], sheet=work.params["sheet"],
            commune=work.commune, user=work.user, target=target, progress=work.progress,
        )  # fmt: skip
        name = f"{Path(stored.name).stem[:80]}-dia-chi.{file_format}"
        work.keep_file(target, name=name, content_type=lists.FORMATS[file_format], keep_days=EXPORTED_FILE_DAYS)
        audit.record(
            "export", subject=work.commune.full_name, commune=work.commune, count=sum(counts.values()),
            detail={"list": "addresses", "format": file_format, "fields": ["code", "address", "location"]},
        )  # fmt: skip
    total = sum(counts.values())
    work.progress(total, total)
    sure = sum(counts.get(grade, 0) for grade in CONFIDENT)
    work.job.sentence = _("Đã tìm %(total)d địa chỉ: %(sure)d rõ nhà, %(unsure)d cần xem lại, %(none)d không thấy.") % {
        "total": total, "sure": sure, "unsure": total - sure - counts.get("none", 0), "none": counts.get("none", 0),
    }  # fmt: skip

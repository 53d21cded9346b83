"""Letters of a whole village or commune as a job, and the file that holds their secrets for as short as can be.

The file lies in a folder of its own (`LETTERS_DIR`, for the servers alone, in no backup) under the job's id. Fetching
it deletes it; what nobody has fetched within a day is deleted too, and its secrets, which nobody can hold, end.
"""

from __future__ import annotations

import datetime
import logging
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from households.models import ResidentSecret
from households.residents import letter_shelf, letters, sessions
from households.residents.letters import LetterOrder
from mapping import jobs, registry, wall
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.models import Job, Unit
from mapping.printing.pdf import atomic_file
from mapping.wording import gettext as _
from mapping.wording import ngettext

log = logging.getLogger(__name__)
KIND: Final = "residents.letters"
HOURS_KEPT: Final = 24


def register() -> None:
    """Announce the kind of work, where its file is fetched, and the clearing up after it."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("làm thư cho hộ"), Capability.HANDLE_RESIDENTS, run, result_page="letters"
    )
    registry.upkeep.append(clear_up)


def order_job(order: LetterOrder, *, user: Any) -> Job:
    """Queue the letters of `order`; the same order that is waiting or running is handed back instead."""
    order.check()
    params = {
        "village": order.village.pk if order.village else None,
        "again": order.again,
        "contact": order.contact,
        "proof": order.proof,
    }
    return jobs.start_once(kind=KIND, commune=order.commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Give the secrets and write the letters, everything or nothing."""
    params = dict(work.params)
    village = Unit.objects.get(pk=params["village"]) if params.get("village") else None
    order = LetterOrder(work.commune, village, params["again"], params["contact"], params["proof"])
    path = path_of(work.job)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with transaction.atomic():
        total = letters.households_for(order, work.user).count()
        with atomic_file(path) as out:
            Path(out.name).chmod(0o600)
            written = letters.batch_of_letters(
                out, user=work.user, order=order, batch=work.job, on_progress=lambda done: work.progress(done, total)
            )
    work.job.result = {"letters": written}
    work.job.sentence = ngettext(
        "Đã làm %(count)d thư. Tệp có mã bí mật: tải được một lần, trong %(hours)d giờ, rồi bị xóa khỏi máy chủ.",
        "Đã làm %(count)d thư. Tệp có mã bí mật: tải được một lần, trong %(hours)d giờ, rồi bị xóa khỏi máy chủ.",
        written,
    ) % {"count": written, "hours": HOURS_KEPT}


def path_of(job: Job) -> Path:
    """Where the letters of a job lie while they are there."""
    return Path(settings.LETTERS_DIR) / f"{job.pk}.pdf"


def is_there(job: Job) -> bool:
    """Whether the letters can still be fetched."""
    return _is_fresh(job) and path_of(job).is_file()


def batches_of(user: Any) -> QuerySet[Job]:
    """The jobs with letters that the person may fetch, the latest first."""
    return jobs.jobs_for(user, KIND).select_related("commune", "created_by").order_by("-created_at")


def fetch(job: Job) -> BinaryIO:
    """Hand the letters out and delete them; raises Conflict when they are gone."""
    locked = Job.objects.select_for_update().get(pk=job.pk)  # of two clicks at once one gets the file
    if not is_there(locked):
        raise Conflict(
            _(
                "Tệp thư không còn trên máy chủ: tệp đã được tải một lần, hoặc đã quá %(hours)d giờ. "
                "Hãy làm thư mới cho các hộ chưa nhận được; mã cũ của hộ ấy sẽ hết dùng."
            )
            % {"hours": HOURS_KEPT},
            code="letters_gone",
        )
    source = path_of(locked).open("rb")
    path_of(locked).unlink(missing_ok=True)  # what is open can be read to its end
    now = timezone.now()
    ResidentSecret.objects.filter(batch=locked).update(printed_at=now)
    locked.result = {**locked.result, "fetched_at": now.isoformat()}
    locked.save(update_fields=["result"])
    return source


def clear_up() -> None:
    """Delete letters that nobody fetched in time and end their secrets; forget sessions of long ago."""
    oldest = timezone.now() - datetime.timedelta(hours=HOURS_KEPT)
    folder = Path(settings.LETTERS_DIR)
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.stat().st_mtime < oldest.timestamp():
            path.unlink(missing_ok=True)
            log.info("Letters that nobody fetched are deleted")
    with wall.acting_as_system("residents.clear_up"), transaction.atomic():
        unfetched = ResidentSecret.objects.filter(printed_at=None, revoked_at=None)
        unfetched.filter(issued_at__lt=oldest).update(revoked_at=timezone.now())
        letter_shelf.clear_up()
        sessions.forget_old()


def _is_fresh(job: Job) -> bool:
    return job.ended_at is not None and job.ended_at > timezone.now() - datetime.timedelta(hours=HOURS_KEPT)

"""Long work: started with one call, run by a Procrastinate worker, watched on one page.

A kind of work announces itself as `registry.JobKind`; its `run` gets a `Work`, reports through it and asks
it whether to stop. Progress goes over a connection of its own, so that people see it while the work is still
inside its transaction. Work that a crash interrupted is started again by Procrastinate, so `run` must be
safe to begin anew: it does everything in one transaction, or checks what it has done already. What its worker does
not survive `MOST_ATTEMPTS` times, be it that it asks for more memory than there is, is given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files import File
from django.db import close_old_connections, connection, connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from mapping import access, files, wall
from mapping.errors import UserError, may_pass
from mapping.models import Job, JobState, StoredFile, Unit
from mapping.registry import job_kinds, upkeep
from mapping.wording import gettext as _

log = logging.getLogger(__name__)
QUEUE = "sonha"
MOST_ATTEMPTS = 3
"""So many workers may die over one job; a fourth would do the same, and keep others from their work."""

_SECONDS_BETWEEN_REPORTS = 0.3


class Cancelled(Exception):
    """The person asked to stop; whatever the work wrote is rolled back by its transaction.

    Work in several transactions says in the argument what stays.
    """


def start(*, kind: str, commune: Unit, user: Any, params: dict[str, Any]) -> Job:
    """Queue work in the caller's transaction: if that is rolled back, the work was never asked for."""
    language = translation.get_language() or "vi"
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            commune=commune,
            created_by=user,
            params=params,
            language=language[:5],
            villages=_villages_held(kind, commune, user),
        )
        run_job.defer(job_id=str(job.pk))
    return job


def start_once(*, kind: str, commune: Unit, user: Any, params: dict[str, Any]) -> Job:
    """Queue work unless the same order of the same person waits or runs already: a button pressed twice works once."""
    with transaction.atomic():
        one_order_at_a_time(user.pk)
        standing = Job.objects.filter(
            kind=kind,
            commune=commune,
            created_by=user,
            params=params,
            state__in=(JobState.WAITING, JobState.RUNNING),
            cancel_requested=False,
        ).first()
        return standing or start(kind=kind, commune=commune, user=user, params=params)


def one_order_at_a_time(user_id: int) -> None:
    """Let a person's orders of the same moment follow one another: the second one then sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('mapping.jobs.order', %s))", [user_id])


def jobs_for(user: Any, kind: str) -> QuerySet[Job]:
    """Return the jobs of a kind that the person may watch, stop and fetch the file of.

    Those of the communes where they hold the kind's capability; and their own that were kept to villages, for as
    long as they hold it in every one of these: what the file tells is never more than they may see today. Of a
    private kind their own alone.
    """
    scope = access.scope_of(user, job_kinds[kind].capability)
    seen = scope.communes()
    if not scope.everything:
        villages = Q(villages__contained_by=sorted(scope.unit_ids)) & ~Q(villages=[])
        seen |= Q(created_by=user.pk) & villages
    if job_kinds[kind].is_private:
        seen &= Q(created_by=user.pk)
    return Job.objects.filter(seen, kind=kind)


def _villages_held(kind: str, commune: Unit, user: Any) -> list[int] | None:
    """The villages of the commune that the person's right ends with; None when it holds for the whole commune."""
    scope = access.scope_of(user, job_kinds[kind].capability)
    if commune in scope:
        return None
    return sorted(Unit.objects.filter(scope.units(), parent=commune).values_list("pk", flat=True))


def cancel(job: Job) -> None:
    """Ask the work to stop; a job that has not begun is over at once."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
        is_over = waiting.update(state=JobState.CANCELLED, ended_at=timezone.now())
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        if is_over:
            _tell_ended(Job.objects.get(pk=job.pk))


def _tell_ended(job: Job) -> None:
    """Tell the kind of a job that it is over without its work having seen the end."""
    ended = job_kinds[job.kind].ended
    if ended is not None:
        ended(job)


class DatabaseIsDown(Exception):
    """The database went away under the work; the queue tries again."""


class Work:
    """What a running job sees of itself."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.user = job.created_by
        self.commune = job.commune
        self._reported_at = 0.0
        self._line = connections["default"].copy()

    def progress(self, done: int, total: int) -> None:
        """Report how far the work is; raises Cancelled when the person has asked to stop."""
        now = time.monotonic()
        if now - self._reported_at < _SECONDS_BETWEEN_REPORTS and done < total:
            return
        self._reported_at = now
        with self._line.cursor() as cursor:
            cursor.execute(
                "UPDATE mapping_job SET done = %s, total = %s WHERE id = %s RETURNING cancel_requested",
                [done, total, self.job.pk],
            )
            row = cursor.fetchone()
        if row is None or row[0]:
            raise Cancelled

    def keep_file(self, path: Any, *, name: str, content_type: str, keep_days: int | None = None) -> StoredFile:
        """Keep a finished file as the job's result; one with people in it for some days only.

        It takes the place of what the work had kept when it was killed before it could say so.
        """
        former = self.job.result_file
        with transaction.atomic(), Path(path).open("rb") as source:
            stored = files.store(
                source=File(source), name=name, content_type=content_type, commune=self.commune, user=self.user,
                keep_days=keep_days,
            )  # fmt: skip
            self.job.result_file = stored
            self.job.save(update_fields=["result_file"])
            if former is not None:
                files.discard(former)
        return stored

    def close(self) -> None:
        """Give the progress line back."""
        self._line.close()


@app.task(
    name="mapping.run_job",
    queue=QUEUE,
    retry=RetryStrategy(max_attempts=10, linear_wait=5, retry_exceptions={DatabaseIsDown}),
)
def run_job(job_id: str) -> None:
    """Run one job to its end; what goes wrong is kept as a sentence on the job."""
    close_old_connections()
    try:
        _run(job_id)
    except Exception as error:
        if not may_pass(error):
            raise
        raise DatabaseIsDown from error  # nothing was kept; the queue begins anew once the database is back
    finally:
        close_old_connections()


@app.periodic(cron="* * * * *")
@app.task(name="mapping.take_up_abandoned_jobs", queue=QUEUE, pass_context=True, queueing_lock="take_up_abandoned_jobs")
async def take_up_abandoned_jobs(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker had begun when it was killed, known by its silence of half a minute.

    What was begun `MOST_ATTEMPTS` times is given up instead: its owner is told, and nobody takes it up any more.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(queue=QUEUE, task_name="mapping.run_job"):
        attempts = job.attempts + 1  # the one that has just been lost is not counted yet
        if attempts < MOST_ATTEMPTS:
            log.warning("Job %s is taken up again: its worker is gone (attempt %d)", job.task_kwargs, attempts)
            await manager.retry_job(job)
        else:
            log.error("Job %s is given up: its worker was gone at each of %d attempts", job.task_kwargs, attempts)
            await sync_to_async(_give_up)(str(job.task_kwargs["job_id"]), attempts)
            await manager.finish_job(job, Status.FAILED, delete_job=False)


def _give_up(job_id: str, attempts: int) -> None:
    """Tell the owner of a job that it will not be tried again; one that had reached its end stays as it ended."""
    close_old_connections()
    try:
        with transaction.atomic():
            job = Job.objects.select_for_update().filter(pk=job_id).first()
            if job is None or job.is_over:
                return
            job.state, job.ended_at = JobState.FAILED, timezone.now()
            with translation.override(job.language):
                job.tell(
                    _(
                        "Máy chủ bị ngắt giữa chừng cả %(count)d lần làm việc này, thường vì thiếu bộ nhớ, nên không "
                        "làm lại nữa. Hãy thử với ít dữ liệu hơn, hoặc báo người quản trị máy chủ."
                    )
                    % {"count": attempts}
                )
            job.save(update_fields=["state", "sentence", "ended_at", "result"])
            _tell_ended(job)
    finally:
        close_old_connections()


@app.periodic(cron="7 * * * *")
@app.task(name="mapping.clear_up", queue=QUEUE, queueing_lock="clear_up")
def clear_up(timestamp: int) -> None:
    """Let every floor clear away what is kept for a while only."""
    close_old_connections()
    try:
        for clear in upkeep:
            clear()
    finally:
        close_old_connections()


def _run(job_id: str) -> None:
    job = Job.objects.select_related("commune", "created_by").filter(pk=job_id).first()
    if job is None or job.is_over:
        return
    if job.kind not in job_kinds:  # it waited while the server got a program that no longer does such work
        job.state, job.ended_at = JobState.FAILED, timezone.now()
        with translation.override(job.language):
            job.tell(_("Máy chủ đã được nâng cấp và không còn làm việc này theo cách cũ. Hãy đặt lại."))
        job.save(update_fields=["state", "sentence", "ended_at", "result"])
        return
    # The work reads with the rights of now, so whoever may have its file is settled now as well.
    job.villages = _villages_held(job.kind, job.commune, job.created_by)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, started_at=timezone.now(), done=0, villages=job.villages
    )
    work = Work(job)
    try:
        with translation.override(job.language), wall.acting(work.user, why=job.kind):
            state, sentence = _outcome(job_kinds[job.kind].run, work)
    finally:
        work.close()
    job.state, job.ended_at = state, timezone.now()
    job.tell(sentence)
    job.save(update_fields=["state", "sentence", "ended_at", "result", "result_file"])


def _outcome(run: Callable[[Work], None], work: Work) -> tuple[JobState, str]:
    try:
        run(work)
    except Cancelled as stopped:
        told = stopped.args[0] if stopped.args else _("Đã dừng theo yêu cầu; không có gì bị thay đổi.")
        return JobState.CANCELLED, told
    except UserError as error:
        return JobState.FAILED, error.sentence
    except Exception as error:
        if may_pass(error):
            raise
        log.exception("Job %s (%s) failed", work.job.pk, work.job.kind)
        return JobState.FAILED, _("Máy chủ gặp lỗi khi làm việc này và đã ghi lại; không có gì bị thay đổi.")
    return JobState.DONE, work.job.sentence

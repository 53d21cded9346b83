"""The page of one long piece of work: how far it is, a button to stop it, what it made."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mapping import access, jobs
from mapping.models import Job, JobState
from mapping.registry import job_kinds


def _job_or_404(request: HttpRequest, job_id: uuid.UUID) -> Job:
    """The job; foreign 404, known without the right that its kind needs 403. See `jobs.jobs_for`."""
    job = Job.objects.select_related("commune", "result_file").filter(pk=job_id).first()
    if job is None or job.kind not in job_kinds:
        raise Http404
    if not jobs.jobs_for(request.user, job.kind).filter(pk=job.pk).exists():
        access.require(request.user, job_kinds[job.kind].capability, job.commune)
        if job_kinds[job.kind].is_private:
            raise Http404
    return job


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The page, which follows the work by itself and works without JavaScript too, by reloading."""
    job = _job_or_404(request, job_id)
    kind = job_kinds[job.kind]
    result_page = kind.result_page if job.state == JobState.DONE else ""
    back = kind.back(job.params) if kind.back else None
    context = {"job": job, "label": kind.label, "result_page": result_page, "back": back}
    return render(request, "mapping/job.html", context)


@login_required
@never_cache
@require_GET
def state(request: HttpRequest, job_id: uuid.UUID) -> JsonResponse:
    """Where the work stands, for the page's progress bar."""
    job = _job_or_404(request, job_id)
    return JsonResponse(
        {
            "state": job.state,
            "label": job.get_state_display(),
            "done": job.done,
            "total": job.total,
            "percent": job.percent,
            "over": job.is_over,
            "sentence": job.told,
            "file": reverse("stored_file", args=[job.result_file_id]) if job.result_file_id else None,
        }
    )


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Ask the work to stop."""
    job = _job_or_404(request, job_id)
    jobs.cancel(job)
    return redirect("job", job_id=job.pk)

"""Hand out a kept file to whoever may have it."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from mapping import access, audit, files, jobs
from mapping.models import Job, StoredFile
from mapping.registry import job_kinds


@login_required
@require_GET
def download(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """The file as a download. What a job made goes to whoever may see the job.

    Anything else may hold names and numbers of people in full, as the lists of imports do: a list taken out.
    """
    stored = StoredFile.objects.select_related("commune").filter(pk=file_id).first()
    if stored is None:
        raise Http404
    kind = job_kinds.get(Job.objects.filter(result_file=stored).values_list("kind", flat=True).first() or "")
    if kind is None or not jobs.jobs_for(request.user, kind.name).filter(result_file=stored).exists():
        capability = kind.capability if kind else access.Capability.EXPORT_PEOPLE
        access.require(request.user, capability, stored.commune)
        if kind is not None and kind.is_private:
            raise Http404
    audit.record("file.download", subject=stored.name, commune=stored.commune)
    return files.download(stored)

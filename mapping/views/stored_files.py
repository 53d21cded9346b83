"""Hand out a kept file to whoever may have it."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from mapping import access, files
from mapping.models import StoredFile


@login_required
@require_GET
def download(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """The file as a download. Imports and prints hold names of people, so that right is asked for."""
    stored = StoredFile.objects.select_related("commune").filter(pk=file_id).first()
    if stored is None:
        raise Http404
    access.require(request.user, access.Capability.SEE_PEOPLE, stored.commune)
    return files.download(stored)

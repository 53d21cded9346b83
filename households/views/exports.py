"""A list of houses as a file: at once while it is short, as a job when it is long."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households import exporting
from households.listing import Listing
from households.views.houses import commune_to_list, may_see_people
from mapping import downloads, jobs


@login_required
@never_cache
@require_GET
def houses(request: HttpRequest, file_format: str) -> HttpResponse:
    """The list that the page shows, with the same filters."""
    if file_format not in exporting.FORMATS:
        raise Http404
    commune = commune_to_list(request)
    with_people = may_see_people(request, commune)
    listing = Listing.read(commune, request.GET, with_people=with_people)
    if listing.houses(request.user).order_by()[: exporting.AT_ONCE + 1].count() > exporting.AT_ONCE:
        job = jobs.start(
            kind=exporting.WITH_PEOPLE if with_people else exporting.PLACES_ONLY,
            commune=commune,
            user=request.user,
            params={**listing.values(), "format": file_format},
        )
        return redirect("job", job_id=job.pk)
    with tempfile.TemporaryDirectory() as folder:
        path = exporting.write(
            listing=listing,
            user=request.user,
            with_people=with_people,
            file_format=file_format,
            folder=Path(folder),
        )
        # The open file outlives its name, so nothing is left behind however the download ends.
        return downloads.attachment(path.open("rb"), name=path.name, content_type=exporting.FORMATS[file_format])

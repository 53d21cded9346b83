"""Lists as files: that of houses at once while it is short and as a job when it is long, the others at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households import desk_lists, exporting
from households.desk_lists import DeskList
from households.listing import Listing
from households.views.houses import commune_to_list, may_see_people
from mapping import access, downloads, jobs
from mapping import exporting as files
from mapping.access import Capability


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
        return _download(path, file_format)


@login_required
@never_cache
@require_GET
def imports(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of imports."""
    return _desk_list(request, desk_lists.imports, Capability.IMPORT, file_format)


@login_required
@never_cache
@require_GET
def changes(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of what was changed."""
    return _desk_list(request, desk_lists.changes, Capability.EDIT, file_format)


@login_required
@never_cache
@require_GET
def prints(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of what was printed."""
    return _desk_list(request, desk_lists.prints, Capability.PRINT, file_format)


def _desk_list(
    request: HttpRequest, make: Callable[[Any], DeskList], capability: Capability, file_format: str
) -> FileResponse:
    """A list without places, as XLSX or CSV."""
    access.somewhere(request.user, capability)
    if file_format not in ("xlsx", "csv"):
        raise Http404
    found = make(request.user)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{found.stem}-{timezone.localdate():%Y-%m-%d}.{file_format}"
        if file_format == "csv":
            with path.open("wb") as target:
                files.write_csv(target, columns=found.columns, rows=found.rows)
        else:
            files.write_xlsx(path, title=found.title, columns=found.columns, rows=found.rows)
        return _download(path, file_format)


def _download(path: Path, file_format: str) -> FileResponse:
    """The file, opened: it outlives its name, so nothing is left behind however the download ends."""
    return downloads.attachment(path.open("rb"), name=path.name, content_type=exporting.FORMATS[file_format])

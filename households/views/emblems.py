"""Emblems of a commune: added, shown and removed on the page of its designs."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from households.models import Emblem
from households.plates import emblems
from households.views.commune_desk import desk_of, refusals_told, require_changing
from households.views.plate_designs import show_list
from mapping import files
from mapping.errors import NotAllowed, UserError
from mapping.request_limits import takes_files

_MOST_READ: Final = 16_000_000
"""Bytes; what is larger is refused by its size alone."""


@takes_files
@login_required
@require_POST
def add_emblem(request: HttpRequest) -> HttpResponse:
    """Keep a picture under a name that designs can call."""
    desk = desk_of(request)
    require_changing(request.user, desk.commune)
    upload, name = request.FILES.get("file"), request.POST.get("name", "")
    try:
        if upload is None:
            raise UserError(_("Hãy chọn một ảnh JPEG, PNG hay WebP."), code="no_file")
        emblem = emblems.add(user=request.user, commune=desk.commune, name=name, content=upload.read(_MOST_READ))
    except NotAllowed:
        raise
    except UserError as error:
        return show_list(request, desk, emblem_error=error, emblem_name=name[:80])
    messages.success(request, _("Đã thêm biểu trưng “%(name)s”.") % {"name": emblem.name})
    return redirect(f"{reverse('plate_designs')}?commune={desk.commune.code}")


@login_required
@require_GET
def emblem(request: HttpRequest, emblem_id: uuid.UUID) -> FileResponse:
    """The picture itself."""
    found = _emblem_or_404(request, emblem_id)
    return FileResponse(
        files.path_of(found.file).open("rb"),
        content_type="image/png",
        headers={"Cache-Control": "private, no-store"},
    )


@login_required
@require_POST
def remove_emblem(request: HttpRequest, emblem_id: uuid.UUID) -> HttpResponse:
    """Delete a picture that no design shows."""
    found = _emblem_or_404(request, emblem_id)
    require_changing(request.user, found.commune)
    with refusals_told(request):
        emblems.remove(user=request.user, emblem=found)
        messages.success(request, _("Đã xóa biểu trưng “%(name)s”.") % {"name": found.name})
    return redirect(f"{reverse('plate_designs')}?commune={found.commune.code}")


def _emblem_or_404(request: HttpRequest, emblem_id: uuid.UUID) -> Emblem:
    found: Emblem | None = Emblem.objects.select_related("commune", "file").filter(pk=emblem_id).first()
    if found is None:
        raise Http404
    desk_of(request, found.commune.code)
    return found

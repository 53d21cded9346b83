"""The board at the mouth of an alley, as a PDF to print."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households.plates.alley_board import A4, PAPERS
from households.plates.board_working import drawn_or_ordered, file_name
from households.streets.reading import street_or_404
from mapping import downloads
from mapping.errors import UserError
from mapping.models import Job


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def alley_board(request: HttpRequest, street_id: uuid.UUID) -> HttpResponseBase:
    """A map of the alley with its house numbers, on A4 or as `sheet` says. Numbers alone, nobody's name.

    A large one is ordered (POST) and comes from the page of its job.
    """
    street = street_or_404(request.user, street_id)
    asked = request.POST if request.method == "POST" else request.GET
    paper = PAPERS.get(asked.get("sheet", A4.name))
    if paper is None:
        raise UserError(_("Bảng ngõ chỉ có khổ a4 và a3; hãy mở lại từ trang của ngõ."), code="sheet")
    found = drawn_or_ordered(user=request.user, street=street, paper=paper, may_order=request.method == "POST")
    if isinstance(found, Job):
        return redirect("job", job_id=found.pk)
    answer: FileResponse = downloads.attachment(found, name=file_name(street, paper), content_type="application/pdf")
    return answer

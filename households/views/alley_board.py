"""The board at the mouth of an alley, as a PDF to print."""

from __future__ import annotations

import io
import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households.plates import press
from households.plates.alley_board import A4, PAPERS
from households.plates.board_drawing import write_board
from households.plates.board_reading import board_of
from households.streets.reading import street_or_404
from mapping import downloads
from mapping.errors import UserError
from mapping.text import fold


@login_required
@never_cache
@require_GET
def alley_board(request: HttpRequest, street_id: uuid.UUID) -> FileResponse:
    """A map of the alley with its house numbers, on A4, or on A3 by `?sheet=a3`. Numbers alone, nobody's name."""
    street = street_or_404(request.user, street_id)
    paper = PAPERS.get(request.GET.get("sheet", A4.name))
    if paper is None:
        raise UserError(_("Bảng ngõ chỉ có khổ a4 và a3; hãy mở lại từ trang của ngõ."), code="sheet")
    out = io.BytesIO()
    write_board(out, board_of(request.user, street), paper, press.fonts())
    out.seek(0)
    name = "-".join(fold(street.full_name).replace("/", "-").split())
    return downloads.attachment(out, name=f"bang-{name}-{paper.name}.pdf", content_type="application/pdf")

"""The sign with an alley's name, as a PDF to print."""

from __future__ import annotations

import io
import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households.plates import alley_sign as signs
from households.streets.reading import street_or_404
from mapping import downloads


@login_required
@never_cache
@require_GET
def alley_sign(request: HttpRequest, street_id: uuid.UUID) -> FileResponse:
    """A sign with the alley's name, its numbers and its symbol, on the sheet profile that `sheet` names."""
    street = street_or_404(request.user, street_id)
    sheet = request.GET.get("sheet", signs.USUAL_SHEET)
    content = io.BytesIO(signs.sign_pdf(user=request.user, street=street, sheet_name=sheet))
    return downloads.attachment(content, name=signs.file_name(street, sheet), content_type="application/pdf")

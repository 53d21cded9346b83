"""The papers around plates: certificates of house numbers, the public page that checks one, and walk lists."""

from __future__ import annotations

import re
import uuid
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households import certificate_page, certificates
from households.finding import batch_or_404, commune_with, house_or_404
from households.models import PlateBatch
from households.plates.walk_list_working import drawn_or_ordered, file_name
from households.views.commune_desk import refusals_told
from households.views.public_page import language, respond
from mapping import access, downloads, errors, rate_limits
from mapping.access import Capability
from mapping.models import Job, Unit

_PDF: Final = "application/pdf"
_WHOLE: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


@login_required
@never_cache
@require_POST
def certificate(request: HttpRequest, code: str) -> FileResponse:
    """The certificate of a house's number as a PDF, as the house is today."""
    house = house_or_404(request.user, code, Capability.PRINT)
    name = f"giay-chung-nhan-so-nha-{house.code}.pdf"
    answer: FileResponse = downloads.attachment(certificates.for_house(house), name=name, content_type=_PDF)
    return answer


@require_safe
@transaction.non_atomic_requests
def verify_certificate(request: HttpRequest, certificate_id: str) -> HttpResponse:
    """Whether a certificate holds: for anyone who has one in their hands. It names nobody."""
    with language(request):
        if seconds := rate_limits.seconds_to_wait("scan", request):
            return errors.too_many(request, seconds)
        checked = certificates.check(certificate_id)
        if checked is None:
            return respond(request, "households/no_such_certificate.html", {}, status=404)
        page, values = certificate_page.template_of(checked), certificate_page.values_of(checked)
        return respond(request, page, values, status=410 if checked.revoked_at else 200)


@login_required
@require_POST
def revoke_certificate(request: HttpRequest, code: str, certificate_id: str) -> HttpResponse:
    """Take a certificate of the house back, with the reason; the page of the house says so, or why not."""
    house = house_or_404(request.user, code, Capability.PRINT)
    with refusals_told(request):
        certificates.revoke(
            user=request.user, house=house, identifier=certificate_id, reason=request.POST.get("reason", "")
        )
        messages.success(request, _("Đã thu hồi giấy chứng nhận. Ai quét mã trên giấy sẽ thấy giấy đã bị thu hồi."))
    return redirect("house", code=house.code)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def walk_list(request: HttpRequest) -> HttpResponseBase:
    """The list for whoever hangs plates: of a `batch`, or of a `commune` and `village`s of it.

    A large one is ordered (POST) and comes from the page of its job.
    """
    asked = request.POST if request.method == "POST" else request.GET
    batch, villages = None, []
    if "batch" in asked:
        batch = _batch_or_404(request, asked["batch"])
        commune = batch.commune
    else:
        commune = commune_with(request.user, asked.get("commune", ""), Capability.PRINT)
        villages = _villages_or_404(request, commune, asked.getlist("village"))
    found = drawn_or_ordered(
        user=request.user, commune=commune, villages=villages, batch=batch, may_order=request.method == "POST"
    )
    if isinstance(found, Job):
        return redirect("job", job_id=found.pk)
    name = file_name(commune, villages, batch)
    answer: FileResponse = downloads.attachment(found, name=name, content_type=_PDF)
    return answer


def _batch_or_404(request: HttpRequest, typed: str) -> PlateBatch:
    try:
        batch_id = uuid.UUID(typed)
    except ValueError:
        raise Http404 from None
    return batch_or_404(request.user, batch_id)


def _villages_or_404(request: HttpRequest, commune: Unit, typed: list[str]) -> list[Unit]:
    """The villages that were named, all of this commune and where the person prints."""
    if not all(_WHOLE.fullmatch(one) for one in typed):
        raise Http404
    scope = access.scope_of(request.user, Capability.PRINT)
    villages = list(Unit.objects.villages().filter(scope.units(), parent=commune, pk__in=set(typed)).order_by("code"))
    if len(villages) != len(set(map(int, typed))):
        raise Http404
    return villages

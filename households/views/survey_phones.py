"""Phones of the survey at the desk: whose they are, when they were last seen; one that is lost is revoked."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households.survey import phones
from households.survey.running import RUNS
from mapping import access
from mapping.errors import UserError
from mapping.text import clean

_A_PAGE = 50
_LONGEST_REASON = 300


@login_required
@never_cache
@require_safe
def survey_phones(request: HttpRequest) -> HttpResponse:
    """The phones of the people who walk for the person's communes."""
    access.somewhere(request.user, RUNS)
    return _show(request)


@login_required
@require_POST
def revoke_survey_phone(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    """Let a phone send nothing more."""
    device = phones.phone_or_404(request.user, device_id)
    try:
        phones.revoke(user=request.user, device=device, reason=clean(request.POST.get("reason", ""))[:_LONGEST_REASON])
    except UserError as error:
        return _show(request, refused=error, of=device_id)
    messages.success(request, _("Đã thu hồi máy của %(person)s.") % {"person": device.user})
    return redirect("survey_phones")


@login_required
@require_POST
def let_survey_phone(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    """Take a revocation back."""
    device = phones.phone_or_404(request.user, device_id)
    phones.let_again(user=request.user, device=device)
    messages.success(request, _("Máy của %(person)s gửi được trở lại.") % {"person": device.user})
    return redirect("survey_phones")


def _show(request: HttpRequest, refused: UserError | None = None, of: uuid.UUID | None = None) -> HttpResponse:
    page = Paginator(phones.phones_for(request.user), _A_PAGE).get_page(request.GET.get("page"))
    for phone in page:
        phone.may_be_let = phone.revoked_at is not None and phones.may_let_again(request.user, phone)
    context = {"page": page, "refused": refused, "of": of}
    return render(request, "households/survey_phones.html", context, status=refused.status if refused else 200)

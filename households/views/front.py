"""The front page: one field for whoever holds a plate, and the day's work for whoever has signed in."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from households import codes, coverage, guessing
from households.models import House, ImportRun, Plate
from households.residents import corrections
from mapping import access, errors, jobs
from mapping.access import Capability
from mapping.models import Job, Unit
from mapping.registry import job_kinds

_RECENT = 5


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """`?code=` leads to the page of a plate or a house, or says which letter to look at again."""
    typed = request.GET.get("code", "")
    sentence = ""
    if _is_secret(typed):  # of a letter: it belongs on the page of households, and out of the address here
        return redirect("resident_door")
    if typed:
        if seconds := guessing.seconds_to_wait(request):
            return errors.too_many(request, seconds)
        address, sentence = _find(request, typed)
        if address:
            return redirect(address)
    context: dict[str, Any] = {"typed": typed[:120], "sentence": sentence}
    if request.user.is_authenticated:
        context |= _work_of(request.user)
    return render(request, "households/front.html", context)


def _is_secret(typed: str) -> bool:
    try:
        codes.parse_secret(typed)
    except codes.CodeError:
        return False
    return True


def _find(request: HttpRequest, typed: str) -> tuple[str, str]:
    """Return the address that a typed code leads to, or an empty one and the sentence why not."""
    if "://" in typed:  # somebody pasted what their phone read in the QR
        typed = typed.split("://", 1)[1].partition("/")[2].partition("/")[0]
    is_house_code = re.fullmatch(r"[\d\s.\-]{7,15}", typed.strip()) is not None and sum(map(str.isdigit, typed)) < 12
    try:
        if is_house_code:
            code = codes.parse_house_code(typed)
            if House.objects.filter(code=code).exists():
                return reverse("house_by_code", args=[codes.format_house_code(code)]), ""
            guessing.was_wrong(request)
            return "", _("Mã nhà này viết đúng nhưng chưa được cấp cho nhà nào. Xin so lại với biển.")
        token = codes.parse_token(typed)
        if Plate.objects.filter(pk=token).exists():
            return reverse("scan", args=[token]), ""
        guessing.was_wrong(request)
        return "", _("Mã này viết đúng nhưng không có biển nào mang mã ấy. Xin so lại với dòng chữ dưới ô QR.")
    except codes.CodeError as error:
        return "", _why_not_house_code(error) if is_house_code else _why_not_token(error)


def _why_not_house_code(error: codes.CodeError) -> str:
    if error.reason == "length":
        count = sum(map(str.isdigit, error.code))
        return ngettext(
            "Mã nhà có 9 chữ số; bạn đã gõ %(count)d.", "Mã nhà có 9 chữ số; bạn đã gõ %(count)d.", count
        ) % {"count": count}
    if error.reason == "leading_zero":
        return _("Mã nhà không bắt đầu bằng số 0. Xin so lại với biển.")
    return _("Có một chữ số sai, hoặc hai chữ số đứng cạnh nhau bị đổi chỗ. Xin so lại từng chữ số với biển.")


def _why_not_token(error: codes.CodeError) -> str:
    if error.reason == "empty":
        return _("Hãy gõ mã in dưới ô QR, hoặc mã nhà.")
    if error.reason == "characters":
        return _("Mã chỉ gồm chữ số và chữ cái không dấu, như in dưới ô QR. Xin xóa những ký tự khác.")
    if error.reason == "length":
        count = sum(map(str.isalnum, error.code))
        return ngettext(
            "Mã dưới ô QR có 12 ký tự, mã nhà có 9 chữ số; bạn đã gõ %(count)d ký tự.",
            "Mã dưới ô QR có 12 ký tự, mã nhà có 9 chữ số; bạn đã gõ %(count)d ký tự.",
            count,
        ) % {"count": count}
    return _("Có một ký tự sai, hoặc hai ký tự bị đổi chỗ. Xin so lại từng ký tự với dòng chữ dưới ô QR.")


def _work_of(user: Any) -> dict[str, Any]:
    """What a signed-in person finds: how far their commune is, what ran lately, what to do next."""
    commune = access.own_commune(user, Capability.SEE_HOUSES)
    if commune is None:
        return {"commune": None, "no_communes_at_all": not Unit.objects.current().communes().exists()}
    villages = coverage.by_village(user, commune)
    work = {
        "commune": commune,
        "villages": villages,
        "total": coverage.total(villages),
        "may_edit": access.has_anywhere(user, Capability.EDIT),
        "may_import": access.may(user, Capability.IMPORT, commune),
        "may_print": access.has_anywhere(user, Capability.PRINT),
        "may_find_phones": access.has_anywhere(user, Capability.REVEAL),
        "may_find_people": access.has_anywhere(user, Capability.SEE_PEOPLE),
    }
    if access.has_anywhere(user, Capability.HANDLE_RESIDENTS):
        work["residents_waiting"] = corrections.count_waiting(user)
    if work["may_import"]:
        work["imports"] = ImportRun.objects.filter(commune=commune).select_related("file")[:_RECENT]
    watched = Job.objects.none()
    for kind in job_kinds.values():
        if access.has_anywhere(user, kind.capability):
            watched |= jobs.jobs_for(user, kind.name)
    work["jobs"] = [(job, job_kinds[job.kind].label) for job in watched.filter(commune=commune)[:_RECENT]]
    return work

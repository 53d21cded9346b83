"""What strangers report of plates, for whoever prints them: the open ones, the closed ones, and an answer to each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households.forms import CleanText, DeskForm
from households.models import PlateReport, ReportState
from households.plates import reporting
from mapping import access
from mapping.access import Capability
from mapping.errors import NotAllowed, UserError

_A_PAGE = 50


class AnswerForm(DeskForm):
    """What was done about a report."""

    answer = CleanText(max_length=reporting.LONGEST_ANSWER, required=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that could not be taken: what was typed comes back with the sentence why not."""

    report: uuid.UUID
    typed: str
    error: UserError


@login_required
@never_cache
@require_safe
def plate_reports(request: HttpRequest) -> HttpResponse:
    """Reports on plates where the person prints them; `show=done` for the closed ones."""
    access.somewhere(request.user, Capability.PRINT)
    return _show(request)


@login_required
@never_cache
@require_POST
def handle_plate_report(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Close a report; the list comes back and says so, or why not."""
    report = PlateReport.objects.filter(pk=report_id).first()
    if report is None:
        raise Http404
    form = AnswerForm(request.POST)
    try:
        answer = form.cleaned_data["answer"] if form.is_valid() else None
        reporting.require_may_handle(request.user, report)
        if answer is None:
            raise UserError(next(iter(form.errors.values()))[0], code="form")
        report = reporting.handle(user=request.user, report=report, state=request.POST.get("do", ""), answer=answer)
    except NotAllowed:
        raise
    except UserError as error:
        return _show(request, Refused(report.pk, request.POST.get("answer", "")[:2000], error))
    messages.success(request, _("Đã ghi: %(state)s.") % {"state": report.get_state_display()})
    return redirect("plate_reports")


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    related = ("house__village", "house__commune", "plate", "handled_by")
    reports = PlateReport.objects.for_user(request.user).select_related(*related)
    show_done = request.GET.get("show") == "done"
    if show_done:
        shown = reports.exclude(state=ReportState.OPEN).order_by("-handled_at", "-pk")
    else:
        shown = reports.filter(state=ReportState.OPEN).order_by("created_at", "pk")
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "show_done": show_done,
        "waiting": reporting.count_open(request.user),
        "refused": refused,
        "refused_elsewhere": refused and refused.report not in {one.pk for one in page},
    }
    return render(request, "households/plate_reports.html", context, status=refused.error.status if refused else 200)

"""Rounds of the field survey at the desk: begin one, see how far it is, move its last day, close it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.finding import communes_of
from households.forms import CleanText, DeskForm
from households.models import SurveyConflict, SurveyRound, SurveyVisit, VisitState
from households.survey import assigning, progress, progress_map, running
from households.survey.left_on_phones import Left, left_on_phones
from households.survey.running import RUNS
from households.views import survey_maps
from mapping import access
from mapping.errors import UserError
from mapping.models import Unit

_A_PAGE = 50


class RoundForm(DeskForm):
    """A new round."""

    commune = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Xã"), to_field_name="code")
    name = CleanText(label=gettext_lazy("Tên đợt"), max_length=120, help_text=gettext_lazy("Ví dụ: Rà soát tháng 8."))
    starts_on = forms.DateField(label=gettext_lazy("Từ ngày"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends_on = forms.DateField(label=gettext_lazy("Đến ngày"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["commune"]
        field.queryset = communes_of(user, RUNS).order_by("code")


class LastDayForm(DeskForm):
    """Another last day of a round."""

    ends_on = forms.DateField(label=gettext_lazy("Ngày cuối mới"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """Of the round as the page showed it."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of the person's communes, and the form for another."""
    access.somewhere(request.user, RUNS)
    today = timezone.localdate()
    own = communes_of(request.user, RUNS).order_by("code").first()
    initial = {"commune": own, "starts_on": today, "ends_on": today + datetime.timedelta(days=30)}
    form = RoundForm(request.POST or None, user=request.user, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = running.begin(user=request.user, **form.cleaned_data)
            except UserError as error:
                form.add_error(error.code if error.code in form.fields else None, error.sentence)
                status = error.status
            else:
                return redirect("survey_round", round_id=made.pk)
    rounds = (
        SurveyRound.objects.for_user(request.user, RUNS).select_related("commune").order_by("-starts_on", "name", "pk")
    )
    page = Paginator(rounds, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "households/survey_rounds.html", {"page": page, "form": form, "today": today}, status=status)


@login_required
@never_cache
@require_safe
def survey_round(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """How far a round is, who walks where."""
    return _show(request, running.round_or_404(request.user, round_id))


@login_required
@never_cache
@require_safe
def survey_round_map(request: HttpRequest, round_id: uuid.UUID) -> JsonResponse:
    """What the map of a round draws: villages by the share that is done, areas, houses by state."""
    return JsonResponse(progress_map.features(running.round_or_404(request.user, round_id)))


@login_required
@require_POST
def reschedule_survey_round(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Give a round another last day; a closed one goes on."""
    found = running.round_or_404(request.user, round_id)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, 400)
    try:
        running.reschedule(user=request.user, survey_round=found, **form.cleaned_data)
    except UserError as error:
        form.add_error("ends_on", error.sentence)
        return _show(request, running.round_or_404(request.user, round_id), form, error.status)
    messages.success(request, _("Đợt nay đến hết ngày %(day)s.") % {"day": f"{form.cleaned_data['ends_on']:%d/%m/%Y}"})
    return redirect("survey_round", round_id=found.pk)


@login_required
@require_POST
def close_survey_round(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Take nothing more in a round."""
    found = running.round_or_404(request.user, round_id)
    running.close(user=request.user, survey_round=found)
    messages.success(request, _("Đã đóng đợt. Kết quả đã nhận vẫn duyệt được."))
    return redirect("survey_round", round_id=found.pk)


def _show(request: HttpRequest, found: SurveyRound, form: LastDayForm | None = None, status: int = 200) -> HttpResponse:
    assignments = list(found.assignments.select_related("surveyor", "village").order_by("village__code", "created_at"))
    today = timezone.localdate()
    assigning.count_houses(assignments)
    left = left_on_phones(one.surveyor_id for one in assignments if one.ended_at is None)
    for one in assignments:
        one.left = left.get(one.surveyor_id, Left())
        one.is_over = one.ends_on is not None and one.ends_on < today
    surveyors = progress.by_surveyor(found)
    visits = SurveyVisit.objects.filter(round=found)
    unsettled = SurveyConflict.objects.filter(visit__round=found, settled_at__isnull=True)
    context = {
        "round": found,
        "form": form or LastDayForm(initial={"ends_on": found.ends_on}),
        "villages": progress.by_village(found, running.villages_of(found)),
        "surveyors": surveyors,
        "has_visits": any(one.visited for one in surveyors),
        "assignments": assignments,
        "left": sum(left.values(), Left()),
        "waiting": visits.filter(state=VisitState.RECEIVED).count(),
        "conflicts": unsettled.values("visit").distinct().count(),
        "today": today,
        "sends_until": running.last_day_of_sending(found),
        "config": survey_maps.progress_config(request.user, found),
    }
    return render(request, "households/survey_round.html", context, status=status)

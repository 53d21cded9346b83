"""Who walks where in a round of the survey: a village, or the part of it that is drawn on the map, until a day."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from households.drawn_areas import drawn_again
from households.forms import DeskForm, VillageChoice
from households.models import SurveyAssignment, SurveyRound
from households.survey import assigning, running
from households.views import survey_maps
from mapping.errors import UserError
from mapping.models import Unit, User


class PersonChoice(forms.ModelChoiceField):
    """A person by name and sign-in name, since names repeat."""

    def label_from_instance(self, person: User) -> str:
        return f"{person} ({person.username})"


class PartForm(DeskForm):
    """Which part of a village, and until when."""

    ends_on = forms.DateField(
        label=gettext_lazy("Đến ngày"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("Để trống: đến hết đợt."),
    )  # fmt: skip
    polygon = forms.CharField(required=False, widget=forms.HiddenInput)

    def part(self) -> dict[str, Any]:
        """The area and the last day. Raises UserError for an area that cannot be."""
        return {
            "area": assigning.area_in(self.cleaned_data["polygon"]),
            "ends_on": self.cleaned_data["ends_on"],
        }


class AmendForm(PartForm):
    """Another part or last day of an assignment, as the page showed it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AssignForm(PartForm):
    """Who walks where."""

    field_order = ("surveyor", "village", "ends_on")
    surveyor = PersonChoice(User.objects.none(), label=gettext_lazy("Người điều tra"))
    village = VillageChoice(Unit.objects.none(), label=gettext_lazy("Thôn"), to_field_name="code")

    def __init__(self, *args: Any, survey_round: SurveyRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["surveyor"]
        villages: Any = self.fields["village"]
        people.queryset = running.people_for(survey_round)
        villages.queryset = running.villages_of(survey_round)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assign_survey(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Give a village or a part of it to a person: the form with its map, or what it sent."""
    found = running.round_or_404(request.user, round_id)
    form = AssignForm(request.POST or None, survey_round=found)
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    try:
        made = assigning.assign(
            user=request.user, survey_round=found, surveyor=form.cleaned_data["surveyor"],
            village=form.cleaned_data["village"], **form.part(),
        )  # fmt: skip
    except UserError as error:
        return _refused(request, found, form, error)
    _tell(request, made)
    return redirect("survey_round", round_id=found.pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def amend_survey_assignment(request: HttpRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """Give an assignment another area or last day."""
    assignment = assigning.assignment_or_404(request.user, assignment_id)
    initial = {
        "ends_on": assignment.ends_on,
        "polygon": survey_maps.corners_of(assignment.area),
        "version": assignment.version,
    }
    form = AmendForm(request.POST or None, initial=initial)
    if request.method != "POST":
        return _page(request, assignment.round, form, assignment)
    if not form.is_valid():
        return _page(request, assignment.round, form, assignment, 400)
    try:
        changed = assigning.amend(
            user=request.user, assignment=assignment, version=form.cleaned_data["version"], **form.part()
        )
    except UserError as error:
        if error.code == "version":
            return _amended_meanwhile(request, assignment.pk, error)
        return _refused(request, assignment.round, form, error, assignment)
    _tell(request, changed)
    return redirect("survey_round", round_id=assignment.round_id)


@login_required
@require_POST
def end_survey_assignment(request: HttpRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """Take a person off a village."""
    assignment = assigning.assignment_or_404(request.user, assignment_id)
    assigning.end(user=request.user, assignment=assignment)
    messages.success(
        request,
        _("%(person)s không còn được giao %(village)s.")
        % {"person": assignment.surveyor, "village": assignment.village.full_name},
    )
    return redirect("survey_round", round_id=assignment.round_id)


def _tell(request: HttpRequest, made: SurveyAssignment) -> None:
    names = {"village": made.village.full_name, "person": made.surveyor, "count": assigning.houses_in(made)}
    if made.area is None:
        messages.success(request, _("Đã giao %(village)s cho %(person)s.") % names)
        return
    sentence = ngettext(
        "Đã giao %(count)d nhà trong vùng vẽ ở %(village)s cho %(person)s.",
        "Đã giao %(count)d nhà trong vùng vẽ ở %(village)s cho %(person)s.",
        names["count"],
    )
    messages.success(request, sentence % names)


def _refused(
    request: HttpRequest, found: SurveyRound, form: PartForm, error: UserError,
    assignment: SurveyAssignment | None = None,
) -> HttpResponse:  # fmt: skip
    is_shown = error.code in form.fields and error.code not in ("polygon", "version")
    form.add_error(error.code if is_shown else None, error.sentence)
    return _page(request, found, form, assignment, error.status)


def _amended_meanwhile(request: HttpRequest, assignment_id: uuid.UUID, error: UserError) -> HttpResponse:
    """What was typed and drawn, beside what a colleague has made of it: sent again, it is meant for what is shown."""
    fresh = assigning.assignment_or_404(request.user, assignment_id)
    typed = request.POST.copy()
    typed["version"] = str(fresh.version)
    form = AmendForm(typed)
    form.add_error(None, error.sentence)
    return _page(request, fresh.round, form, fresh, error.status, held=fresh)


def _page(
    request: HttpRequest, found: SurveyRound, form: PartForm, assignment: SurveyAssignment | None = None,
    status: int = 200, held: SurveyAssignment | None = None,
) -> HttpResponse:  # fmt: skip
    """The form; `held` is what a colleague has amended since, said in words and drawn on the map."""
    context = {
        "round": found,
        "form": form,
        "assignment": assignment,
        "polygon": drawn_again(str(form["polygon"].value() or "")),
        "has_people": assignment is not None or running.people_for(found).exists(),
        "has_villages": assignment is not None or running.villages_of(found).exists(),
        "held": held,
        "held_houses": assigning.houses_in(held) if held is not None else 0,
        "config": survey_maps.drawing_config(request.user, found, assignment, draws_own=held is not None),
    }
    return render(request, "households/survey_assign.html", context, status=status)

"""Assessments at the desk: a household's, with the form for the next one or a correction; and counts by village."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from households import undoing
from households.assessments import counting, keeping
from households.assessments.keeping import Decision
from households.assessments.standards import STANDARDS
from households.codes import format_house_code
from households.finding import household_or_404, may_at_house
from households.forms import CleanText, DeskForm
from households.models import Assessment, Household
from households.views.houses import commune_to_list
from mapping import access, registry
from mapping.access import Capability
from mapping.errors import UserError


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class AssessmentForm(DeskForm):
    """What a decision says of a household."""

    outcome = forms.ChoiceField(
        label=_("Kết quả"),
        choices=lambda: [
            ("", _("Hãy chọn")),
            *(
                (str(standard.label), [(f"{standard.code}/{name}", label) for name, label in standard.outcomes.items()])
                for standard in STANDARDS.values()
            ),
        ],
    )
    assessed_on = _day(_("Ngày rà soát"))
    decision_number = CleanText(label=_("Số quyết định"), max_length=50, help_text=_("Ví dụ: 125/QĐ-UBND."))
    decision_date = _day(_("Ngày quyết định"))

    def decision(self) -> Decision:
        """Return what the valid form says."""
        standard, _slash, outcome = self.cleaned_data["outcome"].partition("/")
        rest = {name: self.cleaned_data[name] for name in ("assessed_on", "decision_number", "decision_date")}
        return Decision(standard, outcome, **rest)

    @staticmethod
    def initial_of(row: Assessment) -> dict[str, Any]:
        """The form as it would have said a row."""
        return {
            "outcome": f"{row.standard}/{row.outcome}",
            "assessed_on": row.assessed_on,
            "decision_number": row.decision_number,
            "decision_date": row.decision_date,
        }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_household(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """A household's assessments; POST adds one, `?correct=` puts another in the place of a wrong one."""
    household = household_or_404(request.user, household_id, Capability.SEE_SENSITIVE)
    rows = keeping.assessments_of(request.user, household)
    wrong = _asked_for(request, rows)
    form = AssessmentForm(request.POST or None, initial=AssessmentForm.initial_of(wrong) if wrong else {})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _row, changeset = keeping.keep(
                    user=request.user, household=household, decision=form.decision(), corrects=wrong
                )
            except UserError as error:
                form.add_error(None, error.sentence)
                status = error.status
            else:
                return redirect(f"{reverse('assessments', args=[household.pk])}?done={changeset.pk}")
    context = {**_context(request, household), "form": form, "rows": rows, "wrong": wrong}
    return render(request, "households/assessments.html", context, status=status)


@login_required
@never_cache
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """How many households of each village, for whoever may count; groups of fewer than five are not told."""
    access.somewhere(request.user, Capability.SEE_COUNTS)
    commune = commune_to_list(request)
    context = {"commune": commune, "standards": counting.by_village(request.user, commune), "least": counting.LEAST,
               "edits": bool(access.scope_of(request.user, Capability.EDIT))
               and not access.scope_of(request.user, Capability.SEE_SENSITIVE)}  # fmt: skip
    return render(request, "households/assessment_counts.html", context)


def _asked_for(request: HttpRequest, rows: list[Assessment]) -> Assessment | None:
    with contextlib.suppress(ValueError):
        wanted = uuid.UUID(request.GET.get("correct", ""))
        return next((row for row in rows if row.pk == wanted and not row.is_corrected), None)
    return None


def _context(request: HttpRequest, household: Household) -> dict[str, Any]:
    house = household.house
    done = None
    with contextlib.suppress(ValueError):
        changeset_id = uuid.UUID(request.GET.get("done", ""))
        done = undoing.changesets_for(request.user).filter(pk=changeset_id, undone_at=None).first()
    return {
        "household": household,
        "house": house,
        "formatted_code": format_house_code(house.code),
        "may_keep": may_at_house(request.user, Capability.EDIT, house),
        "done": done,
        "done_label": registry.change_labels.get(done.kind, "") if done else "",
    }

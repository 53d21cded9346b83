"""Dose rules: what there is, where it comes from, and which of it doses are printed by."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mapping.access import Capability, has_anywhere
from mapping.errors import NotAllowed, UserError
from soil_map import reference_acts
from soil_map.models import DoseRule
from soil_map.reference_forms import RuleForm
from soil_map.views import deciding


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All rules by crop: anyone may see by what a dose is calculated."""
    rules = DoseRule.objects.select_related("crop").order_by("crop__rank", "key", "-version")
    context = {"rules": rules, "may_decide": reference_acts.may_decide(request.user)}
    return render(request, "soil_map/desk/rules.html", context)


@never_cache
@require_GET
def show(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule with its terms, its source, and its other versions."""
    rule = _rule_or_404(rule_id)
    context = {
        "rule": rule,
        "terms": json.dumps(rule.terms, ensure_ascii=False, indent=2),
        "versions": DoseRule.objects.filter(key=rule.key).order_by("-version"),
        "may_decide": reference_acts.may_decide(request.user),
        "sees_approver": has_anywhere(request.user, Capability.EDIT_SOIL),
    }
    return render(request, "soil_map/desk/rule.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Other terms as a draft version."""
    reference_acts.require_deciding(request.user)
    rule = _rule_or_404(rule_id)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm.of(rule)
    if request.method == "POST" and form.is_valid():
        try:
            made = reference_acts.add_rule_version(user=request.user, rule=rule, **form.cleaned_data)
        except NotAllowed:
            raise
        except UserError as error:
            form.add_error("terms", error.sentence)
        else:
            messages.success(request, _("Đã lưu thành dự thảo. Đối chiếu với nguồn rồi duyệt."))
            return redirect("soil_rule", rule_id=made.pk)
    return render(request, "soil_map/desk/rule_form.html", {"rule": rule, "form": form})


@login_required
@require_POST
def approve(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Approve a draft, or with `do=withdraw` make a draft of it again: no dose is printed by it then."""
    reference_acts.require_deciding(request.user)
    rule = _rule_or_404(rule_id)
    deciding.decide(request, rule)
    return redirect("soil_rule", rule_id=rule.pk)


def _rule_or_404(rule_id: int) -> DoseRule:
    return get_object_or_404(DoseRule.objects.select_related("crop", "approved_by"), pk=rule_id)

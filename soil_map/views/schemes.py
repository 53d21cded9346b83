"""Class schemes: what there is and whose limits they are; another version by form, and its approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mapping.access import Capability, has_anywhere
from soil_map import reference_acts
from soil_map.models import ClassScheme, SoilClass
from soil_map.reference_acts import SchemeRefused
from soil_map.reference_forms import LEVELS, Row, VersionForm, classes_of, rows_of, rows_typed
from soil_map.views import deciding


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All schemes by property: anyone may see by whose limits a map is coloured."""
    found = ClassScheme.objects.select_related("property").prefetch_related("methods", "classes")
    ordered = sorted(found, key=lambda one: (one.property.rank, one.key, -one.version))
    context = {
        "schemes": [(one, ranges(one)) for one in ordered],
        "may_decide": reference_acts.may_decide(request.user),
    }
    return render(request, "soil_map/desk/schemes.html", context)


@never_cache
@require_GET
def show(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """One scheme with its limits, its source, and its other versions."""
    scheme = _scheme_or_404(scheme_id)
    context = {
        "scheme": scheme,
        "ranges": ranges(scheme),
        "methods": scheme.methods.all(),
        "versions": ClassScheme.objects.filter(key=scheme.key).order_by("-version"),
        "may_decide": reference_acts.may_decide(request.user),
        "sees_approver": has_anywhere(request.user, Capability.EDIT_SOIL),
    }
    return render(request, "soil_map/desk/scheme.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """Other limits as a draft version, by a form; `do=check` only says whether they overlap."""
    reference_acts.require_deciding(request.user)
    scheme = _scheme_or_404(scheme_id)
    if request.method != "POST":
        return _form(request, scheme, VersionForm.of(scheme), rows_of(scheme))
    form = VersionForm(request.POST)
    rows = rows_typed(request.POST)
    try:
        typed = classes_of(rows)
        reference_acts.check_classes(typed)
        if request.POST.get("do") == "check":
            told = _("Các cấp nối tiếp nhau, không chồng, không hở. Chưa lưu gì.")
            return _form(request, scheme, form, rows, told=told, is_checked=True)
        if form.is_valid():
            made = reference_acts.add_scheme_version(user=request.user, scheme=scheme, typed=typed, **form.cleaned_data)
            messages.success(request, _("Đã lưu thành dự thảo. Đối chiếu với nguồn rồi duyệt."))
            return redirect("soil_scheme", scheme_id=made.pk)
    except SchemeRefused as error:
        return _form(request, scheme, form, rows_typed(request.POST, error.row), refusal=error.sentence)
    return _form(request, scheme, form, rows)


@login_required
@require_POST
def approve(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """Approve a draft, or with `do=withdraw` make a draft of it again."""
    reference_acts.require_deciding(request.user)
    scheme = _scheme_or_404(scheme_id)
    deciding.decide(request, scheme)
    return redirect("soil_scheme", scheme_id=scheme.pk)


def ranges(scheme: ClassScheme) -> list[dict[str, Any]]:
    """The classes with their limits as people read them, the lowest first."""
    rows: list[SoilClass] = sorted(scheme.classes.all(), key=lambda one: one.rank)
    told = []
    for place, one in enumerate(rows):
        upper = rows[place + 1].lower if place + 1 < len(rows) else None
        lower_said = "" if one.lower is None else reference_acts.said(one.lower)
        upper_said = "" if upper is None else reference_acts.said(upper)
        if not lower_said:
            text = _("dưới %(upper)s") % {"upper": upper_said}
        elif not upper_said:
            text = _("từ %(lower)s trở lên") % {"lower": lower_said}
        else:
            text = _("từ %(lower)s đến dưới %(upper)s") % {"lower": lower_said, "upper": upper_said}
        told.append({"soil_class": one, "text": text, "level": dict(LEVELS)[one.level]})
    return told


def _scheme_or_404(scheme_id: int) -> ClassScheme:
    return get_object_or_404(ClassScheme.objects.select_related("property", "approved_by"), pk=scheme_id)


def _form(
    request: HttpRequest,
    scheme: ClassScheme,
    form: VersionForm,
    rows: list[Row],
    *,
    refusal: str = "",
    told: str = "",
    is_checked: bool = False,
) -> HttpResponse:
    if is_checked:
        form = VersionForm(initial={name: form.data.get(name, "") for name in form.fields})
    context = {
        "scheme": scheme,
        "form": form,
        "rows": rows,
        "levels": LEVELS,
        "refusal": refusal,
        "told": told,
        "methods": scheme.methods.all(),
    }
    status = 400 if refusal else 200
    return render(request, "soil_map/desk/scheme_form.html", context, status=status)

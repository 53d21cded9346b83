"""What an official does to the people of a house: add, edit, move to another house, remove."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from households import audit_trail, forms, household_editing, search, showing
from households.codes import format_house_code
from households.finding import house_or_404, household_or_404
from households.house_editing import People
from households.models import Household
from households.views.answering import answer_form, to_record
from households.views.house_actions import either
from households.views.search import houses_in_order
from mapping.access import Capability
from mapping.masking import is_masked, masked_number, masked_phone


@login_required
@never_cache
@either
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a household to a house."""
    house = house_or_404(request.user, code, Capability.EDIT)
    context = {
        "house": house,
        "formatted_code": format_house_code(house.code),
        "title": _("Thêm hộ"),
        "submit": _("Thêm hộ"),
        "back": reverse("house", args=[house.code]),
    }

    def act(typed: dict[str, Any]) -> tuple[Any, Any]:
        _household, changeset = household_editing.add_household(user=request.user, house=house, people=_people(typed))
        return house, changeset

    return answer_form(request, forms.HouseholdForm(request.POST or None), act, context)


@login_required
@never_cache
@either
def edit(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Change what is written about a household."""
    household = household_or_404(request.user, household_id, Capability.EDIT)
    initial = _written(household)

    def act(typed: dict[str, Any]) -> tuple[Any, Any]:
        changeset = household_editing.edit_household(
            user=request.user, household=household, version=typed["version"] or 0, people=_people(typed)
        )
        return household.house, changeset

    context = {**_context(household), "title": _("Sửa hộ"), "submit": _("Lưu")}
    if "reveal" in request.POST:  # the button beside the masked numbers: what was typed meanwhile stays
        full = showing.reveal(user=request.user, household=household)
        numbers = {"phone": full.phone, "personal_number": full.personal_number}
        typed = {name: request.POST.get(name, initial[name]) for name in initial}  # and the version that was seen
        shown = {name: number for name, number in numbers.items() if is_masked(typed[name])}
        form = forms.HouseholdForm(initial={**typed, **shown}, household=household)
        return render(request, "households/form.html", {"form": form, "is_revealed": True, **context})
    form = forms.HouseholdForm(_without_old_masks(request, household), initial=initial, household=household)
    context["may_reveal"] = bool(household.phone or household.personal_number)
    return answer_form(
        request,
        form,
        act,
        context,
        latest=lambda: _written(household_or_404(request.user, household_id, Capability.EDIT)),
    )


@login_required
@never_cache
@either
def move(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Look for the house that a household goes to, then move it there."""
    household = household_or_404(request.user, household_id, Capability.EDIT)
    if request.method == "POST":
        house = house_or_404(request.user, request.POST.get("house", ""), Capability.EDIT)
        form = forms.SeenVersion(request.POST)
        if form.is_valid():
            changeset = household_editing.move_household(
                user=request.user, household=household, version=form.cleaned_data["version"], house=house
            )
            return to_record(house, changeset)
        return redirect("move_household", household_id=household.pk)
    text = request.GET.get("q", "")
    found = search.find(user=request.user, text=text, commune=household.house.commune) if text else search.Found()
    houses = [house for house in houses_in_order(request.user, found.house_ids) if house.pk != household.house_id]
    audit_trail.found(houses)
    context = {**_context(household), "text": text, "houses": houses, "more": found.more}
    return render(request, "households/move_household.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Take a household out of its house; the record offers to take that back."""
    household = household_or_404(request.user, household_id, Capability.EDIT)
    form = forms.SeenVersion(request.POST)
    if not form.is_valid():
        return redirect("edit_household", household_id=household.pk)
    changeset = household_editing.remove_household(
        user=request.user, household=household, version=form.cleaned_data["version"]
    )
    return to_record(household.house, changeset)


def _written(household: Household) -> dict[str, Any]:
    """What the form holds of a household, numbers masked."""
    return {
        "head_name": household.head_name,
        "phone": masked_phone(household.phone),
        "personal_number": masked_number(household.personal_number),
        "size": household.size,
        "note": household.note,
        "shop_name": household.shop_name,
        "version": household.version,
    }


def _without_old_masks(request: HttpRequest, household: Household) -> QueryDict | None:
    """What was sent; a number left under its mask is the one that stands now, should somebody have changed it since."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    if sent.get("version") != str(household.version):
        for name in ("phone", "personal_number"):
            if is_masked(sent.get(name, "")):
                sent[name] = _written(household)[name]
    return sent


def _people(typed: dict[str, Any]) -> People:
    return People(
        typed["head_name"], typed["phone"], typed["size"], typed["note"], typed["shop_name"], typed["personal_number"]
    )


def _context(household: Household) -> dict[str, Any]:
    house = household.house
    return {
        "household": household,
        "house": house,
        "formatted_code": format_house_code(house.code),
        "back": reverse("house", args=[house.code]),
    }

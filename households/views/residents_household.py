"""One household's letters: what it got, a new one made and fetched, its secret taken back. What ends a secret asks."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households import audit_trail
from households.codes import format_house_code
from households.finding import require_at_house
from households.models import Correction, Household, HouseholdPresence, ResidentSecret
from households.residents import consents, contacts, corrections, letter_shelf, letters, secret_keeping
from households.residents.letters import LetterOrder
from households.views.residents_desk import LetterForm
from mapping import audit, downloads
from mapping.access import Capability


@login_required
@never_cache
@require_safe
def of_household(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """The letters a household got, what it consented to and asked for."""
    household = _household_or_404(request, household_id)
    form = LetterForm(initial={"contact": contacts.of_commune(request, household.house.commune)})
    return _show(request, household, form)


@login_required
@never_cache
@require_POST
def letter(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Make a new letter, to be fetched from the household's page.

    While a secret is in use that page's button asks first; the answer names the secret it ends, so that a second click
    ends no other.
    """
    household = _household_or_404(request, household_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _show(request, household, form, status=400)
    contact, proof = form.cleaned_data["contact"], form.cleaned_data["proof"]
    live = letter_shelf.live_after_a_lock(request.user, household)
    page = redirect("household_resident", household_id=household.pk)
    if live is not None and request.POST.get("ends") != str(live.pk):
        if letter_shelf.was_just_made(live, request.user):
            return page
        return _ask(request, household, live, do="letter", contact=contact, proof=proof)
    order = LetterOrder(household.house.commune, contact=contact, proof=proof)
    letter_shelf.make(user=request.user, household=household, order=order)
    contacts.remember(request, household.house.commune, contact)
    return page


@login_required
@never_cache
@require_POST
def letter_file(request: HttpRequest, household_id: uuid.UUID) -> FileResponse:
    """The letter that was made last, once; again for some minutes, for a download that broke off."""
    household = _household_or_404(request, household_id)
    source = letter_shelf.fetch(user=request.user, household=household)
    name = f"thu-cho-ho-{household.house.code}.pdf"
    return downloads.attachment(source, name=name, content_type="application/pdf")


@login_required
@never_cache
@require_POST
def revoke(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """End the household's secret, and the browsers it opened; asks first."""
    household = _household_or_404(request, household_id)
    live = letter_shelf.live_after_a_lock(request.user, household)
    if live is not None and request.POST.get("ends") != str(live.pk):
        return _ask(request, household, live, do="revoke")
    if secret_keeping.revoke(user=request.user, household=household):
        house = household.house
        audit.record(
            "resident.revoke",
            subject=house.code,
            table=Household._meta.db_table,
            row_id=household.pk,
            commune=house.commune,
            village_id=house.village_id,
        )
    return redirect(f"{reverse('household_resident', args=[household.pk])}?done=revoked")


def _ask(request: HttpRequest, household: Household, live: ResidentSecret, **answers: Any) -> HttpResponse:
    context = {"household": household, "house": household.house, "live": live, **answers}
    return render(request, "households/household_secret_ends.html", context)


def _show(request: HttpRequest, household: Household, form: LetterForm, status: int = 200) -> HttpResponse:
    found = ResidentSecret.objects.for_user(request.user).filter(household=household)
    secrets = list(found.select_related("issued_by", "revoked_by").order_by("-issued_at"))
    asked = list(Correction.objects.for_user(request.user).filter(household=household).order_by("-asked_at"))
    for correction in asked:
        correction.label = corrections.label_of(correction.field)
    live = next((secret for secret in secrets if secret.is_live), None)
    context = {
        "household": household,
        "house": household.house,
        "formatted_code": format_house_code(household.house.code),
        "form": form,
        "secrets": secrets,
        "live": live,
        "on_the_shelf": live is not None and letter_shelf.is_there(live),
        "minutes": letter_shelf.MINUTES_AFTER,
        "hours": letter_shelf.HOURS_KEPT,
        "consents": consents.standing_of(household),
        "corrections": asked,
        "host_sentence": letters.proofs_only_sentence(to=request.user),
        "revoked": request.GET.get("done") == "revoked",
    }
    return render(request, "households/household_resident.html", context, status=status)


def _household_or_404(request: HttpRequest, household_id: uuid.UUID) -> Household:
    """The household; of a house that the person does not see 404, without the right there 403."""
    presence = HouseholdPresence.objects.select_related("house__commune", "house__village").filter(pk=household_id)
    found = presence.first()
    if found is None:
        raise Http404
    require_at_house(request.user, Capability.HANDLE_RESIDENTS, found.house)
    household = Household.objects.select_related("house__commune__parent", "house__village").get(pk=household_id)
    audit_trail.read(household.house, [household.pk])
    return household

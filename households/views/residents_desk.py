"""What officers do for residents: letters for a village or a household, secrets taken back, corrections answered."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.codes import format_house_code
from households.finding import communes_of, require_at_house
from households.forms import CleanText, DeskForm, VillageChoice
from households.models import Correction, CorrectionState, Household, HouseholdPresence, ResidentSecret
from households.residents import consents, corrections, letter_job, letters, secret_keeping
from households.residents.letters import LetterOrder
from mapping import access, audit, downloads, personal
from mapping.access import Capability
from mapping.errors import UserError
from mapping.masking import masked_phone
from mapping.models import Job, Unit

_BATCHES_SHOWN, _A_PAGE = 10, 50


class LetterForm(DeskForm):
    """How letters are made; the same for one household and for a village."""

    contact = CleanText(
        label=gettext_lazy("Hỏi ở đâu"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("In ở cuối thư, ví dụ: Bộ phận Một cửa UBND xã, điện thoại 0237 3xxx xxx."),
    )
    proof = forms.BooleanField(label=gettext_lazy("Bản in thử, có chữ “BẢN IN THỬ”"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if letters.proofs_only_sentence():
            self.fields["proof"].disabled = True
            self.initial["proof"] = True


class BatchForm(LetterForm):
    """Letters of a commune or a village."""

    commune = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Xã"), empty_label=None)
    village = VillageChoice(
        Unit.objects.none(), label=gettext_lazy("Thôn"), required=False, empty_label=gettext_lazy("Tất cả các thôn")
    )
    again = forms.BooleanField(
        label=gettext_lazy("Làm lại cho cả hộ đã có mã còn dùng được"),
        required=False,
        help_text=gettext_lazy("Mã cũ của các hộ ấy hết dùng ngay."),
    )
    field_order = ("commune", "village", "contact", "again", "proof")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = communes_of(user, Capability.HANDLE_RESIDENTS).order_by("name")
        scope = access.scope_of(user, Capability.HANDLE_RESIDENTS)
        chosen = self.data.get("commune", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            villages = Unit.objects.current().villages().filter(scope.units(), parent=chosen)
            self.fields["village"].queryset = villages.order_by("name")

    def order(self) -> LetterOrder:
        """What the valid form asks for."""
        data = self.cleaned_data
        return LetterOrder(data["commune"], data["village"], data["again"], data["contact"], data["proof"])


class AnswerForm(DeskForm):
    """An officer's word to the household."""

    answer = CleanText(max_length=500, required=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_letters(request: HttpRequest) -> HttpResponse:
    """Choose whose letters to make (GET shows how many), or make them (POST)."""
    access.somewhere(request.user, Capability.HANDLE_RESIDENTS)
    if request.method == "POST":
        form = BatchForm(request.POST, user=request.user)
        if form.is_valid():
            job = letter_job.order_job(form.order(), user=request.user)
            return redirect("job", job_id=job.pk)
    else:
        data = request.GET.copy()
        own = access.own_commune(request.user, Capability.HANDLE_RESIDENTS)
        if not data.get("commune"):
            data["commune"] = str(own.pk) if own is not None else ""
        form = BatchForm(data, user=request.user)
    batches = letter_job.batches_of(request.user)[:_BATCHES_SHOWN]
    context: dict[str, Any] = {
        "form": form,
        "hours": letter_job.HOURS_KEPT,
        "batches": [(job, letter_job.is_there(job), job.result.get("fetched_at")) for job in batches],
        "host_sentence": letters.proofs_only_sentence(),
    }
    if form.is_valid():
        context["count"] = letters.households_for(form.order(), request.user).count()
    return render(request, "households/letters.html", context)


@login_required
@require_POST
def fetch_letters(request: HttpRequest, job_id: uuid.UUID) -> FileResponse:
    """The letters of a finished batch, once."""
    job = Job.objects.select_related("commune").filter(pk=job_id, kind=letter_job.KIND).first()
    if job is None:
        raise Http404
    if not letter_job.batches_of(request.user).filter(pk=job.pk).exists():
        access.require(request.user, Capability.HANDLE_RESIDENTS, job.commune)
    source = letter_job.fetch(job)
    count = job.result.get("letters", 1)
    audit.record("resident.letters", subject=str(job.commune), commune=job.commune, count=count)
    return downloads.attachment(source, name=f"thu-cho-ho-{job.commune.code}.pdf", content_type="application/pdf")


@login_required
@never_cache
@require_safe
def of_household(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """The letters a household got, what it consented to and asked for."""
    household = _household_or_404(request, household_id)
    secrets = ResidentSecret.objects.for_user(request.user).filter(household=household)
    asked = list(Correction.objects.for_user(request.user).filter(household=household).order_by("-asked_at"))
    for correction in asked:
        correction.label = _label(correction.field)
    context = {
        "household": household,
        "house": household.house,
        "formatted_code": format_house_code(household.house.code),
        "form": LetterForm(),
        "secrets": secrets.select_related("issued_by", "revoked_by").order_by("-issued_at"),
        "has_live": any(secret.is_live for secret in secrets),
        "consents": consents.standing_of(household),
        "corrections": asked,
        "host_sentence": letters.proofs_only_sentence(),
        "revoked": request.GET.get("done") == "revoked",
    }
    return render(request, "households/household_resident.html", context)


@login_required
@require_POST
def letter(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """A new letter of one household, straight to the officer's screen; the secret before it ends."""
    household = _household_or_404(request, household_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        raise UserError(next(iter(form.errors.values()))[0], code="form")
    order = LetterOrder(household.house.commune, contact=form.cleaned_data["contact"], proof=form.cleaned_data["proof"])
    pdf = letters.single_letter(user=request.user, household=household, order=order)
    name = f"thu-cho-ho-{household.house.code}.pdf"
    return downloads.attachment(io.BytesIO(pdf), name=name, content_type="application/pdf")


@login_required
@require_POST
def revoke(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """End the household's secret, and the browsers it opened."""
    household = _household_or_404(request, household_id)
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


@login_required
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What residents ask to be put right: what waits first, or what was answered."""
    access.somewhere(request.user, Capability.HANDLE_RESIDENTS)
    asked = Correction.objects.for_user(request.user).select_related(
        "household__house__village", "household__house__commune", "answered_by"
    )
    show_answered = request.GET.get("show") == "answered"
    if show_answered:
        shown = asked.exclude(state=CorrectionState.WAITING).order_by("-answered_at", "-id")
    else:
        shown = asked.filter(state=CorrectionState.WAITING).order_by("asked_at", "id")
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    for correction in page:
        correction.label = _label(correction.field)
        correction.now = corrections.shown(correction.household, correction.field) if correction.field else ""
        correction.has_moved_on = correction.now != correction.before
        if correction.field in personal.masked_fields(Household._meta.label):
            _note_look(correction)  # what is asked for has to be seen in full
            correction.before, correction.now = masked_phone(correction.before), masked_phone(correction.now)
    context = {"page": page, "show_answered": show_answered}
    return render(request, "households/corrections.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, correction_id: uuid.UUID) -> HttpResponse:
    """Accept a correction or decline it with a reason, and go back to the inbox."""
    # The wall hides it from whoever does not see people; nobody else needs to know that there is one.
    correction = (
        Correction.objects.select_related("household__house__commune", "household__house__village")
        .filter(pk=correction_id)
        .first()
    )
    if correction is None:
        raise Http404
    require_at_house(request.user, Capability.HANDLE_RESIDENTS, correction.household.house)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise UserError(next(iter(form.errors.values()))[0], code="form")
    if request.POST.get("do") == "accept":
        corrections.accept(user=request.user, correction=correction, answer=form.cleaned_data["answer"])
    else:
        corrections.decline(user=request.user, correction=correction, answer=form.cleaned_data["answer"])
    return redirect("corrections")


def _note_look(correction: Correction) -> None:
    house = correction.household.house
    audit.record(
        "household.reveal",
        subject=house.code,
        table=Household._meta.db_table,
        row_id=correction.household_id,
        commune=house.commune_id,
        village_id=house.village_id,
        once=True,
    )


def _label(field: str) -> str:
    return str(Household._meta.get_field(field).verbose_name) if field else _("việc khác")


def _household_or_404(request: HttpRequest, household_id: uuid.UUID) -> Household:
    """The household; of a house that the person does not see 404, without the right there 403."""
    presence = HouseholdPresence.objects.select_related("house__commune", "house__village").filter(pk=household_id)
    found = presence.first()
    if found is None:
        raise Http404
    require_at_house(request.user, Capability.HANDLE_RESIDENTS, found.house)
    return Household.objects.select_related("house__commune__parent", "house__village").get(pk=household_id)

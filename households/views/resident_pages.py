"""A household's own page: what is stored, corrections, consents, who has looked, and the data to keep."""

from __future__ import annotations

import io
import uuid

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households import address_reading
from households.forms import CleanText, DeskForm, HouseholdForm
from households.models import Assessment, Correction, Household, ResidentSecret, ResidentSession
from households.residents import consents, corrections, readers, stored, takeout
from households.residents.sessions import Resident, resident_page
from mapping import audit, downloads
from mapping.errors import UserError

_SESSIONS_SHOWN = 10
_DONE = {
    "correction": gettext_lazy("Đã gửi đề nghị. Cán bộ xã sẽ trả lời ở mục “Đề nghị sửa” bên dưới."),
    "given": gettext_lazy("Đã ghi: hộ đồng ý."),
    "withdrawn": gettext_lazy("Đã ghi: hộ không đồng ý nữa."),
}
_FILES = {
    "json": (takeout.as_json, "application/json"),
    "pdf": (takeout.as_pdf, "application/pdf"),
}


def _free_text(most: int, example: str | Promise) -> CleanText:
    return CleanText(
        label=gettext_lazy("Điều cần sửa"),
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=example,
    )


class FreeCorrectionForm(DeskForm):
    """Something that no field stands for."""

    wanted = _free_text(500, gettext_lazy("Ví dụ: số nhà ghi sai, hộ đã chuyển đi, điểm trên bản đồ nằm lệch."))


@require_safe
@resident_page
def home(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Everything on one page, in the order in which people ask."""
    household = resident.household
    secret = ResidentSecret.objects.get(pk=resident.secret_id)
    context = {
        "household": household,
        "house": household.house,
        "address": address_reading.of_house(household.house).long,
        "people": stored.about_people(household),
        "place": stored.about_house(household),
        "consents": consents.standing_of(household),
        "corrections": [
            (
                one,
                corrections.label_of(one.field),
                stored.grouped(one.field, one.before),
                stored.grouped(one.field, one.wanted),
            )
            for one in Correction.objects.filter(household=household).order_by("-asked_at")
        ],
        "readings": readers.readings_of(household),
        "openings": ResidentSession.objects.filter(household=household).order_by("-opened_at")[:_SESSIONS_SHOWN],
        "expires_at": secret.expires_at,
        "done": _DONE.get(request.GET.get("done", "")),
    }
    return render(request, "households/resident_home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def correction(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Ask for a correction of `?field=`, or of anything in words, perhaps about `?assessment=`."""
    field = request.GET.get("field", "")
    if field and field not in corrections.FIELDS:
        raise Http404
    about = _assessment_or_404(request, resident.household)
    form = _correction_form(request, resident.household, field, about)
    if request.method == "POST" and form.is_valid():
        value = form.cleaned_data["wanted"]
        if about:
            value = f"{about}: {value}"
        try:
            corrections.ask(resident, field=field, wanted="" if value is None else str(value))
        except UserError as error:
            form.add_error("wanted", error.sentence)
        else:
            return redirect(f"{reverse('resident_home')}?done=correction")
    now = stored.grouped(field, corrections.shown(resident.household, field)) if field else ""
    context = {"form": form, "now": now, "field": field, "about": about}
    status = 400 if form.is_bound else 200
    return render(request, "households/resident_correction.html", context, status=status)


@require_POST
@resident_page
def consent(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Say yes or no to one purpose."""
    given = request.POST.get("given") == "yes"
    said = consents.say(resident, key=request.POST.get("purpose", ""), given=given)
    if said is not None:
        _note(resident, "resident.consent", {"purpose": said.purpose, "field": said.field, "given": said.given})
    return redirect(f"{reverse('resident_home')}?done={'given' if given else 'withdrawn'}#consents")


@require_safe
@resident_page
def data(request: HttpRequest, resident: Resident, file_format: str) -> FileResponse:
    """Everything that the page shows, as a file."""
    if file_format not in _FILES:
        raise Http404
    make, content_type = _FILES[file_format]
    content = make(resident.household)
    _note(resident, "resident.download", {"format": file_format})
    name = f"du-lieu-cua-ho.{file_format}"
    return downloads.attachment(io.BytesIO(content), name=name, content_type=content_type)


def _assessment_or_404(request: HttpRequest, household: Household) -> str:
    """The assessment that the wish is about, in words that go before it; "" for none."""
    asked = request.GET.get("assessment", "")
    if not asked:
        return ""
    try:
        found = Assessment.objects.get(pk=uuid.UUID(asked), household=household)
    except (ValueError, Assessment.DoesNotExist):
        raise Http404 from None
    return f"{found.standard_label}, {stored.outcome_of(found)}"


def _correction_form(request: HttpRequest, household: Household, field: str, about: str) -> DeskForm:
    typed = request.POST if request.method == "POST" else None
    if not field:
        form: DeskForm = FreeCorrectionForm(typed)
        if about:
            form.fields["wanted"] = _free_text(
                500 - len(about) - 2, _("Ví dụ: nhà đã thoát nghèo, quyết định ghi sai số.")
            )
        return form
    form = DeskForm(typed, initial={"wanted": getattr(household, field)})
    form.fields["wanted"] = HouseholdForm.base_fields[field].__deepcopy__({})
    form.fields["wanted"].help_text = ""
    return form


def _note(resident: Resident, action: str, detail: dict[str, object]) -> None:
    house = resident.household.house
    audit.record(
        action,
        subject=house.code,
        table=Household._meta.db_table,
        row_id=resident.household.pk,
        commune=house.commune_id,
        village_id=house.village_id,
        detail=detail,
    )

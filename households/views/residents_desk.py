"""Letters with secrets for the households of a village or a commune."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from households import desk_lists
from households.finding import communes_of
from households.forms import CleanText, DeskForm, VillageChoice
from households.residents import contacts, corrections, letter_job, letters
from households.residents.letters import LetterOrder
from mapping import access, audit, downloads
from mapping.access import Capability
from mapping.models import Job, Unit

_BATCHES_SHOWN = 10


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
            contacts.remember(request, form.cleaned_data["commune"], form.cleaned_data["contact"])
            return redirect("job", job_id=job.pk)
    else:
        data = request.GET.copy()
        own = access.own_commune(request.user, Capability.HANDLE_RESIDENTS)
        if not data.get("commune"):
            data["commune"] = str(own.pk) if own is not None else ""
        form = BatchForm(data, user=request.user)
        if "contact" not in data and form.is_valid():
            data["contact"] = contacts.of_commune(request, form.cleaned_data["commune"])
            form = BatchForm(data, user=request.user)
    batches = list(letter_job.batches_of(request.user)[:_BATCHES_SHOWN])
    desk_lists.name_villages(batches)
    context: dict[str, Any] = {
        "form": form,
        "hours": letter_job.HOURS_KEPT,
        "batches": [(job, letter_job.is_there(job), job.result.get("fetched_at")) for job in batches],
        "host_sentence": letters.proofs_only_sentence(to=request.user),
        "waiting": corrections.count_waiting(request.user),
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

"""What residents ask to be put right, and an officer's answer to each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households import audit_trail
from households.finding import require_at_house
from households.forms import CleanText, DeskForm
from households.models import Correction, CorrectionState, Household
from households.residents import corrections
from mapping import access, audit, personal
from mapping.access import Capability
from mapping.errors import NotAllowed, UserError
from mapping.masking import masked_phone

_A_PAGE = 50
_WITH_HOUSE = ("household__house__village", "household__house__commune", "answered_by", "changeset")


class AnswerForm(DeskForm):
    """An officer's word to the household."""

    answer = CleanText(max_length=500, required=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that could not be taken: what was typed comes back with the sentence why not."""

    correction: uuid.UUID
    typed: str
    error: UserError


@login_required
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What residents ask to be put right: what waits first, or what was answered."""
    access.somewhere(request.user, Capability.HANDLE_RESIDENTS)
    return _show(request)


@login_required
@never_cache
@require_POST
def answer(request: HttpRequest, correction_id: uuid.UUID) -> HttpResponse:
    """Accept a correction or decline it with a reason; the inbox comes back and says what was done, or why not."""
    # The wall hides it from whoever does not see people; nobody else needs to know that there is one.
    correction = Correction.objects.select_related(*_WITH_HOUSE).filter(pk=correction_id).first()
    if correction is None:
        raise Http404
    require_at_house(request.user, Capability.HANDLE_RESIDENTS, correction.household.house)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise UserError(next(iter(form.errors.values()))[0], code="form")
        if request.POST.get("do") == "accept":
            corrections.accept(user=request.user, correction=correction, answer=form.cleaned_data["answer"])
        else:
            corrections.decline(user=request.user, correction=correction, answer=form.cleaned_data["answer"])
    except NotAllowed:
        raise
    except UserError as error:
        return _show(request, Refused(correction.pk, request.POST.get("answer", "")[:2000], error))
    return redirect(f"{reverse('corrections')}?done={correction.pk}")


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    asked = Correction.objects.for_user(request.user).select_related(*_WITH_HOUSE)
    show_answered = request.GET.get("show") == "answered"
    if show_answered:
        shown = asked.exclude(state=CorrectionState.WAITING).order_by("-answered_at", "-id")
    else:
        shown = asked.filter(state=CorrectionState.WAITING).order_by("asked_at", "id")
    number = request.POST.get("page") if refused else request.GET.get("page")
    page = Paginator(shown, _A_PAGE).get_page(number)
    audit_trail.named(correction.household for correction in page)
    for correction in page:
        _prepare(correction, refused)
    context = {
        "page": page,
        "show_answered": show_answered,
        "waiting": corrections.count_waiting(request.user),
        "done": _done(request, asked),
        "refused": refused if refused and refused.correction not in {one.pk for one in page} else None,
    }
    return render(request, "households/corrections.html", context, status=refused.error.status if refused else 200)


def _prepare(correction: Correction, refused: Refused | None) -> None:
    """Add what its card shows, numbers under their mask."""
    correction.label = corrections.label_of(correction.field)
    correction.now = corrections.shown(correction.household, correction.field) if correction.field else ""
    correction.has_moved_on = correction.now != correction.before
    if refused and refused.correction == correction.pk:
        correction.typed, correction.error = refused.typed, refused.error.sentence
    if correction.field in personal.masked_fields(Household._meta.label):
        _note_look(correction)  # what is asked for has to be seen in full
        correction.before, correction.now = masked_phone(correction.before), masked_phone(correction.now)


def _done(request: HttpRequest, asked: Any) -> dict[str, Any] | None:
    """What the answer before has done, and the change set that can be taken back."""
    try:
        done = asked.exclude(state=CorrectionState.WAITING).filter(pk=uuid.UUID(request.GET.get("done", ""))).first()
    except ValueError:
        return None
    if done is None:
        return None
    head = done.household.head_name
    audit_trail.read(done.household.house, [done.household_id])
    if done.state == CorrectionState.DECLINED:
        return {"sentence": _("Đã trả lời hộ %(head)s: không sửa, kèm lý do.") % {"head": head}}
    if not done.field:
        return {"sentence": _("Đã trả lời hộ %(head)s: việc hộ nêu đã xử lý xong.") % {"head": head}}
    masked = done.field in personal.masked_fields(Household._meta.label)
    before, wanted = (masked_phone(done.before), masked_phone(done.wanted)) if masked else (done.before, done.wanted)
    sentence = _("Đã sửa %(label)s của hộ %(head)s: %(before)s → %(wanted)s.") % {
        "label": corrections.label_of(done.field), "head": head, "before": before or "–", "wanted": wanted or "–",
    }  # fmt: skip
    return {
        "sentence": sentence,
        "changeset": done.changeset if done.changeset and not done.changeset.undone_at else None,
    }


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

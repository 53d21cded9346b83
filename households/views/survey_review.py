"""Visits that wait for an officer: the list, one beside what the register holds, and what is decided about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households.forms import CleanText, DeskForm
from households.models import (
    House,
    Household,
    SurveyConflict,
    SurveyPhoto,
    SurveyRound,
    SurveySensitive,
    SurveyVisit,
    VisitState,
)
from households.survey import (
    answer_words,
    approvals,
    flag_sentences,
    house_photos,
    obstacles,
    returning,
    reviewing,
    running,
    settling,
    shown_numbers,
)
from households.survey.photo_files import is_let_go
from households.survey.position import metres_between
from households.survey.register_changes import Decision, register_changes
from households.survey.reviewing import Choice
from households.survey.rules import rules
from households.views import survey_maps
from mapping import access, audit, files
from mapping.access import Capability
from mapping.errors import Gone, NotAllowed, UserError
from mapping.masking import masked_phone
from mapping.text import fold

_A_PAGE = 50
_DECIDE = "decide:"  # before the key of a field that somebody decides about
_MOVED_M = 0.5  # less is 0 m, which is where the house stands
_DECISIONS = ("approve", "return", "reject", "reopen")
Shown = Callable[[str, Any], Any]
"""A field and its value → the value as the page shows it."""


class DecisionForm(DeskForm):
    """What an officer decides about a visit."""

    do = forms.ChoiceField(choices=[(name, name) for name in _DECISIONS])
    version = forms.IntegerField()
    house_version = forms.IntegerField(required=False)
    household = CleanText(max_length=60, required=False)
    listed = forms.UUIDField(required=False)
    undo = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
    moves = forms.BooleanField(required=False)
    comment = CleanText(max_length=500, required=False)

    def choice(self, decided: dict[str, Decision]) -> Choice:
        """The choice that belongs to an approval."""
        household, _colon, version = self.cleaned_data["household"].partition(":")
        try:
            known = (uuid.UUID(household), int(version)) if household else (None, None)
        except ValueError:
            raise UserError(
                _("Hộ được chọn không đọc được. Hãy tải lại trang rồi chọn lại."), code="household"
            ) from None
        typed = self.cleaned_data
        return Choice(typed["house_version"], *known, typed["listed"], moves=typed["moves"], decided=decided)

    @property
    def undoes(self) -> bool | None:
        """Whether a refusal undoes earlier approvals too; None where nobody said."""
        said = self.cleaned_data["undo"]
        return said == "yes" if said else None


class SettleForm(DeskForm):
    """Which of two values of a field holds."""

    take = forms.ChoiceField(choices=[("held", "held"), ("sent", "sent")])
    seen = forms.IntegerField()


@login_required
@never_cache
@require_safe
def survey_visits(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """The visits of a round in one state, the oldest first; `state=conflict` for those with two values of a field."""
    found = running.round_or_404(request.user, round_id)
    state = request.GET.get("state", VisitState.RECEIVED)
    visits = SurveyVisit.objects.for_user(request.user, running.RUNS).filter(round=found)
    if state == "conflict":
        unsettled = SurveyConflict.objects.filter(visit__round=found, settled_at__isnull=True)
        visits = visits.filter(pk__in=unsettled.values("visit"))
    elif state in VisitState.values:
        visits = visits.filter(state=state)
    else:
        raise Http404
    visits = visits.select_related("village", "surveyor").order_by("updated_at", "pk")
    page = Paginator(visits, _A_PAGE).get_page(request.GET.get("page"))
    houses = House.objects.filter(pk__in=[one.house_id for one in page]).select_related("village")
    by_id = {house.pk: house for house in houses}
    for one in page:
        one.house = by_id.get(one.house_id)
        one.told = [flag_sentences.sentence(flag) for flag in one.flags]
    states = [("conflict", _("ghi khác nhau")), *VisitState.choices]
    context = {"round": found, "page": page, "state": state, "states": states, "done": _just_decided(request, found)}
    return render(request, "households/survey_visits.html", context)


def _just_decided(request: HttpRequest, found: SurveyRound) -> SurveyVisit | None:
    """The visit that the person has just decided about, from `?done=`, while that can be taken back."""
    try:
        visit_id = uuid.UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    own = SurveyVisit.objects.for_user(request.user, running.RUNS).filter(round=found, reviewed_by=request.user)
    return own.filter(pk=visit_id).exclude(state=VisitState.RECEIVED).select_related("changeset").first()


@login_required
@never_cache
@require_safe
def survey_visit(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """One visit beside what the register holds."""
    return _show(request, reviewing.visit_or_404(request.user, visit_id))


@login_required
@require_POST
def review_survey_visit(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """Approve, return or reject a visit; the list comes back, or the page says why not."""
    visit = reviewing.visit_or_404(request.user, visit_id)
    form = DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise UserError(next(iter(form.errors.values()))[0], code="form")
        typed, do = form.cleaned_data, form.cleaned_data["do"]
        if do == "approve":
            choice = form.choice(_decided(request))
            done = reviewing.approve(user=request.user, visit=visit, version=typed["version"], choice=choice)
        elif do == "return":
            done = reviewing.give_back(
                user=request.user, visit=visit, version=typed["version"], comment=typed["comment"]
            )
        elif do == "reopen":
            done = reviewing.take_up_again(user=request.user, visit=visit, version=typed["version"])
        else:
            done = reviewing.reject(
                user=request.user, visit=visit, version=typed["version"], comment=typed["comment"], undoes=form.undoes
            )
    except NotAllowed:
        raise
    except UserError as error:
        visit = reviewing.visit_or_404(request.user, visit_id)
        return _show(request, visit, error)
    messages.success(request, _("Đã ghi: %(state)s.") % {"state": done.get_state_display()})
    if do == "reopen":
        return redirect("survey_visit", visit_id=done.pk)
    return redirect(f"{reverse('survey_visits', args=[visit.round_id])}?done={done.pk}")


@login_required
@require_POST
def settle_survey_conflict(request: HttpRequest, conflict_id: uuid.UUID) -> HttpResponse:
    """Say which of two values holds: `take` is `held` or `sent`, `seen` the version of the value that was shown."""
    conflict = SurveyConflict.objects.select_related("visit__commune").filter(pk=conflict_id).first()
    if conflict is None:
        raise Http404
    visit = reviewing.visit_or_404(request.user, conflict.visit_id)
    try:
        form = SettleForm(request.POST)
        if not form.is_valid():
            raise UserError(_("Hãy chọn một trong hai nội dung."), code="take")
        typed = form.cleaned_data
        settling.settle(user=request.user, conflict=conflict, takes_sent=typed["take"] == "sent", seen=typed["seen"])
    except NotAllowed:
        raise
    except UserError as error:
        return _show(request, reviewing.visit_or_404(request.user, conflict.visit_id), error)
    return redirect("survey_visit", visit_id=visit.pk)


@login_required
@require_POST
def take_late_survey_photos(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """Put photos that came after the approval into the record of the house."""
    visit = reviewing.visit_or_404(request.user, visit_id)
    count = house_photos.take_late(user=request.user, visit=visit)
    messages.success(
        request,
        ngettext("Đã đưa %(count)d ảnh vào hồ sơ nhà.", "Đã đưa %(count)d ảnh vào hồ sơ nhà.", count)
        % {"count": count},
    )
    return redirect("survey_visit", visit_id=visit.pk)


@login_required
@never_cache
@require_safe
def survey_visit_photo(request: HttpRequest, photo_id: uuid.UUID) -> FileResponse:
    """A photo of a visit, once all of it has arrived; one that was let go is gone at once, be it still on the disk."""
    photo = SurveyPhoto.objects.select_related("file", "commune").filter(pk=photo_id, file__isnull=False).first()
    if photo is None or photo.file is None:
        raise Http404
    access.require(request.user, running.RUNS, photo.commune)
    if is_let_go(photo):
        raise Gone(_("Ảnh này đã được xóa, vì hết thời hạn lưu hoặc hộ đã yêu cầu xóa."), code="file_gone")
    audit.record(
        "file.download", subject=photo.file.name, table=SurveyPhoto._meta.db_table, row_id=photo.pk,
        commune=photo.commune, village_id=photo.village_id, once=True,
    )  # fmt: skip
    return files.download(photo.file)


def _decided(request: HttpRequest) -> dict[str, Decision]:
    """What was chosen of fields that wait for somebody, by `RegisterChange.key`."""
    named = {name.removeprefix(_DECIDE): request.POST[name] for name in request.POST if name.startswith(_DECIDE)}
    known: dict[str, Decision] = {"write": "write", "keep": "keep", "both": "both"}
    return {key: known[value] for key, value in named.items() if value in known}


def _show(request: HttpRequest, visit: SurveyVisit, refused: UserError | None = None) -> HttpResponse:
    table = rules(visit.round.rules_version)
    house = House.objects.select_related("commune", "village").filter(pk=visit.house_id).first()
    households = list(Household.objects.for_user(request.user).filter(house=visit.house_id).order_by("pk"))
    answers = dict(visit.answers)
    kept = None
    if access.may(request.user, Capability.SEE_SENSITIVE, visit.commune):
        kept = SurveySensitive.objects.filter(visit=visit).first()
        answers |= kept.answers if kept else {}
    audit.record(
        "survey.read", subject=visit.village.full_name, table=SurveyVisit._meta.db_table, row_id=visit.pk,
        commune=visit.commune, village_id=visit.village_id, once=True,
    )  # fmt: skip
    for one in households:
        one.hidden_phone = masked_phone(one.phone)
    shown = partial(
        shown_numbers.shown, table, held={one.phone for one in households},
        is_over=visit.state in (VisitState.APPROVED, VisitState.REJECTED),
    )  # fmt: skip
    likely = _likely(households, str(visit.answers.get("head_name", "")), request.POST.get("household"))
    conflicts = visit.conflicts.filter(settled_at__isnull=True).select_related("operation__user").order_by("pk")
    photos = house_photos.photos_of(visit)
    context = {
        "visit": visit,
        "house": house,
        "households": households,
        "likely": likely,
        "standing": approvals.latest(visit),
        "obstacle": obstacles.of_approval(visit, house) if visit.state == VisitState.RECEIVED else "",
        "silence": "" if visit.state == VisitState.APPROVED else returning.silence(visit),
        "changes": _changes(
            table, visit, house, next((one for one in households if one.pk == likely), None), request, shown
        ),
        "answers": answer_words.rows(table, {name: shown(name, value) for name, value in answers.items()}),
        "flags": [flag_sentences.sentence(flag) for flag in visit.flags],
        "conflicts": [_conflict(table, visit, one, kept, shown) for one in conflicts],
        "photos": [one for one in photos if one.file_id is not None],
        "missing_photos": sum(one.file_id is None for one in photos),
        "late_photos": house_photos.late(visit),
        "late_obstacle": obstacles.of_late_photos(house),
        "moved_m": _moved_m(visit, house),
        "place": survey_maps.place_of(request.user, visit, house),
        "refused": refused,
        "comment": request.POST.get("comment", "")[:500],
        "undo": request.POST.get("undo", ""),
    }
    return render(request, "households/survey_visit.html", context, status=refused.status if refused else 200)


def _conflict(
    table: Any, visit: SurveyVisit, one: SurveyConflict, kept: SurveySensitive | None, shown: Shown
) -> dict[str, Any]:
    held, sent = (shown(one.field, value) for value in settling.values_of(visit, one, kept))
    return {
        "id": one.pk,
        "label": answer_words.label_of(table, one.field),
        "held": answer_words.in_words(table, one.field, held),
        "sent": answer_words.in_words(table, one.field, sent),
        "seen": settling.field_version(visit, one.field),
        "by": one.operation.user,
    }


def _changes(
    table: Any, visit: SurveyVisit, house: House | None, household: Household | None, request: HttpRequest, shown: Shown
) -> dict[str, list[dict[str, Any]]]:
    """What an approval would do, by `does`: each with its label and values in words. Of a new house all is written."""
    if visit.state != VisitState.RECEIVED:
        return {}
    decided = _decided(request)
    told: dict[str, list[dict[str, Any]]] = {"write": [], "leave": [], "ask": [], "cannot": []}
    for one in register_changes(visit, house, household):
        held = masked_phone(one.held or "") if one.field == "phone" else one.held
        values = (held, shown(one.field, one.found), one.known)
        said = [answer_words.in_words(table, one.field, value) for value in values]
        row: dict[str, Any] = dict(zip(("held", "found", "known"), said, strict=True))
        row |= {"label": answer_words.label_of(table, one.field), "why": one.why, "both": one.takes_both}
        chosen = decided.get(one.key, "keep" if one.was_kept else None)
        told[one.does].append(row | {"name": _DECIDE + one.key, "chosen": chosen})
    return told if house is not None else {"cannot": told["cannot"]}


def _likely(households: list[Household], head_name: str, chosen: str | None) -> uuid.UUID | None:
    """The household that the answers are about: the one that was chosen, of that name, or the only one."""
    if chosen is not None:
        return next((one.pk for one in households if str(one.pk) == chosen.partition(":")[0]), None)
    same = [one.pk for one in households if fold(one.head_name) == fold(head_name)]
    if same:
        return same[0]
    return households[0].pk if len(households) == 1 else None


def _moved_m(visit: SurveyVisit, house: House | None) -> float | None:
    if house is None or visit.location is None:
        return None
    metres = metres_between(house.location.x, house.location.y, visit.location.x, visit.location.y)
    return metres if metres >= _MOVED_M else None

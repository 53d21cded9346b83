"""Sheet profiles of a commune: the list with a drawing of each, one as a form of millimetres, and its calibration."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from households.models import OwnSheetProfile
from households.plates import own_profiles, press, sheet_drawing
from households.plates.own_profiles import Profile, Unfit
from households.plates.sheet_sentences import (
    LABELS,
    ProfileRefused,
    described,
    millimetres,
    sentence,
    shift_told,
    values_of,
)
from households.views.commune_desk import Desk, desk_of, refusals_told, require_changing
from mapping import downloads
from mapping.errors import NotAllowed, UserError
from mapping.printing.calibration import Measured, Slip, line_distance
from mapping.printing.calibration_page import write_calibration_page
from mapping.printing.sheet import SHEETS, Sheet
from mapping.printing.sheet_reading import COUNTS, SheetProblem
from mapping.text import fold

_NUMBER: Final = re.compile(r"[-+−]?[0-9]{1,9}([.,][0-9]{1,9})?", re.ASCII)
_OF_REASON: Final = {
    "width": "page_width",
    "height": "page_height",
    "left": "margin_left",
    "top": "margin_top",
    "gutter_x": "gutter_x",
    "gutter_y": "gutter_y",
    "cells": "rows",
}
"""Beside which number of the form a refusal stands that is of several."""
GROUPS: Final[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (
    (gettext_lazy("Trang giấy"), ("page_width", "page_height")),
    (gettext_lazy("Các ô"), ("columns", "rows", "cell_width", "cell_height")),
    (gettext_lazy("Lề và khe"), ("margin_left", "margin_top", "gutter_x", "gutter_y")),
    (gettext_lazy("Chừa xén và dấu cắt"), ("bleed", "mark_gap", "mark_length")),
    (gettext_lazy("Bù độ lệch của máy in"), ("offset_x", "offset_y")),
)
_EDGES: Final = ("left", "right", "top", "bottom")


@dataclass
class Refusal:
    """What was refused of a form: sentences by field, those of no field, what was typed, and the status."""

    error: UserError
    by_field: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, error: UserError) -> Refusal:
        """Sort the sentences of an error by the fields that they are about."""
        refusal = cls(error)
        if not isinstance(error, ProfileRefused):
            refusal.others.append(error.sentence)
            return refusal
        for problem in error.problems:
            name = _field_of(problem)
            if name:
                refusal.by_field.setdefault(name, []).append(sentence(problem))
            else:
                refusal.others.append(sentence(problem))
        return refusal


@login_required
@never_cache
@require_safe
def sheet_profiles(request: HttpRequest) -> HttpResponse:
    """What can be chosen in a commune, each with a drawing."""
    desk = desk_of(request)
    shown = [
        {"profile": one, "drawing": sheet_drawing.drawn(one.sheet), "described": described(one.sheet)}
        for one in own_profiles.profiles_of(desk.commune)
    ]
    context = {"desk": desk, "profiles": shown, "unfit": own_profiles.unfit_of(desk.commune)}
    return render(request, "households/sheet_profiles.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_profile(request: HttpRequest, key: str) -> HttpResponse:
    """A profile as a form; POST draws what was typed (`do=look`) or keeps it, or says beside each what is wrong."""
    desk, profile = _found(request, key)
    if request.method != "POST":
        if isinstance(profile, Unfit):
            return _page(request, desk, profile, typed=_kept(profile), refusal=Refusal.of(profile.refusal))
        return _page(request, desk, profile)
    own = _own_to_change(request, desk, profile)
    typed = {name: request.POST.get(name, "")[:40] for name in LABELS}
    if request.POST.get("do") == "look":
        return _page(request, desk, profile, typed=typed, refusal=_tried(typed))
    try:
        own_profiles.change(
            user=request.user,
            profile=own,
            version=_version(request),
            values=_numbers(typed),
            name=request.POST.get("name", own.name),
        )
    except NotAllowed:
        raise
    except UserError as error:
        return _page(request, desk, profile, typed=typed, refusal=Refusal.of(error))
    messages.success(request, _("Đã lưu khổ giấy “%(name)s”.") % {"name": request.POST.get("name", own.name)})
    return redirect("sheet_profile", key=key)


@login_required
@require_POST
def copy_sheet_profile(request: HttpRequest, key: str) -> HttpResponse:
    """Make the commune's own profile of any, and open it."""
    desk, _profile = _found(request, key)
    require_changing(request.user, desk.commune)
    with refusals_told(request):
        made = own_profiles.copy(user=request.user, commune=desk.commune, key=key)
        messages.success(request, _("Đã sao chép thành “%(name)s”. Bản sao này sửa được.") % {"name": made.name})
        return redirect("sheet_profile", key=str(made.pk))
    return redirect(_list_address(desk))


@login_required
@require_POST
def remove_sheet_profile(request: HttpRequest, key: str) -> HttpResponse:
    """Delete one of the commune's own."""
    desk, profile = _found(request, key)
    own = _own_to_change(request, desk, profile)
    with refusals_told(request):
        own_profiles.remove(user=request.user, profile=own, version=_version(request))
        messages.success(request, _("Đã xóa khổ giấy “%(name)s”.") % {"name": own.name})
    return redirect(_list_address(desk))


@login_required
@require_GET
def calibration_page(request: HttpRequest, key: str) -> FileResponse:
    """The test page with rulers of a profile as a PDF."""
    _desk, profile = _found(request, key)
    if isinstance(profile, Unfit):
        raise profile.refusal
    out = io.BytesIO()
    write_calibration_page(out, profile.sheet, press.fonts())
    out.seek(0)
    name = "-".join(re.findall(r"[a-z0-9]+", fold(profile.title))) or "kho-giay"
    answer: FileResponse = downloads.attachment(out, name=f"canh-may-in-{name}.pdf", content_type="application/pdf")
    return answer


@login_required
@require_POST
def calibrate_sheet_profile(request: HttpRequest, key: str) -> HttpResponse:
    """Take what was read off the test page: the slip itself (`do=slip`), or the distances of the four bold lines."""
    desk, profile = _found(request, key)
    own = _own_to_change(request, desk, profile)
    if isinstance(profile, Unfit):
        return _page(request, desk, profile, typed=_kept(profile), refusal=Refusal.of(profile.refusal))
    typed = {name: request.POST.get(name, "")[:20] for name in ("slip_right", "slip_down", *_EDGES)}
    try:
        made = own_profiles.calibrate(
            user=request.user,
            profile=own,
            version=_version(request),
            measured=_slip(typed) if request.POST.get("do") == "slip" else _measured(typed),
        )
    except NotAllowed:
        raise
    except UserError as error:
        return _page(request, desk, profile, measured=typed, measured_error=error)
    if shift := shift_told(own_profiles.of_own(made).sheet):
        told = _("Đã canh máy in: từ nay bù %(shift)s. Hãy in lại trang thử để kiểm tra.") % {"shift": shift}
    else:
        told = _("Đã canh máy in: máy in không lệch, từ nay không bù gì. Hãy in lại trang thử để kiểm tra.")
    messages.success(request, told)
    return redirect("sheet_profile", key=key)


def _page(
    request: HttpRequest,
    desk: Desk,
    profile: Profile | Unfit,
    *,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    measured: Mapping[str, str] | None = None,
    measured_error: UserError | None = None,
) -> HttpResponse:
    if isinstance(profile, Unfit):
        sheet, key, title = None, str(profile.own.pk), profile.own.name
    else:
        sheet, key, title = profile.sheet, profile.key, profile.title
    values = typed or ({name: millimetres(value) for name, value in values_of(sheet).items()} if sheet else {})
    by_field = refusal.by_field if refusal else {}
    groups = [
        (title, [_asked(name, values[name], by_field.get(name, [])) for name in names]) for title, names in GROUPS
    ]
    error = (refusal.error if refusal else measured_error) if request.method == "POST" else None
    own = profile.own
    drawn = _typed_sheet(typed) or sheet
    context = {
        "desk": desk,
        "key": key,
        "title": title,
        "is_own": own is not None,
        "name": request.POST.get("name", title) if typed else title,
        "version": _version(request) if request.method == "POST" else own.version if own else 0,
        "may_edit": desk.may_change and own is not None,
        "groups": groups,
        "refusal": refusal,
        "described": described(sheet) if sheet else "",
        "drawing": sheet_drawing.drawn(drawn) if drawn else None,
        "is_unfit": sheet is None,
        "is_other": typed is not None and refusal is not None and _typed_sheet(typed) is None,
        "measured": measured or {},
        "measured_error": measured_error,
        "due": millimetres(line_distance(sheet)) if sheet else "",
    }
    return render(request, "households/sheet_profile.html", context, status=error.status if error else 200)


def _kept(unfit: Unfit) -> dict[str, str]:
    """What a profile that is not fit any more says, as it would be typed."""
    body = unfit.own.body if isinstance(unfit.own.body, dict) else {}
    said = {name: body.get(name, "") for name in LABELS}
    return {name: millimetres(one) if isinstance(one, int | float) else str(one)[:40] for name, one in said.items()}


def _tried(typed: Mapping[str, str]) -> Refusal | None:
    """What would be refused of the numbers if they were to be kept."""
    try:
        own_profiles.sheet_of("typed", _numbers(typed))
    except UserError as error:
        return Refusal.of(error)
    return None


def _asked(name: str, value: str, refused: list[str]) -> dict[str, Any]:
    label = str(LABELS[name])
    unit = "" if name in COUNTS else " (mm)"
    return {
        "name": name,
        "label": label[:1].upper() + label[1:] + unit,
        "value": value,
        "refused": refused,
        "is_count": name in COUNTS,
    }


def _typed_sheet(typed: Mapping[str, str] | None) -> Sheet | None:
    """The sheet that was typed where it is one, so that the drawing shows it even when its name was refused."""
    if typed is None:
        return None
    try:
        return own_profiles.sheet_of("typed", _numbers(typed))
    except UserError:
        return None


def _numbers(typed: Mapping[str, str]) -> dict[str, object]:
    """What the reader of profiles takes: numbers, what is none as it was typed; empty fields are left out."""
    found: dict[str, object] = {}
    for name, text in typed.items():
        text = text.strip()
        if text:
            number = _number(text)
            is_whole = name in COUNTS and number is not None and number.is_integer()
            found[name] = text[:40] if number is None else int(number) if is_whole else number
    return found


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text.replace(",", ".").replace("−", "-")) if _NUMBER.fullmatch(text) else None


def _slip(typed: Mapping[str, str]) -> Slip:
    right, down = (_needed(typed, name, _said(name)) for name in ("slip_right", "slip_down"))
    return Slip(right, down)


def _measured(typed: Mapping[str, str]) -> Measured:
    return Measured(
        left=_needed(typed, "left", _said("left")),
        top=_needed(typed, "top", _said("top")),
        right=_needed(typed, "right", _said("right")) if typed["right"].strip() else None,
        bottom=_needed(typed, "bottom", _said("bottom")) if typed["bottom"].strip() else None,
    )


def _needed(typed: Mapping[str, str], name: str, label: str) -> float:
    number = _number(typed[name])
    if number is None:
        text = typed[name].strip()
        raise UserError(
            _("Hãy ghi số mm ở ô “%(field)s”, ví dụ 1,5; đã ghi “%(typed)s”.") % {"field": label, "typed": text}
            if text
            else _("Hãy ghi số mm ở ô “%(field)s”, ví dụ 1,5.") % {"field": label},
            code=name,
        )
    return number


def _said(name: str) -> str:
    return {
        "slip_right": _("Lệch sang phải"),
        "slip_down": _("Lệch xuống dưới"),
        "left": _("Trái"),
        "right": _("Phải"),
        "top": _("Trên"),
        "bottom": _("Dưới"),
    }[name]


def _field_of(problem: SheetProblem) -> str:
    return problem.field if problem.field in LABELS else _OF_REASON.get(problem.reason, "")


def _found(request: HttpRequest, key: str) -> tuple[Desk, Profile | Unfit]:
    """A shipped profile in the commune that is asked for, or one of a commune's own in that commune, fit or not."""
    if key in SHEETS:
        return desk_of(request), own_profiles.shipped(key)
    try:
        own = OwnSheetProfile.objects.select_related("commune").filter(pk=uuid.UUID(key)).first()
    except ValueError:
        own = None
    if own is None:
        raise Http404
    desk = desk_of(request, own.commune.code)
    try:
        return desk, own_profiles.of_own(own)
    except ProfileRefused as error:
        return desk, Unfit(own, error)


def _own_to_change(request: HttpRequest, desk: Desk, profile: Profile | Unfit) -> OwnSheetProfile:
    require_changing(request.user, desk.commune)
    if profile.own is None:
        raise NotAllowed(_("Khổ giấy có sẵn không sửa được; hãy sao chép rồi sửa bản sao."), code="shipped")
    return profile.own


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _list_address(desk: Desk) -> str:
    return f"{reverse('sheet_profiles')}?commune={desk.commune.code}"

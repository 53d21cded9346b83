"""Plate designs of a commune: the list with pictures, and one of them as text beside the page that it prints."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from households.models import OwnPlateDesign
from households.plates import design_pictures, emblems, longest_faces, own_designs, own_profiles
from households.plates.alley_sign import USUAL_SHEET as ALLEY_SHEET
from households.plates.cautions import cautions
from households.plates.design import PlateDesign
from households.plates.design_reading import LONGEST_TEXT, DesignProblems
from households.plates.own_designs import Choosable
from households.plates.sheet_sentences import described, millimetres
from households.plates.shipped import NAMES
from households.views import json_body
from households.views.commune_desk import Desk, desk_of, refusals_told, require_changing
from mapping.errors import NotAllowed, TooLarge, UserError
from mapping.models import Unit
from mapping.printing.sheet import A4_PLATES
from mapping.request_limits import takes_files

_MOST_BYTES: Final = 4 * LONGEST_TEXT


@login_required
@never_cache
@require_safe
def plate_designs(request: HttpRequest) -> HttpResponse:
    """What can be chosen in a commune, each with a picture and what to think of, and its emblems."""
    return show_list(request, desk_of(request))


@takes_files
@login_required
@require_POST
def new_plate_design(request: HttpRequest) -> HttpResponse:
    """Keep a design that was sent as a file, or as text; one that cannot be printed comes back to be mended."""
    desk = desk_of(request)
    require_changing(request.user, desk.commune)
    try:
        source = _sent(request)
    except UserError as error:
        return show_list(request, desk, upload_error=error)
    name = request.POST.get("name", "").strip() or own_designs.name_in(source) or _file_stem(request)
    if request.POST.get("do") == "preview":
        return _editor(request, desk, None, name=name, source=source, is_tried=True)
    try:
        design = own_designs.add(user=request.user, commune=desk.commune, name=name, source=source)
    except NotAllowed:
        raise
    except UserError as error:
        return _editor(request, desk, None, name=name, source=source, error=error)
    messages.success(request, _("Đã lưu mẫu biển “%(name)s”.") % {"name": design.name})
    return redirect("plate_design", key=str(design.pk))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plate_design(request: HttpRequest, key: str) -> HttpResponse:
    """A design as text with its first page; POST tries the text (`do=preview`) or keeps it."""
    desk, chosen = _found(request, key)
    if request.method != "POST":
        return _editor(request, desk, chosen, name=chosen.title, source=chosen.source, is_tried=True)
    source = _lines_of_people(request.POST.get("source", ""))
    name = request.POST.get("name", chosen.title)
    if request.POST.get("do") == "preview":
        return _editor(request, desk, chosen, name=name, source=source, is_tried=True)
    require_changing(request.user, desk.commune)
    if chosen.own is None:
        raise NotAllowed(_("Mẫu có sẵn không sửa được; hãy sao chép rồi sửa bản sao."), code="shipped")
    try:
        version = _version(request)
        own_designs.change(user=request.user, design=chosen.own, version=version, name=name, source=source)
    except NotAllowed:
        raise
    except UserError as error:
        return _editor(request, desk, chosen, name=name, source=source, error=error)
    messages.success(request, _("Đã lưu mẫu biển “%(name)s”.") % {"name": name})
    return redirect("plate_design", key=key)


@login_required
@require_POST
def copy_plate_design(request: HttpRequest, key: str) -> HttpResponse:
    """Make the commune's own copy and open it."""
    desk, chosen = _found(request, key)
    require_changing(request.user, desk.commune)
    with refusals_told(request):
        made = own_designs.copy(user=request.user, commune=desk.commune, key=chosen.key)
        messages.success(request, _("Đã sao chép thành “%(name)s”. Bản sao này sửa được.") % {"name": made.name})
        return redirect("plate_design", key=str(made.pk))
    return redirect(_list_address(desk))


@login_required
@require_POST
def remove_plate_design(request: HttpRequest, key: str) -> HttpResponse:
    """Delete one of the commune's own."""
    desk, chosen = _found(request, key)
    require_changing(request.user, desk.commune)
    if chosen.own is None:
        raise NotAllowed(_("Mẫu có sẵn không xóa được."), code="shipped")
    with refusals_told(request):
        own_designs.remove(user=request.user, design=chosen.own, version=_version(request))
        messages.success(request, _("Đã xóa mẫu biển “%(name)s”.") % {"name": chosen.title})
    return redirect(_list_address(desk))


@login_required
@require_POST
def preview_plate_design(request: HttpRequest) -> HttpResponse:
    """The first page of the `source` on the sheet `profile` for a `commune`, as a PNG; what is wrong as JSON."""

    def draw(commune: Unit, source: str, profile: own_profiles.Profile) -> HttpResponse:
        return _png(design_pictures.of_page(request.user, commune, source, profile))

    return _tried(request, draw)


@login_required
@require_POST
def try_plate_design(request: HttpRequest) -> HttpResponse:
    """Which of a commune's longest texts do not fit the `source` on a sheet, as `preview` is asked: {"notes": […]}."""

    def fit(commune: Unit, source: str, profile: own_profiles.Profile) -> HttpResponse:
        design = own_designs.judged(commune, source, profile.sheet)
        return JsonResponse({"notes": longest_faces.not_fitting(request.user, commune, design, profile.sheet)})

    return _tried(request, fit)


def _tried(request: HttpRequest, answer: Callable[[Unit, str, own_profiles.Profile], HttpResponse]) -> HttpResponse:
    """What `answer` says of the design that was posted and its sheet; what is wrong with them as JSON."""
    body = json_body.read_object(request)
    desk = desk_of(request, json_body.text(body, "commune"))
    source = body.get("source")
    try:
        if not isinstance(source, str):
            raise UserError(_("Mục “%(name)s” phải là chữ.") % {"name": "source"}, code="source")
        profile = own_profiles.find(desk.commune, json_body.text(body, "profile") or A4_PLATES.name)
        return answer(desk.commune, source, profile)
    except UserError as error:
        refused = {"error": error.sentence, "code": error.code, "problems": _problems(error)}
        return JsonResponse(refused, status=error.status)


@login_required
@require_GET
def plate_design_picture(request: HttpRequest, key: str) -> HttpResponse:
    """One plate of a design as a PNG, for lists."""
    desk, chosen = _found(request, key)
    return _png(design_pictures.of_one(request.user, desk.commune, chosen))


def show_list(
    request: HttpRequest,
    desk: Desk,
    *,
    upload_error: UserError | None = None,
    emblem_error: UserError | None = None,
    emblem_name: str = "",
) -> HttpResponse:
    """The page of all designs and emblems of a commune, with what was refused if anything was."""
    error = upload_error or emblem_error
    context = {
        "desk": desk,
        "designs": [_in_list(desk, one) for one in own_designs.designs_of(desk.commune)],
        "emblems": emblems.list_of(desk.commune),
        "upload_error": upload_error,
        "emblem_error": emblem_error,
        "emblem_name": emblem_name,
    }
    return render(request, "households/plate_designs.html", context, status=error.status if error else 200)


def _in_list(desk: Desk, chosen: Choosable) -> dict[str, Any]:
    shown: dict[str, Any] = {"chosen": chosen, "version": chosen.own.version if chosen.own else 0}
    try:
        design = own_designs.judged(desk.commune, chosen.source)
    except UserError as error:
        return shown | {"refusal": error.sentence}
    size = f"{millimetres(design.width)} × {millimetres(design.height)}"
    return shown | {"size": size, "cautions": cautions(design)}


def _found(request: HttpRequest, key: str) -> tuple[Desk, Choosable]:
    """A shipped design in the commune that is asked for, or one of a commune's own in that commune."""
    if key in NAMES:
        desk = desk_of(request)
        return desk, own_designs.find(desk.commune, key)
    try:
        own = OwnPlateDesign.objects.select_related("commune").filter(pk=uuid.UUID(key)).first()
    except ValueError:
        own = None
    if own is None:
        raise Http404
    return desk_of(request, own.commune.code), Choosable(str(own.pk), own.name, own.source, own)


def _editor(
    request: HttpRequest,
    desk: Desk,
    chosen: Choosable | None,
    *,
    name: str,
    source: str,
    error: UserError | None = None,
    is_tried: bool = False,
) -> HttpResponse:
    profiles = own_profiles.profiles_of(desk.commune)
    design = _judged(desk, source)
    usual = ALLEY_SHEET if design and design.subject == "alley" else A4_PLATES.name
    asked = request.POST.get("profile", "") or request.GET.get("profile", "") or usual
    profile = next((one for one in profiles if one.key == asked), profiles[-1])
    picture, notes = "", []
    refusal = error
    if error is None and is_tried:
        try:
            png = design_pictures.of_page(request.user, desk.commune, source, profile)
            picture = f"data:image/png;base64,{base64.b64encode(png).decode()}"
            fitted = own_designs.judged(desk.commune, source, profile.sheet)
            notes = longest_faces.not_fitting(request.user, desk.commune, fitted, profile.sheet)
        except UserError as found:
            refusal = found
    lines = source.split("\n")
    may_edit = desk.may_change and (chosen is None or chosen.own is not None)
    context = {
        "desk": desk,
        "chosen": chosen,
        "name": name,
        "source": source,
        "version": _version(request)
        if request.method == "POST"
        else chosen.own.version
        if chosen and chosen.own
        else 0,
        "may_edit": may_edit,
        "may_order": design is not None and design.subject == "house",
        "profiles": [(one.key, one.title, described(one.sheet)) for one in profiles],
        "profile": profile,
        "picture": picture,
        "notes": notes,
        "problems": _problems(refusal),
        "refusal": refusal if refusal and not isinstance(refusal, DesignProblems) else None,
        "cautions": cautions(design) if design else [],
        "line_numbers": range(1, len(lines) + 1),
        "wrong_lines": {one["line"] for one in _problems(refusal)},
        "columns": min(max(map(len, lines)) + 2, 400),
        "action": reverse("plate_design", args=[chosen.key]) if chosen else reverse("new_plate_design"),
        "config": {
            "preview": reverse("preview_plate_design"),
            "tries": reverse("try_plate_design"),
            "text": {
                "busy": _("Đang vẽ…"),
                "good": _("In được. Đây là trang đầu."),
                "offline": _("Không liên lạc được với máy chủ; hình dưới đây là của bản trước."),
            },
        },
    }
    return render(request, "households/plate_design.html", context, status=error.status if error else 200)


def _judged(desk: Desk, source: str) -> PlateDesign | None:
    """The design whatever the sheet, None where it is none."""
    try:
        return own_designs.judged(desk.commune, source)
    except UserError:
        return None


def _problems(error: UserError | None) -> list[dict[str, Any]]:
    """What is wrong with a text, for the page and its script; `said` names the place in the reader's language."""
    if not isinstance(error, DesignProblems):
        return []
    return [
        asdict(one)
        | {
            "said": _("Dòng %(line)d, cột %(column)d: %(sentence)s")
            % {"line": one.line, "column": one.column, "sentence": one.sentence}
        }
        for one in error.problems
    ]


def _sent(request: HttpRequest) -> str:
    """The text of the file that was sent, or of the form. Raises UserError, TooLarge."""
    upload = request.FILES.get("file")
    if upload is None:
        if "source" in request.POST:
            return _lines_of_people(request.POST["source"])
        raise UserError(_("Hãy chọn một tệp .json của mẫu biển."), code="no_file")
    if (upload.size or 0) > _MOST_BYTES:
        raise TooLarge(_("Tệp “%(file)s” quá dài để là một mẫu biển.") % {"file": upload.name}, code="too_big")
    try:
        return _lines_of_people(upload.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UserError(
            _("Tệp “%(file)s” không phải văn bản UTF-8; hãy chọn tệp .json của mẫu biển.") % {"file": upload.name},
            code="not_text",
        ) from None


def _file_stem(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    return PurePath(upload.name or "").stem if upload is not None else ""


def _lines_of_people(text: str) -> str:
    """Forms send other line ends than files have, and both are counted."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _list_address(desk: Desk) -> str:
    return f"{reverse('plate_designs')}?commune={desk.commune.code}"


def _png(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, no-store"})

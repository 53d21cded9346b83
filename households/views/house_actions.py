"""What an official does to a house: forms for people, JSON for the map where it posts to the same address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from households import audit_trail, forms, house_editing
from households.codes import format_house_code
from households.finding import commune_or_404, house_or_404
from households.house_editing import People
from households.locating import point_of
from households.models import House
from households.views import json_body
from households.views.answering import answer_form, to_record
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError, wants_json
from mapping.models import ChangeSet, Unit
from mapping.text import normal_phone

either = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@either
def add(request: HttpRequest) -> HttpResponse:
    """Add a house at a point, with its first household when a head is named."""
    access.somewhere(request.user, Capability.EDIT)
    if wants_json(request) and request.method == "POST":
        return _add_from_map(request)

    def act(typed: dict[str, Any]) -> tuple[House, ChangeSet]:
        head_name = typed["head_name"]
        return house_editing.add_house(
            user=request.user,
            point=point_of(typed["lng"], typed["lat"]),
            number=typed["number"],
            street=typed["street"],
            people=People(head_name, typed["phone"], typed["size"]) if head_name else None,
            form_id=typed["form_id"],
            anyway=typed["anyway"],
        )

    context = {
        "title": _("Thêm nhà"),
        "intro": _("Xã và thôn được tìm theo tọa độ. Muốn chấm trên bản đồ thì mở trang Bản đồ."),
        "submit": _("Thêm nhà"),
        "back": reverse("houses"),
    }
    return answer_form(request, forms.AddHouseForm(request.POST or None), act, context)


@login_required
@never_cache
@either
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change number, street, village and note."""
    house = house_or_404(request.user, code, Capability.EDIT)
    form = forms.HouseForm(request.POST or None, initial=_written(house), commune=house.commune, user=request.user)
    return answer_form(
        request,
        form,
        lambda typed: (house, house_editing.edit_house(user=request.user, house=house, **typed)),
        _context(house, _("Sửa địa chỉ nhà"), _("Lưu")),
        latest=lambda: _written(house_or_404(request.user, code, Capability.EDIT)),
    )


@login_required
@never_cache
@either
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Put a house at another point; the map posts JSON here when a house was dragged."""
    house = house_or_404(request.user, code, Capability.EDIT)
    if wants_json(request) and request.method == "POST":
        return _move_from_map(request, house)
    form = forms.MoveHouseForm(request.POST or None, initial=_placed(house))

    def act(typed: dict[str, Any]) -> tuple[House, ChangeSet]:
        point = point_of(typed["lng"], typed["lat"])
        return house, house_editing.move_house(user=request.user, house=house, version=typed["version"], point=point)

    context = _context(house, _("Dời vị trí nhà"), _("Dời nhà"))
    context["on_map"] = _("Kéo nhà trên bản đồ thay vì gõ tọa độ")
    return answer_form(
        request, form, act, context, latest=lambda: _placed(house_or_404(request.user, code, Capability.EDIT))
    )


@login_required
@never_cache
@either
def split(request: HttpRequest, code: str) -> HttpResponse:
    """Make a second house out of one."""
    house = house_or_404(request.user, code, Capability.EDIT)
    initial = {"street": house.street, "version": house.version, **forms.PointForm.initial_of(house)}
    form = forms.SplitHouseForm(request.POST or None, initial=initial, house=house)
    audit_trail.read(house, form.fields["households"].queryset.values_list("pk", flat=True))  # who may go there

    def act(typed: dict[str, Any]) -> tuple[House, ChangeSet]:
        _part, changeset = house_editing.split_house(
            user=request.user,
            house=house,
            version=typed["version"],
            number=typed["number"],
            street=typed["street"],
            point=point_of(typed["lng"], typed["lat"]),
            household_ids=[household.pk for household in typed["households"]],
            anyway=typed["anyway"],
        )
        return house, changeset

    context = _context(house, _("Tách nhà"), _("Tách nhà"))
    context["intro"] = _(
        "Nhà này giữ mã, số và biển của nó. Nhà mới nhận một mã mới; hãy ghi số và vị trí của nhà mới ở dưới."
    )
    return answer_form(request, form, act, context)


@login_required
@never_cache
@either
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a house that no longer stands."""
    house = house_or_404(request.user, code, Capability.EDIT)
    form = forms.CloseHouseForm(request.POST or None, initial={"version": house.version})
    context = _context(house, _("Đóng nhà"), _("Đóng nhà"))
    context["intro"] = _("Nhà đã đóng không còn trong danh sách đang dùng; mã của nhà không cấp lại cho nhà khác.")
    context["danger"] = True
    return answer_form(
        request,
        form,
        lambda typed: (house, house_editing.close_house(user=request.user, house=house, **typed)),
        context,
    )


@login_required
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Use a closed house again."""
    house = house_or_404(request.user, code, Capability.EDIT)
    form = forms.SeenVersion(request.POST)
    if not form.is_valid():
        return redirect("house", code=house.code)
    changeset = house_editing.reopen_house(user=request.user, house=house, version=form.cleaned_data["version"])
    return to_record(house, changeset)


# --- What the map posts ---------------------------------------------------------------------------


def _add_from_map(request: HttpRequest) -> JsonResponse:
    body = json_body.read_object(request)
    commune_code, village_code = json_body.text(body, "commune"), json_body.text(body, "village_code")
    house, changeset = house_editing.add_house(
        user=request.user,
        point=point_of(json_body.number(body, "lng"), json_body.number(body, "lat")),
        number=json_body.text(body, "number"),
        street=json_body.text(body, "street"),
        commune=commune_or_404(request.user, commune_code, Capability.EDIT) if commune_code else None,
        village=_village(request, village_code) if village_code else None,
        people=_people(body),
        form_id=json_body.identifier(body, "form_id"),
        anyway=body.get("anyway") is True,
    )
    urls = {"url": reverse("house", args=[house.code]), "undo_url": reverse("undo_change", args=[changeset.pk])}
    return JsonResponse({"code": house.code, **urls}, status=201)


def _move_from_map(request: HttpRequest, house: House) -> JsonResponse:
    body = json_body.read_object(request)
    changeset = house_editing.move_house(
        user=request.user,
        house=house,
        version=json_body.whole(body, "version") or 0,
        point=point_of(json_body.number(body, "lng"), json_body.number(body, "lat")),
    )
    house.refresh_from_db(fields=["version"])
    return JsonResponse({"version": house.version, "undo_url": reverse("undo_change", args=[changeset.pk])})


def _village(request: HttpRequest, code: str) -> Unit:
    village = Unit.objects.for_user(request.user).current().villages().filter(code=code).first()
    if village is None:
        raise Http404
    return village


def _people(body: dict[str, Any]) -> People | None:
    head_name, phone = json_body.text(body, "head_name"), json_body.text(body, "phone")
    size = json_body.whole(body, "size")
    if not head_name:
        if phone or size:
            raise UserError(
                _("Có điện thoại hoặc số người mà chưa có tên chủ hộ. Hãy ghi tên chủ hộ."), code="head_name"
            )
        return None
    national = normal_phone(phone) if phone else ""
    if national is None:
        raise UserError(
            _("Số điện thoại “%(phone)s” không đúng. Ví dụ đúng: 0912 345 678.") % {"phone": phone}, code="phone"
        )
    return People(head_name=head_name, phone=national, size=size)


def _written(house: House) -> dict[str, Any]:
    written = {"number": house.number, "street": house.street, "village": house.village_id, "note": house.note}
    return {**written, "version": house.version}


def _placed(house: House) -> dict[str, Any]:
    return {**forms.PointForm.initial_of(house), "version": house.version}


def _context(house: House, title: str, submit: str) -> dict[str, Any]:
    return {
        "house": house,
        "formatted_code": format_house_code(house.code),
        "title": title,
        "submit": submit,
        "back": reverse("house", args=[house.code]),
    }

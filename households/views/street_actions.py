"""What the editor of streets posts, and what it is answered.

Every act takes JSON and gives `{"street": Feature, "also": [Feature …], "removed": [id …], "undo": address, "notes":
[sentence …]}`. A refusal is the project's error as JSON with `place: [lng, lat]` where the fault has one; the code
`same_name` may be sent again with `"anyway": true`. `"parent": null` leaves the parent to geometry; where the field is
left out of an edit, the parent stays as it is.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.finding import commune_or_404
from households.forms import SeenVersion
from households.models import Street, StreetDirection, StreetKind, WidthClass
from households.streets import cutting, editing
from households.streets.acting import Done
from households.streets.reading import features_by_id, street_or_404
from households.views import json_body
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError, wants_json


@login_required
@require_POST
def add(request: HttpRequest) -> JsonResponse:
    """Add a street: `{id?, commune, kind, name, width_class, direction, parent, coordinates, anyway?}`."""
    access.somewhere(request.user, Capability.NUMBER)
    body = json_body.read_object(request)
    done = editing.add(
        user=request.user,
        commune=commune_or_404(request.user, json_body.text(body, "commune"), Capability.NUMBER),
        coordinates=_coordinates(body),
        street_id=json_body.identifier(body, "id"),
        parent=_parent(request, body),
        anyway=body.get("anyway") is True,
        **_attributes(body),
    )
    return answer(done)


@login_required
@require_POST
def redraw(request: HttpRequest, street_id: uuid.UUID) -> JsonResponse:
    """Give a street another line: `{version, coordinates}`."""
    street, body = _asked(request, street_id)
    done = editing.redraw(user=request.user, street=street, version=_version(body), coordinates=_coordinates(body))
    return answer(done)


@login_required
@require_POST
def split(request: HttpRequest, street_id: uuid.UUID) -> JsonResponse:
    """Cut a street in two: `{version, at: [lng, lat]}`. The second part is the first of `also`."""
    street, body = _asked(request, street_id)
    at = body.get("at")
    if not isinstance(at, list) or len(at) != 2:
        raise UserError(_("Thiếu chỗ cắt: kinh độ rồi vĩ độ của một điểm trên đường."), code="at")
    place = json_body.number({"at": at[0]}, "at"), json_body.number({"at": at[1]}, "at")
    return answer(cutting.split(user=request.user, street=street, version=_version(body), at=place))


@login_required
@require_POST
def join(request: HttpRequest) -> JsonResponse:
    """Make one street of two: `{first, first_version, second, second_version}`. The first one stays."""
    access.somewhere(request.user, Capability.NUMBER)
    body = json_body.read_object(request)
    first, second = (_street(request, body, name) for name in ("first", "second"))
    done = cutting.join(
        user=request.user,
        first=first,
        first_version=_version(body, "first_version"),
        second=second,
        second_version=_version(body, "second_version"),
    )
    return answer(done)


@login_required
@require_POST
def reverse_street(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """Turn a street round, so that its numbers rise the other way: `{version}`; a form does it from the page."""
    if wants_json(request):
        street, body = _asked(request, street_id)
        return answer(editing.reverse(user=request.user, street=street, version=_version(body)))
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    form = SeenVersion(request.POST)
    if not form.is_valid():
        return redirect("street", street_id=street.pk)
    done = editing.reverse(user=request.user, street=street, version=form.cleaned_data["version"])
    for note in done.notes:
        messages.info(request, note)
    return redirect(f"{reverse('street', args=[street.pk])}?done={done.changeset.pk}")


def edit_from_map(request: HttpRequest, street: Street) -> JsonResponse:
    """Change what is written about a street: `{version, kind, name, width_class, direction, parent?, anyway?}`."""
    body = json_body.read_object(request)
    done = editing.edit(
        user=request.user,
        street=street,
        version=_version(body),
        parent=_parent(request, body) if "parent" in body else editing.AS_IT_IS,
        anyway=body.get("anyway") is True,
        **_attributes(body),
    )
    return answer(done)


def remove_from_map(request: HttpRequest, street: Street) -> JsonResponse:
    """Remove a street: `{version}`."""
    body = json_body.read_object(request)
    return answer(editing.remove(user=request.user, street=street, version=_version(body)))


def answer(done: Done) -> JsonResponse:
    """Return what the editor draws anew."""
    found = features_by_id([done.street.pk, *done.also])
    return JsonResponse(
        {
            "street": found.get(done.street.pk),
            "also": [found[pk] for pk in done.also if pk in found and pk != done.street.pk],
            "removed": [str(pk) for pk in done.removed],
            "undo": reverse("undo_change", args=[done.changeset.pk]),
            "notes": done.notes,
        }
    )


def _asked(request: HttpRequest, street_id: uuid.UUID) -> tuple[Street, dict[str, Any]]:
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    return street, json_body.read_object(request)


def _street(request: HttpRequest, body: dict[str, Any], name: str) -> Street:
    street_id = json_body.identifier(body, name)
    if street_id is None:
        raise UserError(_("Chưa chọn đường nào. Hãy chọn một đường trên bản đồ."), code=name)
    return street_or_404(request.user, street_id, Capability.NUMBER)


def _parent(request: HttpRequest, body: dict[str, Any]) -> Street | None:
    return _street(request, body, "parent") if body.get("parent") else None


def _version(body: dict[str, Any], name: str = "version") -> int:
    return json_body.whole(body, name) or 0


def _coordinates(body: dict[str, Any]) -> list[Any]:
    value = body.get("coordinates")
    if not isinstance(value, list):
        raise UserError(_("Đường phải là một dãy điểm, mỗi điểm là kinh độ rồi vĩ độ, ví dụ 105,81 và 19,67."),
                        code="coordinates")  # fmt: skip
    return value


def _attributes(body: dict[str, Any]) -> dict[str, Any]:
    kind, direction = json_body.text(body, "kind"), json_body.text(body, "direction") or StreetDirection.AUTO
    width_class = json_body.whole(body, "width_class") or WidthClass.UNKNOWN
    if kind not in StreetKind.values:
        raise UserError(_("Hãy chọn loại: đường, phố, ngõ, kiệt, hẻm hoặc ngách."), code="kind")
    if direction not in StreetDirection.values:
        raise UserError(_("Hãy chọn chiều đánh số trong danh sách."), code="direction")
    if width_class not in WidthClass.values:
        raise UserError(_("Hãy chọn bề rộng trong danh sách."), code="width_class")
    return {"kind": kind, "name": json_body.text(body, "name"), "width_class": width_class, "direction": direction}

"""House groups as the editor of streets draws them.

Each act takes JSON and gives `{"group": Feature, "removed": [id …], "undo": address, "notes": [sentence …]}`.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.finding import commune_or_404
from households.models import HouseGroup, Street
from households.streets import groups
from households.streets.reading import group_feature, group_or_404, street_or_404
from households.views import json_body
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import ChangeSet


@login_required
@require_POST
def add(request: HttpRequest) -> JsonResponse:
    """Add a group: `{id?, commune, street, letter, coordinates}`, the last as a GeoJSON Polygon has them."""
    access.somewhere(request.user, Capability.NUMBER)
    body = json_body.read_object(request)
    commune = commune_or_404(request.user, json_body.text(body, "commune"), Capability.NUMBER)
    group, changeset = groups.add(
        user=request.user,
        commune=commune,
        street=_street(request, body),
        letter=json_body.text(body, "letter"),
        coordinates=body.get("coordinates"),
        group_id=json_body.identifier(body, "id"),
    )
    return _answer(group, changeset)


@login_required
@require_POST
def edit(request: HttpRequest, group_id: uuid.UUID) -> JsonResponse:
    """Change a group: `{version, street, letter, coordinates?}`; without coordinates the area stays."""
    group = group_or_404(request.user, group_id, Capability.NUMBER)
    body = json_body.read_object(request)
    group, changeset = groups.edit(
        user=request.user,
        group=group,
        version=json_body.whole(body, "version") or 0,
        street=_street(request, body),
        letter=json_body.text(body, "letter"),
        coordinates=body.get("coordinates"),
    )
    return _answer(group, changeset)


@login_required
@require_POST
def remove(request: HttpRequest, group_id: uuid.UUID) -> JsonResponse:
    """Remove a group: `{version}`."""
    group = group_or_404(request.user, group_id, Capability.NUMBER)
    body = json_body.read_object(request)
    changeset = groups.remove(user=request.user, group=group, version=json_body.whole(body, "version") or 0)
    return _answer(None, changeset, removed=group_id)


def _street(request: HttpRequest, body: dict[str, Any]) -> Street:
    street_id = json_body.identifier(body, "street")
    if street_id is None:
        raise UserError(_("Nhóm nhà phải nằm dọc một đường, ngõ. Hãy chọn đường của nhóm."), code="street")
    return street_or_404(request.user, street_id, Capability.NUMBER)


def _answer(group: HouseGroup | None, changeset: ChangeSet, *, removed: uuid.UUID | None = None) -> JsonResponse:
    return JsonResponse(
        {
            "group": group_feature(group) if group else None,
            "removed": [str(removed)] if removed else [],
            "undo": reverse("undo_change", args=[changeset.pk]),
            "notes": [],
        }
    )

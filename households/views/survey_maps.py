"""What the maps of the survey's desk need to know, and what their scripts say in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit, VisitState
from households.survey import visit_place
from households.survey.progress_map import TO_DO
from households.views.map import bounds_of
from mapping.registry import layers
from mapping.tile_addresses import layer_config

_A_VISIT = "00000000-0000-0000-0000-000000000000"  # stands in the address where the script puts the visit's id


def progress_config(user: Any, survey_round: SurveyRound) -> dict[str, Any]:
    """Return what static/js/survey_desk/progress.js reads."""
    return {
        **_ground(user, survey_round, ("units", "streets")),
        "visit": reverse("survey_visit", args=[_A_VISIT]),
        "visitPlaceholder": _A_VISIT,
        "states": {TO_DO: _("chưa đến"), **{value: str(label) for value, label in VisitState.choices}},
        "text": {
            "mapLabel": _("Bản đồ tiến độ"),
            "village": _("%(village)s: xong %(done)s trong %(of)s nhà (%(share)s%%)"),
            "area": _("%(person)s, %(village)s"),
            "noNumber": _("chưa có số"),
            "open": _("Xem kết quả"),
            "partly": _("Xã có hơn %(count)s nhà; bản đồ chỉ vẽ chừng ấy."),
            **_words(),
        },
    }


def drawing_config(
    user: Any, survey_round: SurveyRound, assignment: SurveyAssignment | None, *, draws_own: bool = False
) -> dict[str, Any]:
    """Return what static/js/survey_desk/assigning.js reads; with `draws_own` the assignment's own area is drawn too."""
    return {
        **_ground(user, survey_round, ("units", "streets")),
        "village": assignment.village.code if assignment else None,
        "assignment": str(assignment.pk) if assignment and not draws_own else None,
        "text": {
            "mapLabel": _("Bản đồ để vẽ phần được giao"),
            "corners": _("Vùng có %(count)s đỉnh."),
            "houses": _("Vùng có %(corners)s đỉnh, %(count)s nhà của %(village)s."),
            "pick": _("Vùng có %(corners)s đỉnh. Chọn thôn để biết có bao nhiêu nhà."),
            "more": _("Chạm thêm: vùng cần ít nhất ba đỉnh."),
            "none": _("Chưa vẽ vùng: giao cả thôn."),
            "area": _("%(person)s, %(village)s"),
            **_words(),
        },
    }


def place_of(user: Any, visit: SurveyVisit, house: House | None) -> dict[str, Any]:
    """Return what the page of a visit says and draws of its place: {words, has_measured, config or None}."""
    points = visit_place.drawing(visit, house)
    return {
        "words": visit_place.words(visit, house),
        "has_measured": points is not None and points["measured"] is not None,
        "config": None if points is None else {
            **_ground(user, visit.round, ("units", "streets")),
            "place": points,
            "text": {
                "mapLabel": _("Bản đồ vị trí của nhà"),
                "noNumber": _("chưa có số"),
                "pin": _("vị trí ghi"),
                "measured": _("nơi máy đo được"),
                "register": _("vị trí trong hồ sơ"),
                **_words(),
            },
        },
    }  # fmt: skip


def corners_of(area: Polygon | None) -> str:
    """Return the corners of an area as a form holds them; "" of none."""
    if area is None:
        return ""
    return json.dumps([[round(lng, 6), round(lat, 6)] for lng, lat in area.exterior_ring.coords[:-1]])


def _ground(user: Any, survey_round: SurveyRound, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "language": get_language(),
        "bounds": bounds_of(user, survey_round.commune),
        "layers": {name: layer_config(layers[name]) for name in names},
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "features": reverse("survey_round_map", args=[survey_round.pk]),
    }


def _words() -> dict[str, str]:
    return {
        "zoomIn": _("Phóng to"),
        "zoomOut": _("Thu nhỏ"),
        "failed": _("Chưa tải được bản đồ. Hãy tải lại trang."),
    }

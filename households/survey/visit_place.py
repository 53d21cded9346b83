"""Where a visit was measured, for the officer who decides on it: in words, and with what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.gis.geos import Polygon
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from households.models import House, LocationSource, SurveyVisit, VisitState
from households.survey.position import metres_between

AROUND_M: Final = 60.0
"""Houses within this square around the visit are drawn beside it."""
MOST: Final = 80
_METRES_PER_DEGREE: Final = 111_320.0

Place = tuple[float, float]
"""Longitude and latitude in EPSG:4326."""


def measured_at(visit: SurveyVisit) -> Place | None:
    """Where the phone was, where that is known to be elsewhere than the place that is written down."""
    at = visit.position.get("measured")
    lng, lat = (at.get("lng"), at.get("lat")) if isinstance(at, dict) else (None, None)
    return (float(lng), float(lat)) if isinstance(lng, int | float) and isinstance(lat, int | float) else None


def words(visit: SurveyVisit, house: House | None) -> list[tuple[str, str]]:
    """Return label and value of what is known of the place of a visit; [] of one without a place."""
    if visit.location is None:
        return []
    return list(_words(visit, visit.location.coords, house))


def _words(visit: SurveyVisit, here: Place, house: House | None) -> Iterator[tuple[str, str]]:
    told = visit.position
    sources = {str(value): str(label) for value, label in LocationSource.choices}
    yield _("Nguồn vị trí"), sources.get(str(told.get("source")), "–")
    accuracy, spread = _metres(told.get("accuracy_m")), _metres(told.get("spread_m"))
    yield _("Sai số"), accuracy or _("không có: không đo bằng định vị")
    if isinstance(told.get("fixes"), int) and told["fixes"]:
        yield _("Số lần định vị"), _("dùng %(used)s trong %(fixes)s lần") % {
            "used": told.get("used", told["fixes"]), "fixes": told["fixes"],
        }  # fmt: skip
    if spread:
        yield _("Các lần lệch nhau"), spread
    if told.get("doubtful"):
        yield _("Đáng ngờ"), _("có lần máy báo sai số 0 m")
    if told.get("reason"):
        yield _("Lý do sai số lớn"), str(told["reason"])
    yield _("Vị trí ghi"), _degrees(here)
    stood = measured_at(visit)
    if stood is not None:
        yield _("Nơi máy đo được"), _("%(place)s; người điều tra đã kéo đi %(metres)s") % {
            "place": _degrees(stood), "metres": _metres(metres_between(*stood, *here)),
        }  # fmt: skip
    if house is not None:
        yield _("Vị trí trong hồ sơ"), _("%(place)s; cách vị trí ghi %(metres)s") % {
            "place": _degrees(house.location.coords), "metres": _metres(metres_between(*house.location.coords, *here)),
        }  # fmt: skip


def neighbours(visit: SurveyVisit) -> list[list[Any]]:
    """Return [lng, lat, address, is_of_the_round_alone] of houses around a visit, itself apart; at most `MOST`."""
    if visit.location is None:
        return []
    lng, lat = visit.location.coords
    reach = AROUND_M / _METRES_PER_DEGREE
    box = Polygon.from_bbox((lng - reach, lat - reach, lng + reach, lat + reach))
    box.srid = 4326
    box.transform(3857)
    standing = House.objects.active().filter(commune=visit.commune_id, location_3857__bboverlaps=box)
    houses = standing.exclude(pk=visit.house_id).order_by("pk")[:MOST]
    known = {house.pk for house in houses}
    # Of visits by latitude first: behind the wall an index of places serves nobody.
    new = (
        SurveyVisit.objects.filter(round=visit.round_id, latitude__range=(lat - reach, lat + reach), is_new_house=True)
        .exclude(house_id=visit.house_id)
        .exclude(house_id__in=known)
        .exclude(state__in=(VisitState.REJECTED, VisitState.APPROVED))
        .order_by("pk")
    )
    found: list[list[Any]] = [
        [*_rounded(house.location.coords), f"{house.number} {house.street}".strip(), False] for house in houses
    ]
    for other in new[: MOST * 4]:
        if other.location is not None and abs(other.location.x - lng) <= reach:
            address = f"{other.answers.get('number') or ''} {other.answers.get('street') or ''}".strip()
            found.append([*_rounded(other.location.coords), address, True])
    return found[:MOST]


def drawing(visit: SurveyVisit, house: House | None) -> dict[str, Any] | None:
    """Return the points that the map of a visit shows, [lng, lat] each or null; None of a visit without a place."""
    if visit.location is None:
        return None
    stood = measured_at(visit)
    return {
        "pin": _rounded(visit.location.coords),
        "measured": _rounded(stood) if stood else None,
        "accuracy": visit.position.get("accuracy_m") if _metres(visit.position.get("accuracy_m")) else None,
        "register": _rounded(house.location.coords) if house is not None else None,
        "neighbours": neighbours(visit),
    }


def _rounded(place: Place) -> list[float]:
    return [round(place[0], 7), round(place[1], 7)]


def _metres(value: Any) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    return _("%(count)s m") % {"count": number_format(value, decimal_pos=0 if value >= 100 else 1, force_grouping=True)}


def _degrees(place: Place) -> str:
    return f"{place[1]:.6f}, {place[0]:.6f}"

"""Which commune and village a point lies in, and how far outside it is."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from households.finding import communes_of
from mapping.access import Capability
from mapping.crs import WGS84
from mapping.errors import UserError
from mapping.models import Unit
from mapping.place_words import distance_text

_NEAREST_SQL = """
SELECT id, ST_Distance(outline::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography) AS metres
  FROM mapping_unit WHERE id = ANY(%s) AND outline IS NOT NULL
 ORDER BY outline <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326) LIMIT 1
"""


def point_of(lng: float, lat: float) -> Point:
    """Return the point in EPSG:4326; raises UserError when it is none on earth."""
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise UserError(
            _("Tọa độ không hợp lệ: kinh độ phải từ -180 đến 180, vĩ độ từ -90 đến 90 (ví dụ 105,81 và 19,67)."),
            code="point",
        )
    return Point(lng, lat, srid=WGS84)


def commune_at(*, user: Any, point: Point, commune: Unit | None = None) -> Unit:
    """Return the commune of today that holds the point and where the person may edit.

    `commune` narrows the choice to one. Raises UserError with the distance to the nearest of them when the point
    lies outside all.
    """
    candidates = communes_of(user, Capability.EDIT)
    if commune is not None:
        candidates = candidates.filter(pk=commune.pk)
    found = candidates.filter(outline__contains=point).first()
    if found is not None:
        return found
    ids = list(candidates.values_list("pk", flat=True))
    raise outside(point, ids)


def require_inside(*, point: Point, commune: Unit) -> None:
    """Raise UserError with the distance when the point lies outside the commune; one without outline takes all."""
    inside = Unit.objects.filter(pk=commune.pk).filter(outline__contains=point).exists()
    if not inside and Unit.objects.filter(pk=commune.pk, outline__isnull=False).exists():
        raise outside(point, [commune.pk])


def village_at(*, point: Point, commune: Unit) -> Unit | None:
    """Return the village of the commune whose outline holds the point; None where outlines do not say."""
    return Unit.objects.current().villages().filter(parent=commune, outline__contains=point).order_by("code").first()


def outside(point: Point, commune_ids: list[int]) -> UserError:
    """Return the error for a point outside these communes: it names the nearest and the distance."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST_SQL, [point.x, point.y, commune_ids, point.x, point.y])
        row = cursor.fetchone()
    if row is None:
        return UserError(
            _("Chưa có ranh giới xã nào mà tài khoản của bạn được sửa. Hãy nạp ranh giới xã trước."), code="no_outline"
        )
    return UserError(
        _("Điểm này nằm ngoài %(commune)s %(distance)s. Hãy chọn một điểm trong ranh giới xã.")
        % {"commune": Unit.objects.get(pk=row[0]), "distance": distance_text(row[1])},
        code="outside",
    )

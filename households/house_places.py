"""Where a house may be put: within the person's villages, and not on top of another by mistake."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.locating import village_at
from households.models import House
from mapping import access
from mapping.access import Capability
from mapping.crs import WEB_MERCATOR
from mapping.errors import NotAllowed, UserError
from mapping.models import Unit


def require_village(user: Any, house: House) -> None:
    """Whoever works in one village cannot put a house into another."""
    scope = access.scope_of(user, Capability.EDIT)
    if house.commune_id not in scope and (house.village_id is None or house.village_id not in scope):
        raise _outside_villages()


def require_point(user: Any, commune: Unit, point: Point) -> None:
    """Nor can they put one at a point inside another; where outlines do not say, the house's village decides."""
    scope = access.scope_of(user, Capability.EDIT)
    if commune not in scope:
        village = village_at(point=point, commune=commune)
        if village is not None and village not in scope:
            raise _outside_villages()


def require_free(user: Any, point: Point) -> None:
    """Two houses rarely share a door: mostly the point was left as it was, or the house is there already."""
    metre = 1 / math.cos(math.radians(point.y))  # of Mercator, which stretches
    within = (point.transform(WEB_MERCATOR, clone=True), metre)
    standing = House.objects.for_user(user).active().filter(location_3857__dwithin=within).first()
    if standing is not None:
        raise UserError(
            _("Đã có nhà %(house)s, mã %(code)s, ở đúng chỗ này (cách chưa đến 1 m). Hãy chọn chỗ của cửa nhà mới.")
            % {"house": standing, "code": format_house_code(standing.code)},
            code="house_there",
        )


def _outside_villages() -> NotAllowed:
    return NotAllowed(
        _("Tài khoản của bạn chỉ được sửa nhà trong thôn được giao; điểm hoặc thôn này ở ngoài."), code="village"
    )

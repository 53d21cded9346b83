"""What an address of the viewer asks for, read from its query: keys, a depth, a place."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from mapping.errors import UserError
from soil_map.models import Campaign, Method
from soil_map.privacy import sees_exactly

_DEPTH: Final = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)-(\d{1,4}(?:\.\d{1,2})?)", re.ASCII)
Depth = tuple[float, float]


def key_of(text: str | None) -> uuid.UUID | None:
    """Return a row's key as it stands in an address; None where it is none."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def depth_of(text: str | None) -> Depth | None:
    """Return centimetres from and to of "0-20"; None where it is no depth."""
    match = _DEPTH.fullmatch(text or "")
    if match is None or float(match[1]) >= float(match[2]):
        return None
    return float(match[1]), float(match[2])


def depth_text(depth: Depth) -> str:
    """Return a depth as addresses write it: "0-20"."""
    return f"{depth[0]:g}-{depth[1]:g}"


def place_of(query: Mapping[str, str]) -> tuple[float, float]:
    """Return longitude and latitude (EPSG:4326) of `lng` and `lat`. Raises UserError where they are none."""
    try:
        lng, lat = float(query.get("lng", "")), float(query.get("lat", ""))
    except ValueError:
        lng = lat = math.nan
    if not (-180 <= lng <= 180 and -85 <= lat <= 85):
        raise UserError(
            _("Cần kinh độ (lng) và vĩ độ (lat) tính bằng độ, ví dụ lng=105.81&lat=19.67."), code="no_place"
        )
    return lng, lat


def layer_of(user: Any, query: Mapping[str, str]) -> tuple[Campaign, Method, Depth] | None:
    """Return the campaign, method and depth that are asked for, as far as the person may see them; None if not."""
    campaign_key, depth = key_of(query.get("campaign")), depth_of(query.get("depth"))
    if campaign_key is None or depth is None:
        return None
    # Whether the person may see it is asked of the row: a tile of what is published looks up nobody's rights.
    campaign = Campaign.objects.select_related("commune").defer("commune__outline").filter(pk=campaign_key).first()
    if campaign is None or not (campaign.is_published or sees_exactly(user, campaign.commune)):
        return None
    method = Method.objects.select_related("property").filter(pk=query.get("method", "")[:30]).first()
    return (campaign, method, depth) if method is not None else None

"""From a place to an address: the nearest houses, the street, the village and the commune."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from households import address_reading
from households.finding import communes_of
from households.models import House, Street
from mapping.models import Unit

REACH_M: Final = 100.0
MOST_HOUSES: Final = 5
_WEB_MERCATOR: Final = 3857


@dataclass(frozen=True, slots=True)
class NearHouse:
    """A house near the place; `distance_m` on the ground."""

    house: House
    address: str
    short: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class NearStreet:
    """The nearest street that is drawn."""

    name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a point of EPSG:4326; units are None where the person sees none there."""

    point: Point
    houses: list[NearHouse] = field(default_factory=list)
    street: NearStreet | None = None
    village: Unit | None = None
    commune: Unit | None = None


def at(*, user: Any, point: Point, reach_m: float = REACH_M, most: int = MOST_HOUSES) -> Place:
    """Return what is near a point, the nearest first, as far as the person may see it."""
    stretch = 1 / math.cos(math.radians(min(abs(point.y), 85.0)))
    drawn = point.transform(_WEB_MERCATOR, clone=True)
    commune = communes_of(user).select_related("parent").defer("outline").filter(outline__contains=point).first()
    village = None
    if commune is not None:
        villages = Unit.objects.current().villages().filter(parent=commune, outline__contains=point)
        village = villages.select_related("parent").defer("outline").order_by("code").first()
    return Place(
        point=point,
        houses=_houses(user, point, drawn, reach_m, stretch, most),
        street=_street(user, drawn, reach_m, stretch),
        village=village,
        commune=commune,
    )


def _houses(user: Any, point: Point, drawn: Point, reach_m: float, stretch: float, most: int) -> list[NearHouse]:
    rows = House.objects.for_user(user).active().select_related("commune", "village")
    # A little more than the reach is fetched, and metres on the ground decide.
    rows = rows.filter(location_3857__dwithin=(drawn, reach_m * stretch * 1.01))
    rows = rows.annotate(metres=Distance("location", point)).order_by("metres", "code")
    near = [house for house in rows[: most * 2] if house.metres.m <= reach_m][:most]
    addresses = address_reading.of_houses(near)
    return [
        NearHouse(house, addresses[house.pk].long, addresses[house.pk].short, round(house.metres.m, 1))
        for house in near
    ]


def _street(user: Any, drawn: Point, reach_m: float, stretch: float) -> NearStreet | None:
    rows = Street.objects.for_user(user).filter(line_3857__dwithin=(drawn, reach_m * stretch))
    rows = rows.annotate(metres=Distance("line_3857", drawn)).select_related("parent").order_by("metres")
    street = rows.defer("line", "line_3857", "parent__line", "parent__line_3857").first()
    if street is None:
        return None
    name = street.full_name
    if not (street.name or street.number) and street.parent is not None:
        name = _("%(alley)s đi ra từ %(street)s") % {"alley": name, "street": street.parent.full_name}
    return NearStreet(name, round(street.metres.m / stretch, 1))

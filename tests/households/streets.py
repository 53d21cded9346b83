"""Streets for tests, drawn by metres east and north of the middle of the commune."""

from __future__ import annotations

import math
from typing import Any

from households.models import Frontage, House, NumberingDecision, Street
from households.streets import editing
from households.streets.acting import Done
from households.streets.ground import Ground
from tests import factories

LNG, LAT = factories.CENTRE
_NORTH = 110_700.0  # metres a degree of latitude here
_EAST = 111_320.0 * math.cos(math.radians(LAT))


def at(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place so many metres from the middle of the commune."""
    return LNG + east / _EAST, LAT + north / _NORTH


def along(*places: tuple[float, float]) -> list[list[float]]:
    """A line's points as the editor sends them."""
    return [list(at(*place)) for place in places]


def draw(user: Any, commune: Any, kind: str, name: str, *places: tuple[float, float], **more: Any) -> Done:
    """Draw a street as an officer does."""
    return editing.add(user=user, commune=commune, kind=kind, name=name, coordinates=along(*places), **more)


def front(
    street: Street, place: tuple[float, float], number: str, text: str, decision: NumberingDecision | None = None
) -> House:
    """A house that fronts on a street which is numbered as it was drawn."""
    from households.streets.hanging import front_anew

    lng, lat = at(*place)
    house = factories.house(street.commune, lng, lat, number=number, street=text)
    frontage = Frontage(house=house, street=street, side=1, position_m=-1.0, distance_m=0.0, decision=decision)
    ground = Ground(street.commune)
    front_anew([frontage], street, ground.line(street.line), against=False, ground=ground)
    frontage.save()
    return house

"""A little ground for numbering: a road, alleys off it, houses beside them, in metres around the commune's middle."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import LineString, Point

from households.models import House, NumberingProposal, ProposedNumber, Street, WidthClass
from households.proposals import starting
from households.proposals.rules import ProposalRules
from mapping import crs
from mapping.models import Unit
from tests import factories

ZONE = 5897
_X, _Y = (float(part[0]) for part in crs.from_lonlat(ZONE, *factories.CENTRE))


def point(x: float, y: float) -> Point:
    """A point so many metres east and north of the commune's middle."""
    lng, lat = crs.to_lonlat(ZONE, _X + x, _Y + y)
    return Point(float(lng[0]), float(lat[0]), srid=4326)


def street(commune: Unit, name: str, *places: tuple[float, float], kind: str = "road", **fields: Any) -> Street:
    """A street along these places."""
    line = LineString([point(*place).coords for place in places], srid=4326)
    fields.setdefault("width_class", WidthClass.ROAD if kind == "road" else WidthClass.NARROW)
    return Street.objects.create(commune=commune, name=name, kind=kind, line=line, **fields)


def house(commune: Unit, x: float, y: float, **fields: Any) -> House:
    """A house there, in the village west or east of the middle."""
    fields.setdefault("village", factories.village(commune, 1 if x < 0 else 2))
    made = factories.house(commune, **fields)
    made.location = point(x, y)
    made.save(update_fields=["location"])
    return made


class Ground:
    """A road of 400 m from west to east, numbered from the east; seven houses on either side, 50 m apart.

    Odd numbers stand in the south, 1 in the east. The alley "Đình" leaves to the south at x = -25, one without a name
    to the north at x = 25; each has four houses.
    """

    def __init__(self, commune: Unit) -> None:
        self.commune = commune
        self.road = street(commune, "Liên Xã", (-200, 0), (200, 0))
        self.dinh = street(commune, "Đình", (-25, 0), (-25, -150), kind="ngo", parent=self.road)
        self.nameless = street(commune, "", (25, 0), (25, 150), kind="ngo", parent=self.road)
        self.south = [house(commune, x, -9) for x in range(150, -151, -50)]
        self.north = [house(commune, x, 9) for x in range(150, -151, -50)]
        self.on_dinh = [house(commune, -25 + side * 8, -y) for y in (60, 100) for side in (1, -1)]
        self.on_nameless = [house(commune, 25 + side * 8, y) for y in (60, 100) for side in (-1, 1)]

    @property
    def houses(self) -> list[House]:
        """All of them."""
        return [*self.south, *self.north, *self.on_dinh, *self.on_nameless]


def computed(user: Any, commune: Unit, *, villages: list[Unit] | None = None, **rules: Any) -> NumberingProposal:
    """A proposal that is computed at once, without a worker."""
    from households.proposals import computing

    proposal = starting.new_proposal(user=user, commune=commune, villages=villages, rules=ProposalRules(**rules))
    proposal.save(force_insert=True)
    computing.compute(proposal)
    return proposal


def row(proposal: NumberingProposal, of: House) -> ProposedNumber:
    """The row of a house."""
    return proposal.numbers.select_related("street").get(house=of)


def numbers(proposal: NumberingProposal, houses: list[House]) -> list[str]:
    """The new numbers of houses, in their order."""
    return [row(proposal, one).new_number for one in houses]

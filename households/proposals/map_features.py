"""A proposal as its map draws it: streets with their direction, houses with old and new number, what to look at.

Everything is bounded: a box in degrees, and so many of each at most. A commune fits as a whole; of a larger place some
houses are drawn, the same ones each time, and how many there are is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import FloatField, Func, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from households.models import House, NumberingProposal, ProposalFinding, ProposedNumber, ProposedStreet
from households.proposals import reading, telling
from households.proposals.counting import CONFLICTS
from mapping.errors import UserError

MOST_HOUSES: Final = 3_000
MOST_OTHERS: Final = 1_000
MOST_STREETS: Final = 2_000
MOST_FINDINGS: Final = 500
_X, _Y = (Func("location", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
_DEGREES: Final = 6  # decimals: a tenth of a metre


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the earth in degrees (EPSG:4326)."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> Box:
        """Read "west,south,east,north"; raises UserError."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            west = south = east = north = float("nan")
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise UserError(
                _("Khung bản đồ phải là tây,nam,đông,bắc tính bằng độ, ví dụ 105.79,19.65,105.83,19.69."), code="bbox"
            )
        return cls(west, south, east, north)

    def polygon(self) -> Polygon:
        """The box in the projection of the spatial indexes (EPSG:3857)."""
        box = Polygon.from_bbox((self.west, self.south, self.east, self.north))
        box.srid = 4326
        box.transform(3857)
        return box


def features(proposal: NumberingProposal, box: Box) -> dict[str, Any]:
    """Return `{streets, houses, others, findings, drawn, of, version}`; houses as `house_feature`, places [lng, lat].

    `others` are houses that the proposal is not about, with the numbers that they have: those beside one house.
    """
    inside = box.polygon()
    rows = proposal.numbers.filter(house__location_3857__bboverlaps=inside)
    of = rows.count()
    if of > MOST_HOUSES:
        scattered = Func(Cast("house_id", TextField()), function="md5", output_field=TextField())
        rows = rows.order_by(scattered)[:MOST_HOUSES]
    houses = [_house(*values) for values in rows.values_list(*_HOUSE)]
    found = list(_findings(proposal, inside)[:MOST_FINDINGS])
    places = reading.places_of(found)
    streets = proposal.streets.filter(street__line_3857__bboverlaps=inside).select_related("street")
    return {
        "version": proposal.version,
        "streets": [street_feature(street) for street in streets[:MOST_STREETS]],
        "houses": houses,
        "others": _others(proposal, inside),
        "drawn": len(houses),
        "of": of,
        "findings": [finding_feature(finding, places) for finding in found],
    }


def _others(proposal: NumberingProposal, inside: Polygon) -> list[dict[str, Any]]:
    if proposal.house_id is None and proposal.village_ids is None:
        return []
    others = House.objects.active().filter(commune=proposal.commune_id, location_3857__bboverlaps=inside)
    others = others.exclude(pk__in=proposal.numbers.values("house"))
    return [
        {"at": [round(lng, _DEGREES), round(lat, _DEGREES)], "number": number}
        for number, lng, lat in others.values_list("number", _X, _Y)[:MOST_OTHERS]
    ]


def _findings(proposal: NumberingProposal, inside: Polygon) -> QuerySet[ProposalFinding]:
    degrees = inside.clone()
    degrees.transform(4326)
    return reading.findings(proposal).filter(place__bboverlaps=degrees, settled=False)


def house_feature(row: ProposedNumber) -> dict[str, Any]:
    """A house: code, place, old and new address, what happens to it and why it is to be looked at."""
    lng, lat = row.house.location.coords
    return _house(
        row.house.code, lng, lat, row.old_number, row.old_street, row.new_number, row.new_street, row.outcome,
        row.doubt, row.by_hand,
    )  # fmt: skip


# Read without making objects of houses and points: three thousand of them are asked for at each move of the map.
_HOUSE: Final = (
    "house__code", Func("house__location", function="ST_X", output_field=FloatField()),
    Func("house__location", function="ST_Y", output_field=FloatField()), "old_number", "old_street", "new_number",
    "new_street", "outcome", "doubt", "by_hand",
)  # fmt: skip


def _house(
    code: str, lng: float, lat: float, old: str, old_street: str, new: str, street: str, outcome: str, doubt: str,
    by_hand: bool,
) -> dict[str, Any]:  # fmt: skip
    said = ProposedNumber(outcome=outcome, doubt=doubt, by_hand=by_hand) if doubt else None
    return {
        "code": code,
        "at": [round(lng, _DEGREES), round(lat, _DEGREES)],
        "old": old,
        "oldStreet": old_street,
        "new": new,
        "street": street,
        "outcome": outcome,
        "doubt": reading.doubt_of(said) if said else "",
        "settled": reading.settled_doubt_of(said) if said else "",
        "byHand": by_hand,
    }


def street_feature(proposed: ProposedStreet) -> dict[str, Any]:
    """A street: its line the way its numbers rise, its name, and the number that a nameless alley takes."""
    line = [[round(lng, _DEGREES), round(lat, _DEGREES)] for lng, lat, *_height in proposed.street.line.coords]
    return {
        "id": str(proposed.street_id),
        "line": line[::-1] if proposed.is_reversed else line,
        "name": telling.called(proposed.street, proposed.new_number),
        "isAlley": bool(proposed.street.parent_id) or not proposed.street.name,
    }


def finding_feature(finding: ProposalFinding, places: reading.Places) -> dict[str, Any]:
    """Something to look at: where, its sentence, and the house it is about."""
    return {
        "at": _point(finding.place),
        "code": finding.code,
        "isConflict": finding.code in CONFLICTS,
        "sentence": reading.finding_sentence(finding, places),
        "house": finding.house.code if finding.house else None,
    }


def bounds(proposal: NumberingProposal) -> list[list[float]] | None:
    """Where the map opens ([[south, west], [north, east]]): around the houses of the proposal; None without any."""
    box = proposal.numbers.aggregate(box=Extent("house__location"))["box"]
    if box is None:
        return None
    west, south, east, north = box
    return [[south, west], [north, east]]


def _point(point: Any) -> list[float]:
    return [round(point.x, _DEGREES), round(point.y, _DEGREES)]

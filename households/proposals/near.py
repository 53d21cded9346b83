"""Streets that a house could front on: the nearest ones, by name and distance."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import GeometryDistance
from django.db.models import FloatField, Func, Value
from django.utils.translation import gettext as _

from households.models import House, NumberingProposal, Street
from households.proposals.telling import names_of

MOST: Final = 8


class _Metres(Func):
    """Metres on the ellipsoid between two geometries in degrees."""

    template = "ST_Distance(%(expressions)s::geography)"
    arg_joiner = "::geography, "
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class NearStreet:
    """A street, what it would be called, and how far the house stands from it in metres."""

    street: Street
    name: str
    distance_m: int


def near_streets(proposal: NumberingProposal, house: House) -> list[NearStreet]:
    """The streets of the commune nearest to the house, the nearest first."""
    near = Street.objects.filter(commune=proposal.commune_id).select_related("parent")
    near = near.annotate(metres=_Metres("line", Value(house.location, output_field=PointField(srid=4326))))
    found = list(near.order_by(GeometryDistance("line_3857", house.location_3857))[:MOST])
    names = names_of(proposal, found)
    return [
        NearStreet(street, _with_parent(street, names), round(street.metres))
        for street in sorted(found, key=lambda street: street.metres)
    ]


def street_in_words(proposal: NumberingProposal, street: Street) -> str:
    """Return a street within a sentence, as the proposal would call it.

    "ngõ Đình", "ngõ 12 (đường Liên Xã)"; of what has no name and no number where it is: "ngõ chưa có tên, đi ra từ
    đường Liên Xã".
    """
    names = names_of(proposal, [street])
    if street.name:
        return names[street.pk]
    told = proposal.streets.filter(street=street).first()
    if street.number or (told is not None and told.new_number):
        return _with_parent(street, names)
    unnamed = {"alley": names[street.pk]}
    if street.parent is None:
        return _("%(alley)s chưa có tên") % unnamed
    return _("%(alley)s chưa có tên, đi ra từ %(street)s") % {**unnamed, "street": names[street.parent.pk]}


def _with_parent(street: Street, names: dict[uuid.UUID, str]) -> str:
    """With the street it leaves: alleys of one village are often called alike."""
    return f"{names[street.pk]} ({names[street.parent.pk]})" if street.parent else names[street.pk]

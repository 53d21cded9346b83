"""Streets and house groups as pages and the map's editor read them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.postgres.aggregates import Corr
from django.db.models import Count, F, FloatField, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from households.finding import communes_of, may_in_commune
from households.models import STREET_WORDS, Frontage, House, HouseGroup, HouseState, Street
from households.streets import leaving
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import Unit

DIGITS = 7
"""Of longitude and latitude in JSON: a centimetre."""
_NO_HOUSES = (0, None)


def with_houses(streets: QuerySet[Street]) -> QuerySet[Street]:
    """Annotate each street with `houses`, how many front on it today."""
    fronting = Frontage.objects.filter(street=OuterRef("pk"), house__state=HouseState.ACTIVE)
    count = fronting.order_by().values("street").annotate(found=Count("pk")).values("found")
    return streets.annotate(houses=Coalesce(Subquery(count, output_field=IntegerField()), Value(0)))


def with_branches(streets: QuerySet[Street]) -> QuerySet[Street]:
    """Annotate each street with `branch_count`, how many alleys leave it."""
    leaving = Street.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    count = leaving.annotate(found=Count("pk")).values("found")
    return streets.annotate(branch_count=Coalesce(Subquery(count, output_field=IntegerField()), Value(0)))


def with_length(streets: QuerySet[Street]) -> QuerySet[Street]:
    """Annotate each street with `length_m`, measured in the VN-2000 zone of its commune: every page says this one."""
    in_zone = Func(F("line"), F("commune__vn2000_srid"), function="ST_Transform")
    return streets.annotate(length_m=Func(in_zone, function="ST_Length", output_field=FloatField()))


def street_or_404(user: Any, street_id: uuid.UUID, capability: Capability = Capability.SEE_HOUSES) -> Street:
    """Return a street; a foreign one is 404, one that is seen without the right 403."""
    streets = with_length(Street.objects.for_user(user)).select_related("commune__parent", "village", "parent")
    street = streets.filter(pk=street_id).first()
    if street is None:
        raise Http404
    _require(user, capability, street.commune)
    return street


def group_or_404(user: Any, group_id: uuid.UUID, capability: Capability = Capability.SEE_HOUSES) -> HouseGroup:
    """Return a house group by the same rule."""
    group = HouseGroup.objects.select_related("commune", "village", "street").filter(pk=group_id).first()
    if group is None or not communes_of(user).filter(pk=group.commune_id).exists():
        raise Http404
    _require(user, capability, group.commune)
    return group


def may_number(user: Any, commune: Unit) -> bool:
    """Whether the person may draw streets and number houses in the commune."""
    return may_in_commune(user, Capability.NUMBER, commune)


def collection(user: Any, commune: Unit) -> dict[str, Any]:
    """Return all streets and house groups of a commune as the editor wants them."""
    streets = Street.objects.for_user(user).filter(commune=commune)
    groups = HouseGroup.objects.filter(commune=commune).order_by("street", "letter", "pk")
    return {
        "type": "FeatureCollection",
        "features": features(streets, leaving.places_in(commune)),
        "groups": [group_feature(group) for group in groups],
    }


def features(streets: QuerySet[Street], places: dict[uuid.UUID, str]) -> list[dict[str, Any]]:
    """Return streets as GeoJSON features, in natural order of their names; `places` tells nameless alleys apart.

    As rows, not as models: a commune may have ten thousand, and the editor wants them all.
    """
    found = with_length(streets).annotate(shape=AsGeoJSON("line", precision=DIGITS))
    found = found.order_by("kind", "name", "number", "pk")
    rows = found.values_list(
        "pk", "kind", "name", "number", "width_class", "parent", "parent__kind", "parent__name", "parent__number",
        "parent_by_hand", "direction", "village__code", "version", "length_m", "shape",
    )  # fmt: skip
    fronting = Frontage.objects.filter(house__state=HouseState.ACTIVE, street__in=streets.order_by().values("pk"))
    # How its numbers rise is told by where its houses front: below zero against the line, None where too few do.
    along = Func(F("street__line"), F("house__location"), function="ST_LineLocatePoint", output_field=FloatField())
    counted = fronting.order_by().values_list("street").annotate(found=Count("pk"), rise=Corr("position_m", along))
    houses = {pk: (found, rise) for pk, found, rise in counted}

    def called(pk: uuid.UUID, kind: str, name: str, number: str) -> str:
        told = full_name(kind, name, number)
        return told if name or number else leaving.nameless(told, places.get(pk, ""))

    return [
        {
            "type": "Feature",
            "id": str(pk),
            "geometry": json.loads(shape),
            "properties": {
                "kind": kind,
                "name": name,
                "number": number,
                "fullName": full_name(kind, name, number),
                "calledHere": called(pk, kind, name, number),
                "widthClass": width,
                "parent": str(parent) if parent else None,
                "parentName": called(parent, *above) if parent else "",
                "parentByHand": by_hand,
                "direction": direction,
                "reversed": None if houses.get(pk, _NO_HOUSES)[1] is None else houses[pk][1] < 0,
                "village": village,
                "version": version,
                "metres": round(length_m),
                "houses": houses.get(pk, _NO_HOUSES)[0],
            },
        }
        for pk, kind, name, number, width, parent, *above, by_hand, direction, village, version, length_m, shape in rows
    ]


def full_name(kind: str, name: str, number: str) -> str:
    """Return `Street.full_name` of a row."""
    return f"{STREET_WORDS[kind]} {name or number}".strip()


def features_by_id(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Return these streets as features by their ids."""
    streets = Street.objects.filter(pk__in=list(ids))
    told = {pk for pair in streets.values_list("pk", "parent") for pk in pair if pk}
    found = features(streets, leaving.places_of(told))
    return {uuid.UUID(feature["id"]): feature for feature in found}


def group_feature(group: HouseGroup) -> dict[str, Any]:
    """Return a house group as a GeoJSON feature."""
    rings = [[[round(x, DIGITS), round(y, DIGITS)] for x, y, *_z in ring] for ring in group.area.coords]
    return {
        "type": "Feature",
        "id": str(group.pk),
        "geometry": {"type": "Polygon", "coordinates": rings},
        "properties": {
            "letter": group.letter,
            "letterByHand": group.letter_by_hand,
            "street": str(group.street_id),
            "village": group.village.code if group.village else None,
            "version": group.version,
        },
    }


def houses_named(street: Street) -> QuerySet[House]:
    """Return the houses whose written street is this one's name, that front on it or on nameless alleys off it."""
    return houses_along(street).filter(street=street.full_name)


def houses_along(street: Street) -> QuerySet[House]:
    """Return the houses that front on a street or on nameless alleys off it: whose numbers count along it."""
    return House.objects.filter(frontage__street__in=[street.pk, *_nameless_below(street)])


def _nameless_below(street: Street) -> list[uuid.UUID]:
    """The nameless alleys whose houses carry the name of `street`: off it, or off one another."""
    found: list[uuid.UUID] = []
    layer = [street.pk]
    while layer:
        next_ones = Street.objects.filter(parent__in=layer, name="").exclude(pk__in=found)
        layer = list(next_ones.values_list("pk", flat=True))
        found += layer
    return found


def _require(user: Any, capability: Capability, commune: Unit) -> None:
    if not may_in_commune(user, capability, commune):
        raise NotAllowed(
            _("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": commune}, code="forbidden"
        )

"""What lies around a sample or a field, for the map of its card: neighbouring fields, villages, the commune."""

from __future__ import annotations

from typing import Any, Final

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import F

from mapping import crs
from mapping.models import Unit
from soil_map.cards.content import Place, Rings, Sketch
from soil_map.cards.sketch import rings_of
from soil_map.field_facts import FieldFacts
from soil_map.models import Parcel

_AROUND_M: Final = 260.0
_MOST_FIELDS: Final = 400
_FINE_M: Final = 0.2  # half a tenth of a millimetre at the largest scale
_COARSE_M: Final = 15.0


class Ground:
    """The commune of many cards, read once: its outline and villages in metres of its zone."""

    def __init__(self, commune: Unit) -> None:
        self._commune = commune
        self._zone = commune.vn2000_srid
        self._outline = self._rings(commune.outline, _COARSE_M)
        villages = Unit.objects.current().villages().filter(parent=commune, outline__isnull=False)
        self._villages = [(self._shape(one.outline), one.full_name) for one in villages]

    def village_at(self, facts: FieldFacts) -> str:
        """Return the village that holds a place; "" where none is known."""
        point = shapely.Point(*self._metres(facts.place))
        return next((name for shape, name in self._villages if shapely.covers(shape, point)), "")

    def sketch(self, facts: FieldFacts) -> Sketch:
        """Return the map of a card: with the fields around it for those alone whose card may be handed on."""
        point = self._metres(facts.place)
        own = self._rings(facts.parcel.outline, _FINE_M) if facts.parcel is not None else ()
        reach = _reach(own, point)
        fields = tuple(
            (self._rings(one.outline, _FINE_M), one.number)
            for one in (self._fields_near(facts, reach) if facts.may_hand_on else ())
            if facts.parcel is None or one.pk != facts.parcel.pk
        )
        box = shapely.box(point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach)
        is_alone = not own and not fields  # then the whole commune is shown, as to anyone who may not see its fields
        villages = tuple(
            (rings_of(shape), name) for shape, name in self._villages if is_alone or shapely.intersects(shape, box)
        )
        return Sketch(point, own, fields, villages, self._outline)

    def _fields_near(self, facts: FieldFacts, reach: float) -> list[Parcel]:
        west, south, east, north = crs.degree_box(*facts.place, reach)
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = 4326
        near = Parcel.objects.filter(commune=self._commune, outline_3857__bboverlaps=box.transform(3857, clone=True))
        return list(near.order_by(F("sheet"), F("number"), "pk")[:_MOST_FIELDS])

    def _metres(self, place: Place) -> Place:
        x, y = crs.from_lonlat(self._zone, [place[0]], [place[1]])
        return float(x[0]), float(y[0])

    def _shape(self, outline: Any) -> shapely.Geometry:
        return crs.to_zone(shapely.from_wkb(bytes(outline.wkb)), self._zone)

    def _rings(self, outline: Any, tolerance: float) -> Rings:
        return rings_of(shapely.simplify(self._shape(outline), tolerance)) if outline is not None else ()


def _reach(own: Rings, point: Place) -> float:
    """How far the map may show around a field, metres."""
    far = max((max(abs(x - point[0]), abs(y - point[1])) for ring in own for x, y in ring), default=0.0)
    return max(_AROUND_M, far * 6)

"""The names and houses of the communes that a person may see, fetched when they are first asked for.

One gazetteer serves one request or job: what it fetched is not asked for again, and it forgets the communes and streets
that were not used for longest. Everything is scoped by `.for_user`.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib.gis.db.models import PointField
from django.db.models import F, FloatField, Func, Q, Value

from households.finding import communes_of
from households.geocoding.book import HouseRow, Street, by_number
from households.geocoding.commune_names import CommuneNames, StreetName, known_streets
from households.geocoding.model import Part
from households.geocoding.names import Known, Names
from households.models import FormerAddress, House, HouseState
from households.models.street import STREET_WORDS
from households.models.street import Street as StreetRow
from mapping.models import Unit, UnitKind
from mapping.text import fold

MOST_COMMUNES: Final = 40
MOST_HOUSES: Final = 200_000
_MOST_FORMER: Final = 20

_HOUSE: Final = ("pk", "code", "number", "street", "village_id", "lng", "lat", "state")
Pair = tuple[int, str]
"""A commune and the text of a street in it."""


def _inside(expression: Any) -> Func:
    return Func(expression, function="ST_PointOnSurface", output_field=PointField(srid=4326))


def _x(expression: Any) -> Func:
    return Func(expression, function="ST_X", output_field=FloatField())


def _y(expression: Any) -> Func:
    return Func(expression, function="ST_Y", output_field=FloatField())


class Gazetteer:
    """What is known of names and houses, for one person."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._names: OrderedDict[int, CommuneNames] = OrderedDict()
        self._books: OrderedDict[Pair, Street] = OrderedDict()
        self._former: OrderedDict[Pair, Street] = OrderedDict()
        self._units: dict[int, Unit] = {}
        self._reachable: Names[int] | None = None
        self._everywhere: frozenset[str] | None = None

    # Communes

    def communes_called(self, part: Part, *, has_marks: bool) -> list[int]:
        """Return the communes within the person's reach that may be meant by the name."""
        return [like.known.thing for like in self._communes().find(part, has_marks=has_marks)]

    def communes_once_called(self, name: str) -> list[int]:
        """Return the communes within the person's reach that hold a commune of before of this name."""
        former = Unit.objects.communes().filter(valid_until__isnull=False, name_folded=fold(name))
        found: list[int] = []
        for code, middle in former.annotate(middle=_inside(F("outline"))).values_list("code", "middle")[:_MOST_FORMER]:
            there = Q(code=code) if middle is None else Q(code=code) | Q(outline__contains=middle)
            found += communes_of(self._user).filter(there).values_list("pk", flat=True)
        return list(dict.fromkeys(found))

    def only_commune(self) -> int | None:
        """Return the person's one commune; None when there are several or none."""
        communes = self._communes()
        return communes.only()

    def is_some_commune(self, name: str) -> bool:
        """Return whether any commune of today, in reach or not, is called so."""
        if self._everywhere is None:
            names = Unit.objects.current().communes().values_list("name_folded", flat=True)
            self._everywhere = frozenset(names)
        return Part("", name).key in self._everywhere

    def unit(self, unit_id: int) -> Unit:
        """Return a unit, its parent along with it."""
        if unit_id not in self._units:
            self._units[unit_id] = Unit.objects.select_related("parent").defer("outline", "parent__outline").get(
                pk=unit_id
            )  # fmt: skip
        return self._units[unit_id]

    def names(self, commune_id: int) -> CommuneNames:
        """Return the names of a commune."""
        if commune_id not in self._names:
            self._names[commune_id] = self._fetch_names(commune_id)
            while len(self._names) > MOST_COMMUNES:
                self._names.popitem(last=False)
        self._names.move_to_end(commune_id)
        return self._names[commune_id]

    # Houses

    def books(self, wanted: Mapping[int, Iterable[str]], *, former: bool = False) -> dict[int, dict[str, Street]]:
        """Return the houses of streets (commune → street texts), by the text; one query for what is not known yet."""
        known = self._former if former else self._books
        pairs = {(commune, text) for commune, texts in wanted.items() for text in texts}
        missing = pairs - known.keys()
        if missing:
            fetched = self._fetch_former(missing) if former else self._fetch_houses(missing)
            for pair in missing:
                known[pair] = by_number(fetched.get(pair, ()))
        found: dict[int, dict[str, Street]] = defaultdict(dict)
        for commune, text in pairs:
            known.move_to_end((commune, text))
            found[commune][text] = known[commune, text]
        self._forget(known, len(pairs))
        return found

    def by_codes(self, codes: Iterable[str]) -> dict[str, tuple[HouseRow, int]]:
        """Return the houses of these codes with their communes, by the code; one query."""
        rows = House.objects.for_user(self._user).filter(code__in=list(codes))
        values = rows.annotate(lng=_x(F("location")), lat=_y(F("location"))).values_list(*_HOUSE, "commune_id")
        found = [(HouseRow(*row, state == HouseState.ACTIVE), commune) for *row, state, commune in values]
        return {house.code: (house, commune) for house, commune in found}

    def middle_of(self, commune_id: int, street: StreetName) -> tuple[float, float] | None:
        """Return the middle of a drawn street, longitude and latitude; None where it is not drawn."""
        rows = StreetRow.objects.for_user(self._user).filter(commune=commune_id, name=street.name)
        kind = next((kind for kind, word in STREET_WORDS.items() if word == street.kind), "")
        middle = Func(F("line"), Value(0.5), function="ST_LineInterpolatePoint", output_field=PointField(srid=4326))
        return rows.filter(kind=kind).annotate(lng=_x(middle), lat=_y(middle)).values_list("lng", "lat").first()

    def place_of(self, unit_id: int) -> tuple[float, float] | None:
        """Return a point inside a unit, longitude and latitude; None where it has no outline."""
        inside = Func(F("outline"), function="ST_PointOnSurface", output_field=PointField(srid=4326))
        rows = Unit.objects.filter(pk=unit_id, outline__isnull=False)
        return rows.annotate(lng=_x(inside), lat=_y(inside)).values_list("lng", "lat").first()

    # Fetching

    def _communes(self) -> Names[int]:
        if self._reachable is None:
            rows = communes_of(self._user).values_list("pk", "designation", "name")
            self._reachable = Names(Known(kind.lower(), name, pk) for pk, kind, name in rows)
        return self._reachable

    def _fetch_names(self, commune_id: int) -> CommuneNames:
        commune = self.unit(commune_id)
        houses = House.objects.for_user(self._user).filter(commune=commune_id)
        texts = list(houses.order_by().values_list("street", flat=True).distinct())
        former = FormerAddress.objects.filter(commune=commune_id).order_by().values_list("street", flat=True).distinct()
        drawn = StreetRow.objects.for_user(self._user).filter(commune=commune_id).select_related("parent").defer("line")
        lines = [
            (
                STREET_WORDS[row.kind],
                row.name,
                row.number,
                row.parent.full_name if row.parent and row.parent.name else "",
            )
            for row in drawn.defer("line", "line_3857", "parent__line", "parent__line_3857")
        ]
        villages = Unit.objects.current().villages().filter(parent=commune_id)
        former_communes = self._former_communes(commune)
        former_villages = Unit.objects.filter(
            kind=UnitKind.VILLAGE,
            valid_until__isnull=False,
            parent__in=[commune_id, *(pk for pk, _, _ in former_communes)],
        )
        above = commune.parent
        return CommuneNames(
            commune_id=commune_id,
            streets=Names(known_streets([text for text in texts if text], lines)),
            former_streets=Names(known_streets([text for text in former if text])),
            villages=Names(
                Known(kind.lower(), name, pk) for pk, kind, name in villages.values_list("pk", "designation", "name")
            ),
            communes=Names([Known(commune.designation.lower(), commune.name, commune.pk)]),
            provinces=Names([Known(above.designation.lower(), above.name, above.pk)] if above else []),
            texts=frozenset(texts),
            former_villages=Names(
                Known(kind.lower(), name, pk)
                for pk, kind, name in former_villages.values_list("pk", "designation", "name")
            ),
            former_communes=Names(Known(kind.lower(), name, pk) for pk, kind, name in former_communes),
        )

    @staticmethod
    def _former_communes(commune: Unit) -> list[tuple[int, str, str]]:
        """Communes of before with the code of this one, or with their middle in it: id, designation, name."""
        former = Unit.objects.communes().filter(valid_until__isnull=False).defer("outline")
        outline = (
            Unit.objects.filter(pk=commune.pk).values_list("outline", flat=True).first() if former.exists() else None
        )
        wanted = Q(code=commune.code)
        if outline is not None:
            near = former.filter(outline__bboverlaps=outline).annotate(middle=_inside(F("outline")))
            wanted |= Q(pk__in=[row.pk for row in near if outline.contains(row.middle)])
        return list(former.filter(wanted).values_list("pk", "designation", "name"))

    def _fetch_houses(self, pairs: Iterable[Pair]) -> dict[Pair, list[tuple[str, HouseRow]]]:
        rows = House.objects.for_user(self._user).filter(
            commune__in={commune for commune, _ in pairs}, street__in={text for _, text in pairs}
        )
        found: dict[Pair, list[tuple[str, HouseRow]]] = defaultdict(list)
        values = (
            rows.order_by().annotate(lng=_x(F("location")), lat=_y(F("location"))).values_list(*_HOUSE, "commune_id")
        )
        for *row, state, commune in values.iterator(chunk_size=5_000):
            house = HouseRow(*row, state == HouseState.ACTIVE)
            if house.number:
                found[commune, house.street].append((house.number, house))
        return found

    def _fetch_former(self, pairs: Iterable[Pair]) -> dict[Pair, list[tuple[str, HouseRow]]]:
        rows = House.objects.for_user(self._user).filter(
            former_addresses__commune__in={commune for commune, _ in pairs},
            former_addresses__street__in={text for _, text in pairs},
        )
        found: dict[Pair, list[tuple[str, HouseRow]]] = defaultdict(list)
        values = rows.order_by().annotate(lng=_x(F("location")), lat=_y(F("location"))).values_list(
            *_HOUSE, "commune_id", "former_addresses__number", "former_addresses__street"
        )  # fmt: skip
        for *row, state, commune, number, street in values.iterator(chunk_size=5_000):
            if number:
                found[commune, street].append((number, HouseRow(*row, state == HouseState.ACTIVE)))
        return found

    @staticmethod
    def _forget(known: OrderedDict[Pair, Street], in_use: int) -> None:
        held = sum(len(street) for street in known.values())
        while held > MOST_HOUSES and len(known) > in_use:
            _, street = known.popitem(last=False)
            held -= len(street)

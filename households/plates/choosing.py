"""Which houses of a commune a batch of plates is for: by village, alley, state of the plate, or what was drawn."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models
from django.utils.translation import gettext_lazy

from households.drawn_areas import LngLat, ring
from households.models import STREET_WORDS, THERE, House, PlateState, Street
from households.plates import reprint
from mapping import access
from mapping.access import Capability, Scope
from mapping.errors import UserError
from mapping.models import Unit
from mapping.text import fold
from mapping.wording import gettext as _

MOST_STREETS: Final = 500
MOST_VILLAGES: Final = 500


class Want(models.TextChoices):
    """Which of the houses, by the plate that they have."""

    ALL = "all", gettext_lazy("mọi nhà")
    WITHOUT_PLATE = "without_plate", gettext_lazy("nhà chưa có biển")
    TO_REPRINT = "to_reprint", gettext_lazy("nhà có biển cần in lại")
    GONE = "gone", gettext_lazy("nhà có biển hỏng hoặc mất")
    STATES = "states", gettext_lazy("theo tình trạng biển")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose; every part narrows, and the empty choice is a whole commune.

    `villages` are ids of units. `streets` are ids of streets, each with its branches that have no name; `street_texts`
    are streets as addresses write them. `states` are plate states, with `Want.STATES` only. `polygon` is a ring of
    (longitude, latitude), EPSG:4326, its first corner not repeated.
    """

    villages: tuple[int, ...] = ()
    streets: tuple[uuid.UUID, ...] = ()
    street_texts: tuple[str, ...] = ()
    want: Want = Want.ALL
    states: tuple[str, ...] = ()
    polygon: tuple[LngLat, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `PlateBatch.choice` keeps it; what was not chosen is left out."""
        kept: dict[str, Any] = {
            "villages": list(self.villages),
            "streets": [str(street) for street in self.streets],
            "street_texts": list(self.street_texts),
            "want": self.want.value,
            "states": list(self.states),
            "polygon": [list(corner) for corner in self.polygon],
        }
        return {name: value for name, value in kept.items() if value not in ([], Want.ALL.value)}

    @classmethod
    def from_json(cls, value: Any) -> Choice:
        """Read what a page sent or a batch kept. Raises UserError for what no choice can be."""
        if not isinstance(value, dict):
            raise _unreadable()
        try:
            want = Want(value.get("want") or Want.ALL)
            states = tuple(PlateState(state).value for state in value.get("states", ()))
            return cls(
                villages=_some(value.get("villages"), int, MOST_VILLAGES),
                streets=_some(value.get("streets"), lambda text: uuid.UUID(str(text)), MOST_STREETS),
                street_texts=_some(value.get("street_texts"), str, MOST_STREETS),
                want=want,
                states=states if want is Want.STATES else (),
                polygon=ring(value.get("polygon") or ()),
            )
        except (TypeError, ValueError, OverflowError) as error:
            raise _unreadable() from error


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a choice would come to: houses, sheets of paper, and seconds until the files are there.

    `unnumbered` of the houses have no number, so that no certificate can be given for them.
    """

    houses: int
    sheets: int
    seconds: float
    unnumbered: int


@dataclass(frozen=True, slots=True)
class Houses:
    """A choice as SQL: a condition on the alias `house` of `households_house`, with its parameters."""

    sql: str
    params: dict[str, Any]


_WANTED: Final = {
    Want.ALL: "",
    Want.WITHOUT_PLATE: """
 AND NOT EXISTS (SELECT FROM households_plate own WHERE own.house_id = house.id AND own.released_at IS NOT NULL
                    AND own.state = ANY (%(there)s))""",
    Want.TO_REPRINT: f"""
 AND EXISTS (SELECT FROM households_plate plate {reprint.UNITS}
              WHERE plate.token = {reprint.CURRENT_PLATE} AND {reprint.SAYS_OTHERWISE})""",
    Want.GONE: """
 AND EXISTS (SELECT FROM households_plate own WHERE own.house_id = house.id
                AND own.state IN ('damaged', 'lost', 'stolen'))
 AND NOT EXISTS (SELECT FROM households_plate own WHERE own.house_id = house.id AND own.released_at IS NOT NULL
                    AND own.state IN ('printed', 'in_stock', 'issued', 'installed'))""",
    Want.STATES: """
 AND EXISTS (SELECT FROM households_plate own WHERE own.house_id = house.id AND own.state = ANY (%(states)s))""",
}
_STREETS: Final = """
WITH RECURSIVE chosen AS (
    SELECT street.id FROM households_street street
     WHERE street.id = ANY (%(streets)s) AND street.commune_id = %(commune)s
    UNION
    SELECT branch.id FROM chosen JOIN households_street branch ON branch.parent_id = chosen.id AND branch.name = ''
)
SELECT id FROM chosen
"""
_ON_STREETS: Final = """
 AND (EXISTS (SELECT FROM households_frontage front WHERE front.house_id = house.id
                 AND front.street_id = ANY (%(street_ids)s))
   OR house.street = ANY (%(texts)s)
   OR house.street = ANY (%(called)s)
      AND NOT EXISTS (SELECT FROM households_frontage front WHERE front.house_id = house.id))
"""
_INSIDE: Final = """
 AND house.location_3857 && ST_Transform(ST_GeomFromText(%(polygon)s, 4326), 3857)
 AND ST_Covers(ST_GeomFromText(%(polygon)s, 4326), house.location)
"""


def houses_of(commune: Unit, scope: Scope, choice: Choice, within: Sequence[int] | None = None) -> Houses:
    """Return the condition for the open houses of the choice that lie in `scope`; some queries for streets.

    `within` are the villages that a batch is kept to, None for the whole commune: whoever takes it up again may print
    in more of them than whoever ordered it.
    """
    sql = "house.commune_id = %(commune)s AND house.state = 'active'"
    params: dict[str, Any] = {"commune": commune.pk}
    if within is not None:
        sql += " AND house.village_id = ANY (%(within)s)"
        params["within"] = list(within)
    if commune not in scope:
        sql += " AND house.village_id = ANY (%(own_villages)s)"
        params["own_villages"] = sorted(scope.unit_ids)
    if choice.villages:
        sql += " AND house.village_id = ANY (%(villages)s)"
        params["villages"] = list(choice.villages)
    if choice.streets or choice.street_texts:
        sql += _ON_STREETS
        ids = _with_branches(commune, choice.streets)
        params |= {"street_ids": ids, "texts": list(choice.street_texts), "called": _called(commune, ids)}
    if choice.polygon:
        sql += _INSIDE
        closed = [*choice.polygon, choice.polygon[0]]
        params["polygon"] = f"POLYGON(({', '.join(f'{lng!r} {lat!r}' for lng, lat in closed)}))"
    sql += _WANTED[choice.want]
    if choice.want is Want.WITHOUT_PLATE:
        params["there"] = [state.value for state in THERE]
    if choice.want is Want.STATES:
        params["states"] = list(choice.states)
    return Houses(sql, params)


def count(user: Any, commune: Unit, choice: Choice, within: Sequence[int] | None = None) -> int:
    """Return how many houses the choice has where the person may print; `within` as of `houses_of`."""
    return count_in(commune, access.scope_of(user, Capability.PRINT), choice, within)


def count_in(commune: Unit, scope: Scope, choice: Choice, within: Sequence[int] | None = None) -> int:
    """Return how many houses the choice has within a scope."""
    chosen = houses_of(commune, scope, choice, within)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM households_house house WHERE {chosen.sql}", chosen.params)
        return int(cursor.fetchone()[0])


def count_unnumbered(user: Any, commune: Unit, choice: Choice) -> int:
    """Return how many houses of the choice, where the person may print, have no number."""
    chosen = houses_of(commune, access.scope_of(user, Capability.PRINT), choice)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM households_house house WHERE house.number = '' AND {chosen.sql}", chosen.params
        )
        return int(cursor.fetchone()[0])


def houses_on(user: Any, street: Street) -> list[House]:
    """Return the houses that an order of this street has where the person sees houses, in the order of their numbers.

    Each comes with its `frontage` and its decision, where a numbering has placed it.
    """
    chosen = houses_of(street.commune, access.scope_of(user, Capability.SEE_HOUSES), Choice(streets=(street.pk,)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT house.id FROM households_house house WHERE {chosen.sql}", chosen.params)
        ids = [row[0] for row in cursor.fetchall()]
    found = House.objects.filter(pk__in=ids).select_related("frontage__decision")
    return list(found.order_by("number", "frontage__position_m", "code"))


def streets_written(user: Any, commune: Unit, villages: Sequence[int] = ()) -> list[str]:
    """Return the streets that addresses of the commune or of some villages name, in natural order."""
    houses = House.objects.active().filter(access.scope_of(user, Capability.PRINT).rows(), commune=commune)
    if villages:
        houses = houses.filter(village__in=villages)
    return list(houses.exclude(street="").order_by("street").values_list("street", flat=True).distinct())


def _with_branches(commune: Unit, streets: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The streets of the commune and what leaves them without a name of its own."""
    if not streets:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STREETS, {"streets": list(streets), "commune": commune.pk})
        return [row[0] for row in cursor.fetchall()]


def _called(commune: Unit, streets: Sequence[uuid.UUID]) -> list[str]:
    """How addresses of the commune write these streets: houses that no numbering has placed are known by that alone."""
    names = {
        fold(words)
        for kind, name in Street.objects.filter(pk__in=streets).exclude(name="").values_list("kind", "name")
        for words in (name, f"{STREET_WORDS[kind]} {name}")
    }
    if not names:
        return []
    written = House.objects.filter(commune=commune).exclude(street="").order_by().values_list("street", flat=True)
    return [text for text in written.distinct() if fold(text) in names]


def _some(value: Any, read: Any, most: int) -> tuple[Any, ...]:
    """The distinct values of a list, in order."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > most:
        raise ValueError("no list, or too long a one")
    return tuple(dict.fromkeys(read(item) for item in value))


def _unreadable() -> UserError:
    return UserError(_("Không đọc được lựa chọn nhà để in biển. Hãy tải lại trang và chọn lại."), code="choice")

"""Where alleys without name and number leave what they hang on, in words that tell one from another.

"rẽ từ đường Liên Xã gần số 12, về phía bắc"; where no house with a number stands at the mouth, by metres from the
nearer end of the larger street. Numbers stand on plates beside the road: they are told to whoever sees the street.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from households.models import STREET_WORDS, HouseState, Street
from mapping.models import Unit

_NEAR_M: Final = 60
"""A house farther from the mouth than this does not tell where it is."""
_ROUGHLY_M: Final = 10
_MOST_LEVELS: Final = 8
_WORD: Final = "CASE above.kind " + " ".join(f"WHEN '{kind}' THEN '{word}'" for kind, word in STREET_WORDS.items())

_SQL: Final = f"""
    WITH alley AS (
        SELECT street.id, street.parent_id, above.line AS above, {_WORD} END || ' ' || above.name AS above_name,
               above.commune_id, CASE WHEN ST_Distance(ST_StartPoint(street.line), above.line)
                   <= ST_Distance(ST_EndPoint(street.line), above.line) THEN street.line
                   ELSE ST_Reverse(street.line) END AS line
        FROM households_street street JOIN households_street above ON above.id = street.parent_id
        WHERE street.name = '' AND street.number = '' AND {{which}}
    ), mouth AS (
        SELECT alley.*, ST_StartPoint(line) AS at, ST_LineLocatePoint(above, ST_StartPoint(line)) AS share FROM alley
    )
    SELECT mouth.id, parent_id, house.number,
           LEAST(share, 1 - share) * ST_Length(above::geography),
           degrees(ST_Azimuth(ST_LineInterpolatePoint(above, 0.5)::geography,
               CASE WHEN share <= 0.5 THEN ST_StartPoint(above) ELSE ST_EndPoint(above) END::geography)),
           degrees(ST_Azimuth(at::geography, ST_EndPoint(line)::geography))
    FROM mouth LEFT JOIN LATERAL (
        SELECT near.number FROM households_house near
        LEFT JOIN households_frontage frontage ON frontage.house_id = near.id
        WHERE near.state = '{HouseState.ACTIVE.value}' AND near.number <> '' AND near.commune_id = mouth.commune_id
          AND ST_DWithin(near.location_3857, ST_Transform(at, 3857), {_NEAR_M} / cos(radians(ST_Y(at))))
          AND (frontage.street_id = mouth.parent_id OR (frontage.street_id IS NULL
               AND strpos(near.number, '/') = 0 AND sonha_fold(near.street) = sonha_fold(above_name)))
        ORDER BY near.location_3857 <-> ST_Transform(at, 3857), near.id LIMIT 1
    ) house ON true
"""


@dataclass(frozen=True, slots=True)
class _Mouth:
    """An alley's mouth: what it leaves, a number beside it or "", metres from an end that lies to a side, and its way.

    Both sides are degrees clockwise from north, None where a line ends where it begins.
    """

    parent: uuid.UUID
    number: str
    metres: float
    end: float | None
    way: float | None


def places_in(commune: Unit) -> dict[uuid.UUID, str]:
    """Return where each alley of a commune leaves that has neither name nor number and hangs on a street."""
    return _said(_mouths("street.commune_id = %s", commune.pk))


def places_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return where those of these streets leave that have neither name nor number and hang on a street."""
    mouths, asked = {}, set(ids)
    for _level in range(_MOST_LEVELS):
        asked -= mouths.keys()
        if not asked:
            break
        found = _mouths("street.id = ANY(%s)", sorted(asked))
        mouths |= found
        asked = {mouth.parent for mouth in found.values()}
    return _said(mouths)


def told_apart(street: Street, places: dict[uuid.UUID, str]) -> str:
    """Return a street's full name; of one without name and number with where it leaves."""
    if street.name or street.number:
        return street.full_name
    return nameless(street.full_name, places.get(street.pk, ""))


def nameless(word: str, place: str) -> str:
    """Return how an alley without name and number is called: "ngõ chưa có số, rẽ từ đường Liên Xã gần số 12".

    `word` is its kind, which is no name yet and therefore said in the reader's language.
    """
    if not place:
        return _("%(alley)s chưa có số") % {"alley": _(word)}
    return _("%(alley)s chưa có số, %(place)s") % {"alley": _(word), "place": place}


def _mouths(which: str, value: object) -> dict[uuid.UUID, _Mouth]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(which=which), [value])
        return {row[0]: _Mouth(row[1], row[2] or "", *row[3:]) for row in cursor.fetchall()}


def _said(mouths: dict[uuid.UUID, _Mouth]) -> dict[uuid.UUID, str]:
    above = Street.objects.filter(pk__in={mouth.parent for mouth in mouths.values()})
    names = {street.pk: street for street in above.only("kind", "name", "number")}
    return {pk: _sentence(mouth, _parent(mouth.parent, mouths, names)) for pk, mouth in mouths.items()}


def _parent(pk: uuid.UUID, mouths: dict[uuid.UUID, _Mouth], names: dict[uuid.UUID, Street], level: int = 1) -> str:
    """What an alley leaves; one that has no name itself with what that leaves in turn."""
    street = names[pk]
    if street.name or street.number:
        return street.full_name
    further = mouths.get(pk)
    if further is None or further.parent not in names or level == _MOST_LEVELS:
        return nameless(street.full_name, "")
    words = {"alley": _(street.full_name), "street": _parent(further.parent, mouths, names, level + 1)}
    if further.number:
        return _("%(alley)s ở gần số %(number)s %(street)s") % {**words, "number": further.number}
    return _("%(alley)s chưa có số của %(street)s") % words


def _sentence(mouth: _Mouth, street: str) -> str:
    way = _side(mouth.way)
    if mouth.number:
        place = _("rẽ từ %(street)s gần số %(number)s") % {"street": street, "number": mouth.number}
    elif mouth.end is None:
        place = _("rẽ từ %(street)s") % {"street": street}
    else:
        place = _("rẽ từ %(street)s, cách đầu phía %(end)s %(metres)d m") % {
            "street": street,
            "end": _side(mouth.end),
            "metres": round(mouth.metres / _ROUGHLY_M) * _ROUGHLY_M,
        }
    return _("%(place)s, về phía %(way)s") % {"place": place, "way": way} if way else place


def _side(degrees: float | None) -> str:
    if degrees is None:
        return ""
    sides = (
        _("bắc"), _("đông bắc"), _("đông"), _("đông nam"), _("nam"), _("tây nam"), _("tây"), _("tây bắc"),
    )  # fmt: skip
    return sides[round(degrees / 45) % 8]

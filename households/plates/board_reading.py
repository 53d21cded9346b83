"""What an alley's board shows, from the database: the alley, its branches, its houses, and the streets around.

After a numbering the frontages say which house stands where. Before one, and for houses added since, it is those
nearby whose written street is this one's name. No person is read.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from households.addresses import Address, capitalised
from households.models import Frontage, House, HouseState, Side, Street, StreetKind
from households.numbering.direction import by_compass
from households.plates.alley_board import AROUND, BRANCH, MAIN, Board, BoardHouse, BoardStreet
from households.streets.ground import Ground
from mapping import crs
from mapping.errors import UserError
from mapping.printing.host import why_not_printable
from mapping.text import fold, natural_key

NEAR_M: Final = 120
"""A house farther from the street than this is one of another street of the same name."""
_NEAR_3857: Final = 135.0  # metres of the projection, which are shorter than those on the ground
_AROUND_3857: Final = 250.0
_MOST_LEVELS: Final = 8
_MOST_AROUND: Final = 300


@dataclass(frozen=True, slots=True)
class _Found:
    """A house on one of the board's streets; `side` and `position_m` as its frontage says, or None."""

    house: uuid.UUID
    number: str
    street: uuid.UUID
    at: tuple[float, float]
    side: int | None = None
    position_m: float | None = None


def board_of(user: Any, street: Street) -> Board:
    """Return the board of a street for whoever may see its houses; raises UserError where no house has a number."""
    board = _board(House.objects.for_user(user), street)
    if not any(house.number for house in board.houses):
        raise UserError(
            _(
                "%(street)s chưa có nhà nào mang số, nên chưa làm được bảng ngõ. Hãy đánh số nhà, hoặc ghi số nhà và "
                "tên đường, ngõ vào hồ sơ từng nhà."
            )
            % {"street": capitalised(street.full_name)},
            code="no_houses",
        )
    return board


def public_board_of(street: Street) -> Board:
    """Return what anyone may see of a street, on its page: places and numbers, and perhaps no house at all."""
    return _board(House.objects.all(), street)


def _board(houses: QuerySet[House], street: Street) -> Board:
    ground = Ground(street.commune)
    streets = [street, *_branches(street)]
    lines = dict(zip([one.pk for one in streets], ground.lines([one.line for one in streets]), strict=True))
    found = _by_frontage(houses, streets, ground) + _by_name(houses, streets, lines, ground)
    above = ground.line(street.parent.line) if street.parent else None
    on: dict[uuid.UUID, list[_Found]] = defaultdict(list)
    for house in found:
        on[house.street].append(house)
    drawn = {one.pk: _from_mouth(one, lines, on[one.pk], above) for one in streets}
    place = {one.pk: index for index, one in enumerate(streets)}
    around = _around(street, streets)
    return Board(
        title=street.full_name,
        off=street.parent.full_name if street.parent and StreetKind(street.kind).is_alley else "",
        place=_place(street),
        streets=(
            *(
                BoardStreet(
                    one.full_name,
                    _path(drawn[one.pk]),
                    MAIN if one.pk == street.pk else BRANCH,
                    place.get(one.parent_id, 0),
                )
                for one in streets
            ),
            *(
                BoardStreet(one.full_name, _path(line), AROUND)
                for one, line in zip(around, ground.lines([one.line for one in around]), strict=True)
            ),
        ),
        houses=tuple(
            BoardHouse(
                house.number,
                place[house.street],
                house.side or _side(drawn[house.street], house.at),
                house.at,
                house.house,
            )
            for house in found
        ),
        printed_on=timezone.localdate(),
        url=alley_url(settings.PLATE_HOST, street.pk),
        is_proof=why_not_printable(settings.PLATE_HOST) is not None,
    )


def alley_url(host: str, street: uuid.UUID) -> str:
    """Return the address of an alley's public page, which a board's QR holds."""
    return f"https://{host}/alley/{street}/"


def _place(street: Street) -> str:
    province = street.commune.parent
    return Address(
        village=street.village.full_name if street.village else "",
        commune=street.commune.full_name,
        province=province.full_name if province else "",
    ).place


def _branches(street: Street) -> list[Street]:
    """What is reached through this street's mouth: all alleys off an alley; of a road those that bear its numbers."""
    found: list[Street] = []
    layer, seen = [street.pk], {street.pk}
    for _level in range(_MOST_LEVELS):
        branches = Street.objects.filter(parent__in=layer).exclude(pk__in=seen)
        if not StreetKind(street.kind).is_alley:
            branches = branches.filter(name="")
        more = list(branches.select_related("parent").order_by("kind", "name", "number", "pk"))
        if not more:
            break
        layer = [one.pk for one in more]
        seen.update(layer)
        found += more
    return sorted(found, key=lambda one: natural_key(one.number or one.name))


def _around(street: Street, drawn: Sequence[Street]) -> list[Street]:
    """Streets near enough to be on the same sheet."""
    extents = np.array([one.line_3857.extent for one in drawn])
    west, south = extents[:, :2].min(axis=0) - _AROUND_3857
    east, north = extents[:, 2:].max(axis=0) + _AROUND_3857
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = drawn[0].line_3857.srid
    others = Street.objects.filter(commune=street.commune_id, line_3857__bboverlaps=box)
    others = others.exclude(pk__in=[one.pk for one in drawn])
    return list(others.only("kind", "name", "number", "line").order_by("pk")[:_MOST_AROUND])


def _by_frontage(houses: QuerySet[House], streets: Sequence[Street], ground: Ground) -> list[_Found]:
    fronting = Frontage.objects.filter(street__in=[one.pk for one in streets])
    standing = houses.filter(state=HouseState.ACTIVE)
    fronting = fronting.filter(house__in=standing).order_by("house__number", "house__code")
    rows = list(fronting.values_list("house", "house__number", "street", "house__location", "side", "position_m"))
    places = _on_ground(ground, [row[3] for row in rows])
    return [
        _Found(house, number, street, at, side, position)
        for (house, number, street, _point, side, position), at in zip(rows, places, strict=True)
    ]


def _by_name(
    houses: QuerySet[House], streets: Sequence[Street], lines: dict[uuid.UUID, Any], ground: Ground
) -> list[_Found]:
    """Houses without a frontage whose address names one of the streets, on the nearest one that it may mean."""
    near = Q()
    for one in streets:
        near |= Q(location_3857__dwithin=(one.line_3857, _NEAR_3857))
    houses = houses.filter(near, state=HouseState.ACTIVE, commune=streets[0].commune_id, frontage__isnull=True)
    houses = houses.exclude(street="").order_by("number", "code")
    rows = list(houses.values_list("pk", "number", "street", "location"))
    titles = _Titles(streets)
    found = []
    for (house, number, written, _point), at in zip(rows, _on_ground(ground, [row[3] for row in rows]), strict=True):
        meant = titles.meant(number, written)
        point = shapely.Point(at)
        near_ones = [(lines[one.pk].distance(point), one.pk) for one in meant]
        if near_ones and min(near_ones)[0] <= NEAR_M:
            found.append(_Found(house, number, min(near_ones)[1], at))
    return found


class _Titles:
    """The streets of a board by what houses write; a nameless alley's bear a larger street's name and "12/…"."""

    def __init__(self, streets: Sequence[Street]) -> None:
        self._named: dict[str, list[Street]] = defaultdict(list)
        self._nameless: dict[tuple[str, str], list[Street]] = defaultdict(list)
        for one in streets:
            for title in _titles(one):
                self._named[title].append(one)
            root = _named_above(one) if one.number and not one.name else None
            for title in _titles(root) if root is not None else ():
                self._nameless[title, one.number].append(one)
        self._folded = lru_cache(maxsize=None)(fold)

    def meant(self, number: str, written: str) -> list[Street]:
        """The streets that an address may mean."""
        title, pieces = self._folded(written), number.split("/")
        alleys = ("/".join(pieces[:length]) for length in range(1, len(pieces)))
        return [*self._named[title], *(one for alley in alleys for one in self._nameless[title, alley])]


def _titles(street: Street) -> set[str]:
    """What houses write of a street that has a name or a number, folded."""
    if not street.name and not street.number:
        return set()
    return {fold(street.full_name)} | ({fold(street.name)} if street.name else set())


def _named_above(street: Street) -> Street | None:
    above = street.parent
    for _level in range(_MOST_LEVELS):
        if above is None or above.name:
            break
        above = above.parent
    return above


def _from_mouth(street: Street, lines: dict[uuid.UUID, Any], here: Sequence[_Found], above: Any) -> Any:
    """The street's line from where its numbers begin; `here` are the houses on it."""
    line = lines[street.pk]
    along = [line.project(shapely.Point(house.at)) for house in here]
    known = [
        (place, house.position_m) for place, house in zip(along, here, strict=True) if house.position_m is not None
    ]
    if len(known) > 1 and (rises := _slope(known)):
        return line if rises > 0 else line.reverse()
    parent = lines.get(street.parent_id, above)
    if StreetKind(street.kind).is_alley and parent is not None:
        start, end = (parent.distance(shapely.Point(one)) for one in (line.coords[0], line.coords[-1]))
        return line if start <= end else line.reverse()
    numbers = [
        (place, float(digits.group())) for place, house in zip(along, here, strict=True)
        if (digits := re.match(r"[0-9]+", house.number))
    ]  # fmt: skip
    if len(numbers) > 1 and (rises := _slope(numbers)):
        return line if rises > 0 else line.reverse()
    ends = np.array(line.coords)[[0, -1]]
    return line.reverse() if by_compass(ends[1:] - ends[:1])[0] else line


def _slope(pairs: Sequence[tuple[float, float]]) -> float:
    """More than 0 where both rise together."""
    places = np.array(pairs)
    centred = places - places.mean(axis=0)
    return float((centred[:, 0] * centred[:, 1]).sum())


def _side(line: Any, at: tuple[float, float]) -> int:
    """On which side of a line a place lies."""
    position = line.project(shapely.Point(at))
    before, after = line.interpolate(max(0.0, position - 1)), line.interpolate(min(line.length, position + 1))
    cross = (after.x - before.x) * (at[1] - before.y) - (after.y - before.y) * (at[0] - before.x)
    return Side.LEFT if cross >= 0 else Side.RIGHT


def _on_ground(ground: Ground, points: Sequence[Any]) -> list[tuple[float, float]]:
    if not points:
        return []
    x, y = crs.from_lonlat(ground.srid, [point.x for point in points], [point.y for point in points])
    return [(float(east), float(north)) for east, north in zip(np.asarray(x), np.asarray(y), strict=True)]


def _path(line: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in line.coords)

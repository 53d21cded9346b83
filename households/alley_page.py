"""What the public page of an alley says: its map, its numbers with the way to each, what they were before. No people.

The code on the board at the alley's mouth leads here. Its address cannot be guessed, and no code of a house or plate
stands on it: it says what the numbers on the doors say.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from households import codes
from households.addresses import Address, capitalised
from households.models import FormerAddress, House, Side, Street, StreetKind
from households.plates import board_svg, press
from households.plates.alley_board import AROUND, MAIN, Board
from households.plates.board_reading import alley_url, public_board_of
from mapping.printing.fonts import Fonts
from mapping.text import natural_key

PAGE: Final = "households/alley.html"
UNKNOWN_PAGE: Final = "households/no_such_alley.html"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A house in the list: its number, the way there, and how strangers may have known it before."""

    number: str
    directions: str
    former: str


@dataclass(slots=True)
class Numbers:
    """The numbers of one street, by sides as one walks in from its mouth."""

    name: str
    left: list[Numbered] = field(default_factory=list)
    right: list[Numbered] = field(default_factory=list)


def street_of(street_id: uuid.UUID) -> Street | None:
    """Return the street with what its page says of where it is."""
    return Street.objects.select_related("commune__parent", "village", "parent").filter(pk=street_id).first()


def values_of(street: Street) -> dict[str, str]:
    """The values of PAGE."""
    board = public_board_of(street)
    is_alley = StreetKind(street.kind).is_alley
    words = board_svg.Words(
        title=_("Sơ đồ %(street)s") % {"street": street.full_name},
        mouth=_("Đầu ngõ") if is_alley else _("Đầu đường"),
        north=_("B"),
    )
    drawn = _drawn(_undated(board), words)
    groups = list(_groups(board))
    village = street.village.full_name if street.village else ""
    commune = street.commune.full_name
    province = street.commune.parent.full_name if street.commune.parent else ""
    off = (board.off,) if board.off else ()
    return {
        "title": capitalised(street.full_name),
        "long_title": Address(
            street=street.full_name, off=off, village=village, commune=commune, province=province
        ).long,
        "off": board.off,
        "village": village,
        "commune": commune,
        "province": province,
        "invented": "yes" if street.commune.is_invented else "",
        "map": drawn,
        "from_right": "yes" if drawn.startswith(f'<svg class="{board_svg.FROM_RIGHT}"') else "",
        "numbers": render_to_string("households/alley_numbers.html", {"groups": groups}) if groups else "",
        "without": str(sum(not house.number for house in board.houses) or ""),
        "formerly": ", ".join(_former_names(board)),
        "page_url": alley_url(settings.PLATE_HOST, street.pk),
    }


def _undated(board: Board) -> Board:
    """What of a board its map shows, the same on every day."""
    return replace(board, printed_on=datetime.date.min, url="", is_proof=False)


@lru_cache(maxsize=256)
def _drawn(board: Board, words: board_svg.Words) -> str:
    """The map, from memory while nothing on it has changed: placing the numbers costs more than all else."""
    return mark_safe(board_svg.draw(board, _fonts(), words))  # noqa: S308 - it escapes what people have written


@cache
def _fonts() -> Fonts:
    return press.fonts()


def _groups(board: Board) -> Iterator[Numbers]:
    """The street first, then its branches; those without a number have no place."""
    ids = [house.house for house in board.houses if house.number]
    places = dict(House.objects.filter(pk__in=ids).values_list("pk", "location"))
    former = _former(ids)
    for index, street in enumerate(board.streets):
        if street.role == AROUND:
            continue
        group = Numbers("" if street.role == MAIN else capitalised(street.name))
        for house in sorted(board.houses, key=lambda one: natural_key(one.number)):
            if house.street != index or not house.number or house.house not in places:
                continue
            point = places[house.house]
            here = [
                number if not written or written == street.name else f"{number} {written}".strip()
                for number, written in former.get(house.house, ())
                if (number, written) != (house.number, street.name)
            ]
            row = Numbered(house.number, codes.google_directions_url(point.y, point.x), "; ".join(here))
            (group.left if house.side == Side.LEFT else group.right).append(row)
        if group.left or group.right:
            yield group


def _former(ids: Sequence[uuid.UUID | None]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Number and street of each house as strangers may know them from before, the last ones first."""
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    rows = FormerAddress.objects.public().filter(house__in=ids).latest_first().values_list("house", "number", "street")
    for house, number, street in rows:
        if number:
            found.setdefault(house, []).append((number, street))
    return found


def _former_names(board: Board) -> list[str]:
    """Other streets that most houses of the alley were counted to before: what it was called."""
    own = [house.house for house in board.houses if board.streets[house.street].role == MAIN]
    today = {street.name for street in board.streets if street.role != AROUND}
    counts: dict[str, int] = {}
    rows = FormerAddress.objects.public().filter(house__in=own).exclude(street="").values_list("street", "house")
    for street, _house in rows.order_by("street").distinct():
        if street not in today:
            counts[street] = counts.get(street, 0) + 1
    return [street for street, count in counts.items() if count * 2 > len(own)]

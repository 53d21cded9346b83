"""What the page of a plate says, as values for its frame: for the page itself, and for the copy that is kept as a file.

Nothing here is personal but the names of shops whose households consent to it.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from households import codes, scan, sketch
from households.addresses import in_sentence
from households.models import PlateState
from households.scan import ScannedHouse

PAGE: Final = "households/scan.html"
DEAD_PAGE: Final = "households/plate_dead.html"
UNKNOWN_PAGE: Final = "households/no_such_plate.html"


def values_of(house: ScannedHouse, token: str | None) -> dict[str, str]:
    """The values of PAGE for a house that was opened by a plate's token, or by its own code without one."""
    code = codes.format_house_code(house.code)
    plus_code = codes.plus_code(house.lat, house.lng)
    return {
        "long_address": house.address.long if house.address.short else _nameless(house),
        "off": ", ".join(house.address.off),
        "former": "; ".join(house.former),
        "number": house.number,
        "street": house.street,
        "village": house.village.full_name if house.village else "",
        "commune": house.commune.full_name,
        "province": house.province,
        "shops": ", ".join(house.shop_names),
        "closed": "yes" if house.is_closed else "",
        "invented": "yes" if house.is_invented else "",
        "house_code": code,
        "plus_code": plus_code,
        "maps_url": codes.google_maps_url(house.lat, house.lng),
        "directions_url": codes.google_directions_url(house.lat, house.lng),
        "sketch": sketch_of(house, house.address.short or code),
        "report": f"/report/{token or code}/",
        "page_url": _page_url(f"/{token}/{plus_code}" if token else f"/h/{code}/"),
    }


def dead_values_of(state: str, token: str) -> dict[str, str]:
    """The values of DEAD_PAGE: why the plate opens nothing, and no address."""
    return {_WHY_DEAD[PlateState(state)]: "yes", "report": f"/report/{token}/"}


# The names that the template asks for, one for each sentence.
_WHY_DEAD: Final = {
    PlateState.LOST: "lost",
    PlateState.STOLEN: "stolen",
    PlateState.REPLACED: "replaced",
    PlateState.REVOKED: "revoked",
}


def sketch_of(house: ScannedHouse, address: str, *, mark: tuple[float, float] | None = None) -> str:
    """The SVG map around a house, ready for a template; its classes want a stylesheet's colours.

    `mark`, longitude and latitude, is crossed on it.
    """
    title, north_letter = _words(translation.get_language())
    commune = scan.outline(house.commune)
    village = scan.outline(house.village) if house.village else None
    edges = []
    if village is not None and village.boundary is not None:
        edges.append(("edge", village.boundary))
    if commune.boundary is not None:
        edges.append(("edge commune", commune.boundary))
    drawing = sketch.draw(
        x=house.x,
        y=house.y,
        lat=house.lat,
        number=house.number,
        neighbours=house.neighbours,
        are_cut_off=len(house.neighbours) == scan.NEIGHBOURS,
        edges=edges,
        commune=commune.whole,
        title=title % {"address": address},
        north_letter=north_letter,
        mark=_beside(house, *mark) if mark is not None else None,
    )
    return mark_safe(drawing)  # noqa: S308 - the sketch escapes what people have written


def _beside(house: ScannedHouse, lng: float, lat: float) -> tuple[float, float]:
    """How far east and north of the house a place is, in EPSG:3857 metres; near enough to draw."""
    degree = math.pi * 6378137 / 180
    return (lng - house.lng) * degree, (lat - house.lat) * degree / math.cos(math.radians(house.lat))


def _page_url(path: str) -> str:
    """The page's address as a reader of its print types it."""
    return f"https://{settings.PLATE_HOST}{path}"


def _nameless(house: ScannedHouse) -> str:
    """What stands for the address of a house without number and street."""
    return f"{codes.format_house_code(house.code)}, {in_sentence(house.address.place)}"


@cache
def _words(language: str | None) -> tuple[str, str]:
    """What the drawing says in the active language: its title, and the letter of the north."""
    return _("Sơ đồ quanh nhà %(address)s"), _("B")

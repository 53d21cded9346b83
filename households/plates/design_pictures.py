"""Pictures of designs: one plate for a list, and the real first page of what a printer would print for a commune.

The plates are those of the first houses that the person prints for; where there is none yet, and for alleys, of an
invented one. No picture holds the token of a plate: whoever scans a screen opens nobody's page.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

from households import codes
from households.models import House
from households.plates import own_designs, press
from households.plates.design import PlateDesign, PlateFace
from households.plates.own_designs import Choosable
from households.plates.own_profiles import Profile
from households.plates.preview import first_page_png
from mapping.access import Capability
from mapping.models import Unit
from mapping.printing.sheet import Sheet

NO_TOKEN: Final = "7K3MW92XQF4T"  # noqa: S105 - no password, and of no plate
WIDTH_IN_LIST: Final = 480
"""Pixels."""
WIDTH_OF_PAGE: Final = 1_100
_FINEST: Final = 200.0
"""Dots an inch: the page of one small plate needs no more."""
_MOST_FACES: Final = 24


def of_page(user: Any, commune: Unit, source: str, profile: Profile) -> bytes:
    """Return the first page of a design on a sheet as a PNG. Raises DesignProblems, UserError."""
    design = own_designs.judged(commune, source, profile.sheet)
    shown = faces(user, commune, design, profile.sheet.cells)
    return _drawn(design, profile.sheet, shown, WIDTH_OF_PAGE, profile.title)


def of_one(user: Any, commune: Unit, chosen: Choosable) -> bytes:
    """Return one plate of a design, at its own size and cut out, as a PNG. Raises DesignProblems, UserError."""
    design = own_designs.judged(commune, chosen.source)
    plate = Sheet(
        name=chosen.key,
        page_width=design.width,
        page_height=design.height,
        columns=1,
        rows=1,
        cell_width=design.width,
        cell_height=design.height,
        margin_left=0,
        margin_top=0,
        mark_length=0,
    )
    return _drawn(design, plate, faces(user, commune, design, 1), WIDTH_IN_LIST, chosen.title)


def _drawn(design: PlateDesign, sheet: Sheet, shown: list[PlateFace], width: int, title: str) -> bytes:
    dpi = min(_FINEST, width / sheet.page_width * 25.4)
    with press.sentences(settings.PLATE_HOST, title, design.title):
        return first_page_png(design, sheet, shown, press.fonts(), dpi)


def faces(user: Any, commune: Unit, design: PlateDesign, cells: int) -> list[PlateFace]:
    """Return what stands on the plates of a picture with so many cells."""
    if design.subject == "alley":
        return [invented_alley(commune)]
    houses = House.objects.for_user(user, Capability.PRINT).active().filter(commune=commune).select_related("village")
    # The first houses as a rule have no number yet; both layouts of a design are to be seen, the numbered one first.
    most = min(cells, _MOST_FACES)
    nameless = list(houses.filter(number="").in_walking_order()[:most])
    numbered = list(houses.exclude(number="").in_walking_order()[:most])
    if most > 1 and nameless:
        numbered = numbered[: most - 1]
    found = [*numbered, *nameless][:most]
    return [face_of(house, commune) for house in found] or [invented_house(commune)]


def face_of(house: House, commune: Unit) -> PlateFace:
    """What the plate of a house says in a picture: all but its token."""
    return _face(
        commune,
        house_code=codes.format_house_code(house.code),
        place=(house.location.y, house.location.x),
        number=house.number,
        street=house.street,
        village=house.village.full_name if house.village else "",
    )


def invented_house(commune: Unit) -> PlateFace:
    """A house for a commune that has none yet."""
    return _face(
        commune,
        house_code=codes.format_house_code(codes.house_code(1)),
        place=(19.67, 105.81),
        number="12/3A",
        street="ngõ Đình",
        village="Thôn Đông",
    )


def invented_alley(commune: Unit) -> PlateFace:
    """An alley for the sign of one."""
    return _face(
        commune,
        house_code="",
        place=(19.67, 105.81),
        number="",
        street="ngõ Đình",
        village="Thôn Đông",
        numbers="1 – 45, 2 – 38",
    )


def _face(
    commune: Unit,
    *,
    house_code: str,
    place: tuple[float, float],
    number: str,
    street: str,
    village: str,
    numbers: str = "",
) -> PlateFace:
    plus_code, host = codes.plus_code(*place), settings.PLATE_HOST
    return PlateFace(
        token=NO_TOKEN,
        house_code=house_code,
        plus_code=plus_code,
        number=number,
        street=street,
        village=village,
        commune=commune.full_name,
        province=commune.parent.full_name if commune.parent else "",
        host=host,
        url=codes.plate_url(host, NO_TOKEN, plus_code),
        maps_url=codes.google_maps_url(*place),
        numbers=numbers,
    )

"""The sign with the name of an alley, at its mouth: the shipped design `alley-board`, on any sheet where it is read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from households.models import Street
from households.plates import press
from households.plates.alley_board import LEFT, RIGHT, Board, BoardHouse
from households.plates.board_reading import alley_url, board_of
from households.plates.design import PlateFace
from households.plates.design_reading import read_design
from households.plates.drawing import write_plates
from households.plates.shipped import ALLEY_SIGN, source_of
from mapping.errors import UserError
from mapping.printing.host import why_not_printable
from mapping.printing.sheet import SHEETS
from mapping.text import fold, natural_key

USUAL_SHEET: Final = "a3-board"


def sign_pdf(*, user: Any, street: Street, sheet_name: str = USUAL_SHEET) -> bytes:
    """Return the sign of a street, one page, as a PDF; a proof while the host is not fit to be hung on a wall.

    Raises UserError for a sheet that is not there or too small, and for a street where no house has a number.
    """
    sheet = SHEETS.get(sheet_name)
    if sheet is None:
        raise UserError(
            _("Không có khổ giấy “%(name)s”. Các khổ hiện có: %(known)s.")
            % {"name": sheet_name, "known": ", ".join(SHEETS)},
            code="profile",
        )
    host, fonts = settings.PLATE_HOST, press.fonts()
    design = read_design(source_of(ALLEY_SIGN), host=host, sheet=sheet, fonts=fonts)
    face = _face(street, board_of(user, street), host)
    out = io.BytesIO()
    proof = why_not_printable(host) is not None
    write_plates(out, [face], design=design, sheet=sheet, fonts=fonts, proof=proof, title=face.street)
    return out.getvalue()


def file_name(street: Street, sheet_name: str) -> str:
    """Return the name of the file as an official would look for it: bien-ten-ngo-dinh-420x297mm.pdf."""
    sheet = SHEETS[sheet_name]
    name = "-".join(fold(street.full_name).replace("/", "-").split())
    return f"bien-ten-{name}-{round(sheet.page_width)}x{round(sheet.page_height)}mm.pdf"


def numbers_said(houses: Iterable[BoardHouse]) -> str:
    """Return which numbers stand in an alley, side by side: "1 – 45, 2 – 38"."""
    by_side: dict[int, list[str]] = {LEFT: [], RIGHT: []}
    for house in houses:
        if house.number:
            by_side.setdefault(house.side, []).append(house.number)
    said = []
    for numbers in by_side.values():
        if numbers:
            first, last = min(numbers, key=natural_key), max(numbers, key=natural_key)
            said.append(first if first == last else f"{first} – {last}")
    return ", ".join(said)


def _face(street: Street, board: Board, host: str) -> PlateFace:
    own = [house for house in board.houses if house.street == 0]
    province = street.commune.parent
    return PlateFace(
        token="",
        house_code="",
        plus_code="",
        number="",
        street=board.title,
        village=street.village.full_name if street.village else "",
        commune=street.commune.full_name,
        province=province.full_name if province else "",
        host=host,
        url=board.url or alley_url(host, street.pk),
        numbers=numbers_said(own) or numbers_said(board.houses),
    )

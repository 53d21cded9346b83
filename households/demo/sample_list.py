"""A list as a village head keeps it, to try the import on: a new street of the demo commune, with some mistakes.

Title rows above the header, coordinates with a decimal comma, a phone that lost its zero, a name in NFD; and rows
that must be refused: outside the commune, latitude 95, no position, a village that does not exist, a size in words.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from households.demo.commune import Commune, DemoHouse

_HEADER: Final = (
    "STT", "Chủ hộ", "Số nhà", "Đường, ngõ", "Thôn", "Số điện thoại", "Số khẩu", "Vĩ độ", "Kinh độ",
)  # fmt: skip
_WIDTHS: Final = (6, 26, 9, 20, 18, 16, 9, 14, 14)


def write(drawn: Commune, path: Path) -> int:
    """Write the list as XLSX; return its number of rows. Raises OSError."""
    rows = [_row(drawn, house, place) for place, house in enumerate(drawn.new_houses)]
    rows[5][1] = unicodedata.normalize("NFD", str(rows[5][1]))
    rows[8][4] = str(rows[8][4]).upper()
    _spoil(rows)
    known = next(house for house in drawn.houses if house.number and house.street and house.households)
    rows.append(_row(drawn, known, 0))  # stands in the demo already
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    for line, title in enumerate(("ỦY BAN NHÂN DÂN XÃ QUẢNG BÌNH", "DANH SÁCH NHÀ KHU DÂN CƯ MỚI (minh họa)"), 1):
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(_HEADER))
        sheet.cell(line, 1, title).font = Font(bold=True, size=13)
        sheet.cell(line, 1).alignment = Alignment(horizontal="center")
    sheet.append([])
    sheet.append(_HEADER)
    for cell in sheet[4]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True)
    for place, row in enumerate(rows, start=1):
        sheet.append([place, *row[1:]])
    for cell, width in zip(sheet[4], _WIDTHS, strict=True):
        sheet.column_dimensions[cell.column_letter].width = width
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return len(rows)


def _row(drawn: Commune, house: DemoHouse, place: int) -> list[object]:
    household = house.households[0] if house.households else None
    phone = household.phone if household else ""
    return [
        0,
        household.head_name if household else "",
        house.number,
        house.street,
        drawn.villages[house.village][0],
        int(phone) if phone and place % 3 == 0 else phone,  # Excel took it for a number
        household.size if household else None,
        f"{house.point.y:.6f}".replace(".", ","),
        f"{house.point.x:.6f}".replace(".", ","),
    ]


def _spoil(rows: list[list[object]]) -> None:
    """Make the mistakes that lists have, each in a row of its own."""
    rows[11][7] = "95,670000"
    rows[15][8] = "105,850000"  # four kilometres to the east
    rows[19][7] = rows[19][8] = None
    rows[23][4] = "Thôn Không Có"
    rows[27][6] = "hai người"
    rows[31][5] = "09000"

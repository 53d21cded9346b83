"""A laboratory's sheet as it comes by post, to try the import on: twenty new samples, and eight things amiss. Pure.

Title rows, a header in two rows with units, a decimal comma, a footer with signatures. Amiss are a pH whose comma was
lost, a negative, a value below detection, a "vết", a depth upside down, a sample in another province, a sample that
stands twice, and a column of something that nobody defined.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from mapping import crs
from soil_map.demo import land

_HEADER: Final = (
    "STT", "Ký hiệu mẫu", "X (m)", "Y (m)", "Độ sâu (cm)", "Ngày lấy mẫu", "pH(KCl)", "Chất hữu cơ OM", "N tổng số",
    "Lân dễ tiêu", "Kali dễ tiêu", "CEC", "Độ xốp lạ",
)  # fmt: skip
_UNITS: Final = ("", "", "", "", "", "", "", "%", "%", "mg P/kg", "mg K₂O/100g", "meq/100g", "%")
_METHODS: Final = (
    "ph_kcl", "om_walkley_black", "n_kjeldahl", "p_oniani", "k_ammonium_acetate", "cec_ammonium_acetate",
)  # fmt: skip
_DECIMALS: Final = (1, 2, 3, 1, 1, 1)
_ROWS: Final = 20
_P_OF_P2O5_MG_KG: Final = 10 / 2.2914  # mg P2O5/100 g as mg P/kg


def write(path: Path, outline: shapely.Polygon, zone: int) -> int:
    """Write the sheet as XLSX for samples in `outline` (metres around the centre); return its rows. Raises OSError."""
    rows = _rows(outline, zone)
    book = Workbook()
    sheet = book.active
    sheet.title = "Kết quả"
    width = len(_HEADER)
    for line, title in enumerate(("PHÒNG PHÂN TÍCH ĐẤT (minh họa)", "PHIẾU KẾT QUẢ PHÂN TÍCH ĐẤT NÔNG NGHIỆP"), 1):
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=width)
        sheet.cell(line, 1, title).font = Font(bold=True, size=13)
        sheet.cell(line, 1).alignment = Alignment(horizontal="center")
    sheet.cell(3, 1, "Hệ tọa độ VN-2000, kinh tuyến trục 105°00′, múi 3°. X là tọa độ bắc, Y là tọa độ đông.")
    sheet.append([])
    sheet.append(_HEADER)
    sheet.append(_UNITS)
    for cell in (*sheet[5], *sheet[6]):
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, horizontal="center")
    for row in rows:
        sheet.append(row)
    sheet.append([])
    sheet.append(["", "Ghi chú: kết quả chỉ có giá trị với mẫu đã nhận."])
    sheet.append(["", "Người phân tích", "", "", "Trưởng phòng"])
    for column, wide in zip("ABCDEFGHIJKLM", (6, 14, 14, 13, 12, 14, 10, 12, 10, 12, 14, 11, 11), strict=True):
        sheet.column_dimensions[column].width = wide
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return len(rows)


def _rows(outline: shapely.Polygon, zone: int) -> list[list[object]]:
    rng = random.Random(8)  # noqa: S311 - the same at every run, on purpose
    inner = outline.buffer(-60)
    west, south, east, north = inner.bounds
    places: list[tuple[float, float]] = []
    while len(places) < _ROWS:
        point = (rng.uniform(west, east), rng.uniform(south, north))
        if inner.contains(shapely.Point(point)):
            places.append(point)
    xs, ys = np.array([p[0] for p in places]), np.array([p[1] for p in places])
    found = land.values(xs, ys)
    centre_x, centre_y = (float(one[0]) for one in crs.from_lonlat(zone, [land.CENTRE[0]], [land.CENTRE[1]]))
    rows: list[list[object]] = []
    for place in range(_ROWS):
        told = [float(found[method][place]) for method in _METHODS]
        told[3] *= _P_OF_P2O5_MG_KG
        rows.append(
            [
                place + 1,
                f"TN{place + 1:02d}",
                _comma(centre_y + ys[place], 2),
                _comma(centre_x + xs[place], 2),
                "0-20",
                f"{5 + place // 5:02d}/11/2025",
                *(_comma(value, places) for value, places in zip(told, _DECIMALS, strict=True)),
                _comma(rng.uniform(40, 55), 1),
            ]
        )
    _spoil(rows)
    return rows


def _spoil(rows: list[list[object]]) -> None:
    """Make the mistakes that sheets have, each in a row of its own."""
    rows[2][6] = "71"
    rows[4][10] = "-8,4"
    rows[6][9] = "<0,5"
    rows[8][9] = "vết"
    rows[10][4] = "20-0"
    rows[12][2], rows[12][3] = "1776543,21", "548210,55"  # near Huế
    rows.append([len(rows) + 1, *rows[14][1:]])


def _comma(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")

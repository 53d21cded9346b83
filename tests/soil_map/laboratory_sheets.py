"""Laboratory sheets as laboratories write them, for the tests of the import. Everything is invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from mapping import crs
from mapping.tables.old_encodings import _LETTERS
from tests.factories import CENTRE

HEADER = ("STT", "Ký hiệu mẫu", "Kinh độ", "Vĩ độ", "Độ sâu (cm)", "pHKCl", "OM (%)")
_TCVN3 = {letter: bytes([start + offset]) for start, run in _LETTERS.items() for offset, letter in enumerate(run)}


def place(number: int) -> tuple[float, float]:
    """A place of its own inside the commune for each number below 400, some 150 m from the next."""
    return CENTRE[0] - 0.014 + number % 20 * 0.0014, CENTRE[1] - 0.014 + number // 20 * 0.0014


def row(number: int = 1, *figures: Any, depth: str = "0-20", code: str = "") -> list[Any]:
    """A good row of a sheet with HEADER; without figures a pH and a humus."""
    lng, lat = place(number)
    told = figures or ("5,2", "2,1")
    return [number, code or f"D{number:02d}", f"{lng:.6f}", f"{lat:.6f}", depth, *told]


def write_csv(folder: Path, rows: list[list[Any]], *, name: str = "phiếu.csv", encoding: str = "utf-8-sig") -> Path:
    """A CSV of the rows, the header among them; "tcvn3" and "cp1258" are what people had before Unicode."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path = folder / name
    path.write_bytes(encoded(text.getvalue(), encoding))
    return path


def encoded(text: str, encoding: str) -> bytes:
    """Text in one of the encodings of Vietnam."""
    if encoding == "tcvn3":
        return b"".join(_TCVN3.get(letter, letter.encode("ascii", "replace")) for letter in text)
    if encoding == "cp1258":
        return _windows_1258(text)
    return text.encode(encoding)


def _windows_1258(text: str) -> bytes:
    """Letters with their own code stay whole, tones follow as marks."""
    import unicodedata

    found = b""
    for letter in text:
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in base if mark in "\u0300\u0301\u0303\u0309\u0323")
            found += unicodedata.normalize("NFC", base.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return found


def write_xlsx(folder: Path, rows: list[list[Any]], *, name: str = "phiếu.xlsx", merged: tuple[str, ...] = ()) -> Path:
    """A workbook of the rows."""
    book = Workbook()
    page = book.active
    page.title = "Kết quả"
    for cells in rows:
        page.append(cells)
    for area in merged:
        page.merge_cells(area)
    path = folder / name
    book.save(path)
    return path


TITLES = [
    ["TRUNG TÂM PHÂN TÍCH ĐẤT VÀ PHÂN BÓN (giả lập)"],
    ["PHIẾU KẾT QUẢ PHÂN TÍCH MẪU ĐẤT, ĐỢT 2025"],
    [],
]
FORM = [
    ["STT", "Ký hiệu mẫu", "Tọa độ VN-2000", "", "Độ sâu", "pHKCl", "OM", "Tổng số (%)", "", "Dễ tiêu", "",
     "CEC", "Zn", "Ngày lấy mẫu"],
    ["", "", "X", "Y", "(cm)", "", "%", "N", "P2O5", "Lân Oniani", "K2O", "lđl/100g", "mg/kg", ""],
    ["", "", "", "", "", "", "", "", "", "mg P/kg", "mg/100g", "", "", ""],
]  # fmt: skip
MERGED = ("C4:D4", "H4:I4", "J4:K4", "A1:N1", "A2:N2")
FOOT = [
    ["", "Trung bình", "", "", "", "5,4", "2,2", "0,12", "0,07", "33", "8", "9", "1,1", ""],
    [],
    ["Ghi chú: vết là dưới ngưỡng phát hiện."],
    ["", "", "", "", "", "", "", "", "", "", "Thanh Hóa, ngày 12 tháng 4 năm 2025"],
    ["", "NGƯỜI PHÂN TÍCH", "", "", "", "", "", "", "", "", "TRƯỞNG PHÒNG"],
]


def faulty_rows() -> list[list[Any]]:
    """Twelve samples in the form's columns with the eight faults of a real sheet: northings under X as surveyors write
    them, a pH without its comma, a negative figure, "<0,05", "vết", a depth upside down, a sample in another province,
    an unknown element, and the last sample twice.
    """
    rows = []
    for number in range(1, 13):
        lng, lat = place(number * 7)
        if number == 9:
            lng, lat = 105.30, 21.0  # far to the north
        east, north = (float(axis[0]) for axis in crs.from_lonlat(5897, [lng], [lat]))
        depth = "20-0" if number == 8 else "0-20"
        ph = {3: "71", 4: "-5,1"}.get(number, f"5,{number % 10}")
        nitrogen = "<0,05" if number == 5 else "0,12"
        available = "vết" if number == 6 else "33"
        rows.append(
            [number, f"TN{number:02d}", f"{north:.1f}", f"{east:.1f}", depth, ph, "2,1", nitrogen, "0,07", available,
             "8", "9,5", "1,1", "15/3/2025"]
        )  # fmt: skip
    rows.append([13, *rows[-1][1:]])
    return rows


def faulty_sheet(folder: Path, kind: str = "xlsx") -> Path:
    """The sheet with the eight faults, as a workbook or as text in one of the encodings."""
    rows = [*TITLES, *FORM, *faulty_rows(), *FOOT]
    if kind == "xlsx":
        return write_xlsx(folder, rows, merged=MERGED)
    return write_csv(folder, rows, encoding=kind, name=f"phiếu {kind}.csv")

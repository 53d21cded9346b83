"""Lists of houses as people write them, for the tests of the import. Everything is invented."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from households.importing import runs
from households.importing.outcome import Outcome
from households.models import ImportRun
from mapping.models import Unit

HEADER = ("Mã hộ", "Số nhà", "Ngõ", "Thôn", "Chủ hộ", "SĐT", "Số nhân khẩu", "Kinh độ", "Vĩ độ")
WEST, EAST = 105.80, 105.82  # longitudes in thôn Đông Hoà and thôn Xa Thư


def row(place: int = 0, **values: Any) -> list[str]:
    """A good row, the `place`-th house along a street: 40 m from its neighbours."""
    cells: dict[str, Any] = {
        "Mã hộ": f"H{place}", "Số nhà": str(place * 2 + 1), "Ngõ": "ngõ Đình", "Thôn": "Đông Hoà",
        "Chủ hộ": f"Nguyễn Văn {'ABCDEGHIKLMNOPQRSTUVXY'[place % 22] * 4}", "SĐT": f"09123456{place:02d}",
        "Số nhân khẩu": "4", "Kinh độ": f"{WEST + place * 0.0004:.6f}", "Vĩ độ": "19.670000",
    }  # fmt: skip
    cells |= {name.replace("_", " "): value for name, value in values.items()}
    return [str(cells[name]) for name in HEADER]


def write_csv(folder: Path, rows: list[list[str]], *, header: tuple[str, ...] = HEADER, name: str = "hộ.csv") -> Path:
    """A CSV as Excel writes it."""
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    return path


def write_xlsx(folder: Path, rows: list[list[Any]], *, name: str = "hộ.xlsx", sheet: str = "Danh sách") -> Path:
    """A workbook with the title of a report above its header."""
    book = Workbook()
    book.active.title = sheet
    book.active.append(["ỦY BAN NHÂN DÂN XÃ BÌNH MINH"])
    book.active.append(["DANH SÁCH HỘ GIA ĐÌNH NĂM 2026"])
    book.active.append([])
    for cells in rows:
        book.active.append(cells)
    path = folder / name
    book.save(path)
    return path


def bring(
    path: Path, commune: Unit, user: Any = None, *, with_doubles: bool = False, srid: int = 4326, swapped: bool = False
) -> tuple[ImportRun, Outcome]:
    """Import a file whose coordinates someone has confirmed."""
    reading = runs.look(path, path.name).reading
    if reading.places:
        reading = replace(reading, srid=srid, swapped=swapped)
    return runs.import_at_once(
        path=path, name=path.name, reading=reading, commune=commune, user=user, with_doubles=with_doubles
    )

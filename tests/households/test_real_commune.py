"""The main job on a real outline, from a spreadsheet of 5,000 rows to plates that lead to their own houses.

`SONHA_BOUNDARIES=FILE script/test tests/households/test_real_commune.py`, with a file that holds commune 16543.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
import shapely
import zxingcpp
from django.core.management import call_command
from django.test import Client

from households import codes
from households.models import House, Household, Plate
from mapping import crs
from mapping.models import Unit, UnitKind

FILE = os.environ.get("SONHA_BOUNDARIES", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE, reason="SONHA_BOUNDARIES names no file"),
]
ROWS = 5_000
# Among thousands of plates a reader that looks for every kind takes some words in bold for a bar code.
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
HEADER = (
    "TT",
    "Số nhà",
    "Ngõ, đường",
    "Thôn",
    "Họ và tên chủ hộ",
    "Điện thoại",
    "Số khẩu",
    "Vĩ độ",
    "Kinh độ",
    "Ghi chú",
)
VILLAGES = ("Xa Thư", "Đông Hoà", "Phú Cường")
FAMILY, MIDDLE, GIVEN = (
    "Nguyễn Lê Phạm Trần Hoàng",
    "Văn Thị Hữu Đình",
    "An Bình Cường Dung Giang Hoà Khánh Lan Minh Thuý",
)


def points_inside(outline: Any, count: int) -> list[tuple[float, float]]:
    """That many points of the outline, at least some 16 m apart, the same every time."""
    chance, taken, points = random.Random(16543), set(), []
    polygon = shapely.from_wkb(bytes(outline.wkb))
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    while len(points) < count:
        lng, lat = chance.uniform(west, east), chance.uniform(south, north)
        cell = (round(lng / 0.00015), round(lat / 0.00015))
        near = {(cell[0] + x, cell[1] + y) for x in (-1, 0, 1) for y in (-1, 0, 1)}
        if not near & taken and shapely.contains_xy(polygon, lng, lat):
            taken.add(cell)
            points.append((lng, lat))
    return points


def good_rows(outline: Any) -> list[list[Any]]:
    chance = random.Random(5000)
    rows = []
    for index, (lng, lat) in enumerate(points_inside(outline, ROWS), start=1):
        name = " ".join(chance.choice(part.split()) for part in (FAMILY, MIDDLE, GIVEN))
        phone = "" if index % 5 == 0 else 912_000_000 + index  # as a number: Excel has dropped the leading zero
        number = f"{index // 50 % 40 + 1}/{index % 50 + 1}" if index % 3 == 0 else str(index)
        place = (f"{lat:.7f}".replace(".", ","), f"{lng:.7f}".replace(".", ","))
        rows.append(
            [index, number, f"Ngõ {index % 90 + 1}", VILLAGES[index % 3], name, phone, index % 7 + 1, *place, ""]
        )
    return rows


# Row of the list → what is wrong with it, and what the report must say.
FAULTS: dict[int, tuple[int, Any, str]] = {
    10: (7, "95,123", "95"),  # a latitude that does not exist
    20: (7, "", "phải có tọa độ"),  # no coordinate
    30: (7, "khoảng giữa làng", "tọa độ"),  # no number
    40: (7, "SWAP", "đảo"),  # latitude and longitude exchanged
    50: (7, "19,9500000", "ngoài"),  # some 30 km away
    60: (3, "Thôn Không Có", "thôn"),
    70: (5, "khong co so", "điện thoại"),
    80: (6, "rất đông", "người"),
    90: (4, "N" * 140, "nhiều nhất 100 chữ"),
    100: (1, "số nhà dài hơn hai mươi ký tự", "nhiều nhất 20 chữ"),
}


def write_list(path: Path, rows: list[list[Any]]) -> None:
    """An official's list: title rows above the header, every tenth of the first rows wrong in its own way."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    sheet.append(["ỦY BAN NHÂN DÂN XÃ QUẢNG BÌNH"])
    sheet.append(["DANH SÁCH NHÀ VÀ HỘ (dữ liệu thử, không có thật)"])
    sheet.append([])
    sheet.append(HEADER)
    for row in rows:
        fault = FAULTS.get(row[0])
        if fault is not None:
            column, value, _ = fault
            if value == "SWAP":
                row[7], row[8] = row[8], row[7]
            else:
                row[column] = value
        sheet.append(row)
    book.save(path)


def test_a_list_of_five_thousand_rows_becomes_plates_that_lead_home(tmp_path: Path, capsys: Any) -> None:
    call_command("load_boundaries", FILE, "--parent", "38", "--parent-name", "Thanh Hóa")
    commune = Unit.objects.communes().get(code="16543")
    for number, name in enumerate(VILLAGES, start=1):
        Unit.objects.create(
            kind=UnitKind.VILLAGE, code=f"16543-{number:02d}", name=name, designation="Thôn", parent=commune,
            vn2000_srid=commune.vn2000_srid,
        )  # fmt: skip
    path, report = tmp_path / "danh-sach.xlsx", tmp_path / "loi.xlsx"
    write_list(path, good_rows(commune.outline))
    capsys.readouterr()
    with pytest.raises(SystemExit) as status:
        call_command("import_houses", str(path), commune="16543", report=report)
    print(capsys.readouterr().out)
    assert status.value.code == 1, "some rows were refused"
    written = ROWS - len(FAULTS)
    assert (House.objects.count(), Household.objects.count()) == (written, written)

    refused = {
        row[1]: row for row in openpyxl.load_workbook(report)["Không nhập được"].iter_rows(min_row=2, values_only=True)
    }
    assert set(refused) == {line + 4 for line in FAULTS}
    for line, (column, _, says) in FAULTS.items():
        sheet, _, letter, title, reason = refused[line + 4]
        assert sheet == "Danh sách"
        # What concerns the point as a whole is told at its first column.
        assert title in (HEADER[column], HEADER[8] if column == 7 and line not in (10, 30) else "")
        assert letter == "ABCDEFGHIJ"[HEADER.index(title)]
        print(line + 4, letter, title, reason)
        assert says in reason.lower()

    with pytest.raises(SystemExit):
        call_command("import_houses", str(path), commune="16543")
    assert House.objects.count() == written, "the same list again adds nothing"

    plates = tmp_path / "bien.pdf"
    call_command("print_plates", commune="16543", proof=True, output=plates)
    house_of_url = {
        codes.plate_url("localhost", plate.token, plate.plus_code): plate.house
        for plate in Plate.objects.select_related("house")
    }
    decoded = []
    for page in pypdfium2.PdfDocument(plates):
        picture = page.render(scale=150 / 72, grayscale=True).to_numpy()
        decoded += [symbol.text for symbol in zxingcpp.read_barcodes(picture, formats=QR_CODE)]
    assert len(decoded) == written
    assert {house_of_url[text].pk for text in decoded} == set(House.objects.values_list("pk", flat=True))

    house = house_of_url[decoded[0]]
    page = Client().get(decoded[0].removeprefix("https://LOCALHOST")).content.decode()
    assert codes.format_house_code(house.code) in page
    assert "Quảng Bình" in page
    assert house.households.get().head_name not in page
    lng, lat = house.location.coords
    assert crs.distance_m(5897, lng, lat, lng, lat) == 0
    assert codes.google_maps_url(lat, lng).replace("&", "&amp;") in page

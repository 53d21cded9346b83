"""Files we write: a cell is never a formula, and what comes back is what went out."""

from __future__ import annotations

import csv
import datetime
import io
import struct
import tracemalloc
from collections.abc import Iterator
from typing import Any

import openpyxl
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.exporting import Column, write_csv, write_geopackage, write_xlsx
from mapping.formula_guard import guarded, unguarded

HOSTILE = ["=1+1", "+84912345678", "-3", "@SUM(A1)", "\tx", "\rx", "'=1", "'", '=HYPERLINK("http://x")', "＝1", "12/5"]
COLUMNS = [Column("Tên"), Column("Số", "whole"), Column("Ngày", "date")]


def test_a_sheet_keeps_every_text_as_text(tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    texts = [text for text in HOSTILE if text != "\rx"]  # XML itself reads a carriage return as a line feed
    assert write_xlsx(path, title="Xã [1]/2", columns=COLUMNS, rows=[(text, 3, None) for text in texts]) == len(texts)
    sheet = openpyxl.load_workbook(path).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet["B2"].value == 3 and sheet["C2"].value is None
    assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold


def test_a_sheet_drops_what_xml_cannot_hold(tmp_path) -> None:
    write_xlsx(tmp_path / "a.xlsx", title="a", columns=[Column("Tên")], rows=[("a\x00\x0bb",)])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == "ab"


def test_csv_opens_in_excel_as_utf8_and_holds_no_formula() -> None:
    target = io.BytesIO()
    write_csv(target, columns=COLUMNS, rows=[(text, None, datetime.date(2026, 11, 24)) for text in HOSTILE])
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Tên", "Số", "Ngày"]
    assert rows[1][1:] == ["", "2026-11-24"]
    assert not [row[0] for row in rows[1:] if row[0][0] in "=+-@\t\r＝"]
    assert [unguarded(row[0]) for row in rows[1:]] == HOSTILE


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_csv_is_split_at_the_separator_of_another_country(separator: str) -> None:
    target = io.BytesIO()
    texts = ["+84;=cmd|calc", 'a\t=1";"=2', "b,=3"]
    write_csv(target, columns=[Column("Tên")], rows=[(text,) for text in texts])
    rows = csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline=""), delimiter=separator)
    assert list(rows) == [["Tên"], ["'" + texts[0]], [texts[1]], [texts[2]]]


@given(st.text(alphabet="'=+-@\t\ra1", max_size=6))
def test_the_guard_is_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_points_and_values_come_back_from_a_geopackage(tmp_path) -> None:
    path = tmp_path / "a.gpkg"
    rows = [(105.8 + i / 1e4, 19.67, (f"=Hoà {i}", None if i else 4, datetime.date(2026, 1, 2))) for i in range(3)]
    assert write_geopackage(path, layer="houses", columns=COLUMNS, rows=rows) == 3
    info = pyogrio.read_info(path)
    assert info["crs"] == "EPSG:4326" and info["geometry_type"] == "Point" and info["features"] == 3
    _meta, _fids, geometry, fields = pyogrio.raw.read(path, columns=["Tên", "Số"])
    assert list(fields[0]) == ["=Hoà 0", "=Hoà 1", "=Hoà 2"]
    assert str(fields[1][0]) == "4.0" and str(fields[1][1]) == "nan"
    assert geometry[0][5:] == struct.pack("<dd", 105.8, 19.67)


def test_an_empty_list_is_a_file_with_its_columns(tmp_path) -> None:
    assert write_geopackage(tmp_path / "a.gpkg", layer="houses", columns=COLUMNS, rows=[]) == 0
    assert list(pyogrio.read_info(tmp_path / "a.gpkg")["fields"]) == ["Tên", "Số", "Ngày"]
    assert write_xlsx(tmp_path / "a.xlsx", title="a", columns=COLUMNS, rows=[]) == 0


@pytest.mark.parametrize("write", ["xlsx", "gpkg"])
def test_memory_does_not_grow_with_the_list(tmp_path, write: str) -> None:
    def rows(count: int) -> Iterator[Any]:
        for number in range(count):
            values = (f"Nguyễn Văn An {number}" * 5, number, None)
            yield values if write == "xlsx" else (105.8, 19.67, values)

    def peak(count: int) -> int:
        tracemalloc.start()
        if write == "xlsx":
            write_xlsx(tmp_path / f"{count}.xlsx", title="a", columns=COLUMNS, rows=rows(count))
        else:
            write_geopackage(tmp_path / f"{count}.gpkg", layer="a", columns=COLUMNS, rows=rows(count))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(16_000) < 1.5 * peak(6_000) + 1_000_000

"""The lists of imports, changes and batches as files: the rows of the page, for whoever may see it."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from households.importing import runs
from households.models import PlateBatch
from mapping import changes
from mapping.models import ChangeSet, Unit
from tests import factories
from tests.households.lists import row, write_csv


def sheet_of(answer: HttpResponse) -> list[tuple[Any, ...]]:
    """The rows of a downloaded workbook, the header first."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [tuple(cell.value for cell in cells) for cells in book.active.iter_rows()]


def table_of(answer: HttpResponse) -> list[list[str]]:
    """The rows of a downloaded CSV, the header first."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def done(commune: Unit, officer: Any, tmp_path: Path) -> None:
    """One import, two changes and two batches; names that a spreadsheet would take for formulas."""
    path = write_csv(tmp_path, [row(0)], name="=1+1.csv")
    runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
    changes.begin(kind="house.edit", subject="123-456-782 · 12/5 ngõ Đình", commune=commune, user=officer)
    changes.begin(kind="import", subject="=cmd|x", commune=commune, user=officer)
    ChangeSet.objects.filter(kind="house.edit").update(undone_at="2026-03-01T03:00:00Z", undone_by=officer)
    kept = {"commune": commune, "created_by": officer, "profile_name": "A4", "host": "sonha.example.vn"}
    PlateBatch.objects.create(number=1, design_name="@Hỏng", state="failed", **kept)
    PlateBatch.objects.create(number=2, design_name="Biển", is_proof=True, plate_count=9, page_count=2, **kept)


def test_the_files_have_the_rows_of_the_pages_the_latest_first(officer_client: Client, done: None) -> None:
    answer = officer_client.get("/imports/export.xlsx")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="cac-lan-nhap-')
    header, only = sheet_of(answer)
    assert header == ("Tệp", "Xã", "Lúc", "Người nhập", "Số dòng", "Tình trạng")
    assert only[:2] == ("=1+1.csv", "Bình Minh") and only[3:] == ("Lê Thị Lan", None, "đã nhận tệp")
    assert isinstance(only[2], datetime.datetime)
    header, later, earlier = sheet_of(officer_client.get("/changes/export.xlsx"))
    assert later[1:6] == ("Nhập danh sách", "=cmd|x", "Xã Bình Minh", "Lê Thị Lan", None)
    assert earlier[1:3] == ("Sửa nhà", "123-456-782 · 12/5 ngõ Đình")
    assert earlier[5:] == (datetime.datetime(2026, 3, 1, 10), "Lê Thị Lan")
    header, waiting, failed = sheet_of(officer_client.get("/plates/export.xlsx"))
    assert (*header[:2], *header[3:6]) == ("Xã", "Lô", "Người đặt", "Mẫu biển", "Khổ giấy")
    assert waiting[:2] == ("Bình Minh", 2) and isinstance(waiting[2], datetime.datetime)
    assert waiting[3:] == ("Lê Thị Lan", "Biển", "A4", 9, 2, "đang chờ in", "có", None)
    assert failed[4:] == ("@Hỏng", "A4", None, None, "không xong", None, None)


@pytest.mark.parametrize(
    ("name", "column", "cell"), [("imports", 0, "'=1+1.csv"), ("changes", 2, "'=cmd|x"), ("plates", 4, "'@Hỏng")]
)
def test_in_a_csv_no_cell_is_a_formula(officer_client: Client, done: None, name: str, column: int, cell: str) -> None:
    assert cell in [cells[column] for cells in table_of(officer_client.get(f"/{name}/export.csv"))]
    page = officer_client.get(f"/{name}/").content.decode()
    assert f'href="/{name}/export.xlsx"' in page and f'href="/{name}/export.csv"' in page


@pytest.mark.parametrize("name", ["imports", "changes", "plates"])
def test_the_files_are_for_whoever_may_see_the_page(
    officer_client: Client, stranger: Any, viewer: Any, done: None, name: str
) -> None:
    assert officer_client.get(f"/{name}/export.gpkg").status_code == 404  # these lists have no places
    client = Client()
    client.force_login(stranger)
    assert len(table_of(client.get(f"/{name}/export.csv"))) == 1
    client.force_login(viewer)
    assert client.get(f"/{name}/export.csv").status_code == 403


def test_an_officer_of_a_village_gets_the_changes_made_there_alone(commune: Unit, done: None) -> None:
    client = Client()
    client.force_login(factories.user("thon", "Vũ Thôn", officer_of=factories.village(commune)))
    assert len(table_of(client.get("/changes/export.csv"))) == 1

"""No file that leaves makes a spreadsheet calculate, fetch or run anything, whatever people have typed."""

from __future__ import annotations

import ast
import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from households.importing import runs
from households.importing.fields import Reading
from households.models import House, Household
from mapping import exporting, files
from mapping.formula_guard import unguarded
from mapping.importing import ReportSheet, report_file
from mapping.models import ChangeSet, StoredFile, Unit
from tests.test_urls import TABLE, World, clients, world

__all__ = ["clients", "world"]  # fixtures

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {
    "mapping/exporting.py", "mapping/importing.py",
    "households/demo/sample_list.py", "soil_map/demo/laboratory_sheet.py",
}  # fmt: skip
FORMULAS = ('=HYPERLINK("http://x.example";"bấm")', "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", "'=1+1")
_DANGEROUS = re.compile("[=+\\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def check_csv(content: bytes) -> int:
    """How many guarded cells there are; asserts that there is no other."""
    text = content.decode("utf-8-sig")
    guarded = 0
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not _DANGEROUS.match(cell) or _NUMBER.fullmatch(cell), cell
            guarded += cell != unguarded(cell)
    # Excel may split at the separator of its country: no piece of a line may begin a formula either.
    assert re.fullmatch(r'(?:"(?:[^"]|"")*"(?:,|\r\n|$))*', text)
    return guarded


def check_xlsx(content: bytes) -> int:
    """How many cells hold a text that begins as a formula does; asserts that none is one, and none is a link."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            assert "externalLink" not in name and "vbaProject" not in name
            if name.startswith("xl/worksheets/sheet"):
                sheet = packed.read(name).decode()
                assert (
                    "<f>" not in sheet
                    and "<f " not in sheet
                    and "hyperlink" not in sheet.lower().split("<sheetdata")[0]
                )
    texts = 0
    for page in openpyxl.load_workbook(io.BytesIO(content)):
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None
                texts += isinstance(cell.value, str) and bool(_DANGEROUS.match(cell.value))
    return texts


def check(answer: HttpResponse) -> int | None:
    """What is in a spreadsheet that was downloaded; None where it is none."""
    kind = answer.headers.get("Content-Type", "")
    if not answer.headers.get("Content-Disposition", "").startswith("attachment"):
        return None
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind.startswith("text/csv"):
        return check_csv(content)
    return check_xlsx(content) if kind == exporting.XLSX else None


def poison(world: World) -> None:
    """Put formulas into whatever people can type."""
    House.objects.update(number=FORMULAS[1], street=FORMULAS[0], note=FORMULAS[2])
    Household.objects.update(head_name=FORMULAS[3], note=FORMULAS[0])
    Unit.objects.exclude(pk=world.commune.parent_id).update(name=FORMULAS[1], designation="=")
    get_user_model().objects.update(full_name=FORMULAS[2])
    StoredFile.objects.update(name=FORMULAS[1])
    ChangeSet.objects.update(subject=FORMULAS[0])


def test_every_list_that_any_address_gives_is_guarded(world: World, clients: dict[str, Client]) -> None:
    poison(world)
    found: dict[str, int | None] = {}
    for name, row in TABLE.items():
        if row.method != "GET":
            continue
        path = row.path(world)
        stem, _dot, suffix = path.partition(".")
        asked = [path]
        if name.startswith("export"):
            query = suffix.partition("?")[2]
            asked += [f"{stem}.{kind}" + (f"?{query}" if query else "") for kind in ("csv", "xlsx")]
        for address in asked:
            for person in ("officer", "administrator"):
                answer = clients[person].get(address)
                if (texts := check(answer)) is not None:
                    found[address] = max(found.get(address) or 0, texts)
    # A list with numbers asks for the reason first; what that gives is guarded as well.
    asked_for = clients["officer"].post(
        TABLE["export_numbers"].path(world), {"numbers": ["phone"], "reason": FORMULAS[0]}
    )
    found["numbers"] = check(asked_for)
    assert found["numbers"] is not None and found["numbers"] >= 5
    exporters = {TABLE[name].path(world) for name in TABLE if name.startswith("export") and name != "export_numbers"}
    assert exporters <= found.keys(), exporters - found.keys()
    assert sum(".csv" in address for address in found) >= 4
    for address, texts in found.items():
        if "houses/export" in address:
            assert texts is not None and texts >= 5, f"{address}: the formulas have to come out, as texts"


def test_the_report_of_an_import_is_guarded(commune: Unit, officer: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = "".join(f"{text.strip()};{text.strip()};x;y\n".replace('"', "") for text in FORMULAS)
    path.write_text("=Số nhà;+Chủ hộ;Vĩ độ;Kinh độ\nSố nhà;Chủ hộ;Vĩ độ;Kinh độ\n" + rows, encoding="utf-8")
    run = runs.start(path=path, name="=1+1.csv", content_type="", commune=commune, user=officer)
    reading = replace(Reading.from_json(run.reading), srid=4326)
    run.reading = reading.to_json()
    run.save()
    found = runs.check(run=run, user=officer)
    assert found.refuse >= len(FORMULAS)
    run.refresh_from_db()
    assert run.report_file is not None
    check_xlsx(files.path_of(run.report_file).read_bytes())


def test_whatever_a_report_quotes_is_text() -> None:
    with report_file([ReportSheet("t", ("=1+1", "b"), [(text, 5) for text in FORMULAS])]) as path:
        assert check_xlsx(path.read_bytes()) >= len(FORMULAS) - 1


@given(st.lists(st.text(max_size=20) | st.sampled_from(FORMULAS), min_size=1, max_size=6))
def test_any_text_leaves_as_text_and_comes_back(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    columns = [exporting.Column(f"c{at}") for at in range(len(texts))]
    out = io.BytesIO()
    exporting.write_csv(out, columns=columns, rows=[texts])
    check_csv(out.getvalue())
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert [unguarded(cell) for cell in rows[1]] == texts
    out = io.BytesIO()
    exporting.write_xlsx(out, title="t", columns=columns, rows=[texts])
    check_xlsx(out.getvalue())


def test_nothing_else_writes_spreadsheets() -> None:
    """A new exporter uses `mapping/exporting.py`; whoever writes cells by hand is found here."""
    found = set()
    for floor in ("config", "mapping", "households", "soil_map"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if called.split(".")[-1] in ("Workbook", "DictWriter") or called == "csv.writer":
                    found.add(path.relative_to(ROOT).as_posix())
    assert found == WRITERS

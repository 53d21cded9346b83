"""`manage.py import_soil` of soil units and parcels: options for what a file does not say, and what it answers."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mapping.models import Unit
from soil_map.models import Parcel, SoilImport, SoilMapVersion, SoilUnit
from tests.soil_map import polygon_files

pytestmark = pytest.mark.django_db

MAP = {"kind": "soil-units", "map": "Bản đồ đất", "legend": "Phân loại đất Việt Nam", "edition": "1976"}


def told(path: Path, commune: Unit, *, status: int = 0, **options: Any) -> str:
    """What the command says; it ends with `status`."""
    out = io.StringIO()
    try:
        call_command("import_soil", str(path), commune=commune.code, stdout=out, stderr=io.StringIO(), **options)
    except SystemExit as ended:
        assert ended.code == status
    else:
        assert status == 0
    return out.getvalue()


def test_a_file_of_units_comes_in_and_then_changes_nothing(commune: Unit, tmp_path: Path) -> None:
    path = polygon_files.shapefile(tmp_path, polygon_files.soil_rows())
    assert "9 vùng mới" in told(path, commune, dry_run=True, **MAP)
    assert not SoilMapVersion.objects.exists() and not SoilImport.objects.exists()
    asked = told(path, commune, status=1, **MAP)  # the zone and UTM 48 both fit
    assert "EPSG:3405" in asked and re.search(r"cách đó 65[0-9] m", asked) and "--confirm" in asked
    assert not SoilMapVersion.objects.exists()
    assert "Đã ghi: 9 mới." in told(path, commune, confirm=True, **MAP)
    assert SoilUnit.objects.count() == 9
    assert "mọi thứ trong tệp đã có" in told(path, commune, confirm=True, **MAP)


def test_what_is_open_is_asked_with_the_options_that_answer(commune: Unit, tmp_path: Path) -> None:
    path = polygon_files.closed_drawing(tmp_path, polygon_files.parcel_rows(), "so_thua")
    said = told(path, commune, kind="parcels", status=1)
    assert "--crs EPSG:5897: 9 trong 9 vùng nằm trong xã" in said and "tờ bản đồ số mấy" in said
    assert not Parcel.objects.exists()
    said = told(path, commune, kind="parcels", crs="EPSG:5897", sheet="12")
    assert "Đã ghi: 9 mới." in said
    assert Parcel.objects.filter(sheet="12").count() == 9


def test_columns_can_be_named_and_refusals_go_into_a_report(commune: Unit, tmp_path: Path) -> None:
    rows = [({"a": "Pg", "b": "Fl 80 %, Gl 40 %"}, shape) for shape in polygon_files.squares(2)[:1]]
    rows.append(({"a": "Pg", "b": "Fl 80 %, Gl 20 %"}, polygon_files.squares(2)[1]))
    report = tmp_path / "báo cáo.csv"
    path = polygon_files.geojson(tmp_path, rows)
    told(path, commune, status=1, column=["symbol=a", "name1=b"], report=report, **MAP)
    unit = SoilUnit.objects.get()
    assert [(part.name, part.percent) for part in unit.components.all()] == [("Fl", 80.0), ("Gl", 20.0)]
    lines = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert lines[1][:4] == ["Không nhập", "1", "b", "Các tỷ lệ đất cộng lại thành 120,0 %; phải không quá 100 %."]

"""`manage.py import_houses`: its exit statuses, what it says, and that it asks when coordinates are ambiguous."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from households.models import House, ImportRun
from mapping import crs
from mapping.models import StoredFile, Unit
from tests import factories
from tests.households.lists import WEST, row, write_csv


def run(path: Path, *options: str, commune: str = "99001") -> tuple[int, str]:
    """Exit status and everything that was said."""
    said = StringIO()
    try:
        call_command("import_houses", str(path), "--commune", commune, *options, stdout=said, stderr=said)
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_a_good_list_ends_with_0_and_one_with_refused_rows_with_1(tmp_path: Path, commune: Unit) -> None:
    status, said = run(write_csv(tmp_path, [row(0), row(1)]))
    assert (status, House.objects.count()) == (0, 2)
    assert "Đã thêm 2 dòng (2 nhà)" in said
    report = tmp_path / "báo cáo.xlsx"
    status, said = run(write_csv(tmp_path, [row(2), row(3, SĐT="12")]), "--report", str(report))
    assert (status, House.objects.count()) == (1, 3)
    assert "Dòng 3, cột F “SĐT”: “12” không phải một số điện thoại" in said
    assert report.read_bytes().startswith(b"PK")


def test_a_dry_run_writes_nothing(tmp_path: Path, commune: Unit) -> None:
    status, said = run(write_csv(tmp_path, [row(0)]), "--dry-run")
    assert (status, House.objects.count(), ImportRun.objects.count(), StoredFile.objects.count()) == (0, 0, 0, 0)
    assert "Sẽ thêm 1 dòng" in said


def test_ambiguous_coordinates_are_listed_and_named_ones_are_taken(tmp_path: Path, commune: Unit) -> None:
    def metres(place: int) -> dict[str, Any]:
        (east,), (north,) = crs.from_lonlat(5897, WEST + place * 0.001, 19.67)
        return {"Kinh_độ": f"{north:.2f}", "Vĩ_độ": f"{east:.2f}"}

    path = write_csv(tmp_path, [row(place, **metres(place)) for place in range(5)])
    status, said = run(path)
    assert (status, House.objects.count()) == (1, 0)
    assert "--crs EPSG:5897 --swap: mét VN-2000, kinh tuyến trục 105°00′" in said
    assert "--crs EPSG:3405 --swap" in said
    status, said = run(path, "--crs", "EPSG:5897", "--swap")
    assert (status, House.objects.count()) == (0, 5)


@pytest.mark.parametrize(
    ("options", "commune_code", "told"),
    [
        ((), "00000", "Không có xã nào mang mã 00000"),
        (("--crs", "EPSG:6956"), "99001", "--crs EPSG:6956 không phải hệ tọa độ nhận được"),
        (("--swap",), "99001", "--swap cần đi cùng --crs"),
    ],
)
def test_bad_arguments_end_with_2(
    tmp_path: Path, commune: Unit, options: tuple[str, ...], commune_code: str, told: str
) -> None:
    status, said = run(write_csv(tmp_path, [row(0)]), *options, commune=commune_code)
    assert status == 2
    assert told in said


def test_a_file_that_is_missing_or_no_list_is_one_sentence(tmp_path: Path, commune: Unit) -> None:
    assert run(tmp_path / "không có.csv")[0] == 2
    broken = tmp_path / "hỏng.xlsx"
    broken.write_bytes(b"PK\x03\x04".ljust(200, b"\0"))
    status, said = run(broken)
    assert status == 1
    assert said.count("\n") == 0
    assert "hỏng.xlsx" in said


def test_doubles_are_added_on_demand(tmp_path: Path, commune: Unit) -> None:
    factories.house(commune, WEST, 19.67)
    path = write_csv(tmp_path, [row(0)])
    assert "1 dòng có thể trùng (bỏ qua)" in run(path)[1]
    assert House.objects.count() == 1
    assert run(path, "--on-duplicate", "add")[0] == 0
    assert House.objects.count() == 2

"""`manage.py import_soil` with laboratory sheets: what it says, asks, writes, and its exit status."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mapping.models import StoredFile, Unit
from soil_map.models import Campaign, Result, Sample, SoilImport
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune)


def run(path: Path, campaign: Campaign, *options: str) -> tuple[int, str]:
    """Exit status and output."""
    said = StringIO()
    named = ["--commune", campaign.commune.code, "--kind", "laboratory", "--campaign", campaign.name]
    try:
        call_command("import_soil", str(path), *named, *options, stdout=said, stderr=StringIO())
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def good_sheet(folder: Path, count: int = 3) -> Path:
    return sheets.write_csv(folder, [list(sheets.HEADER), *(sheets.row(number) for number in range(1, count + 1))])


def test_a_good_sheet_comes_in_and_again_does_nothing(campaign: Campaign, tmp_path: Path) -> None:
    status, said = run(good_sheet(tmp_path), campaign, "--confirm")
    assert status == 0 and "Đã ghi: 3 điểm mới, 3 mẫu mới, 6 kết quả mới." in said
    assert "độ WGS 84" in said and "pHKCl: Độ chua pH · pH(KCl)" in said
    assert SoilImport.objects.get().report["written"]["results"] == 6
    status, said = run(good_sheet(tmp_path), campaign, "--confirm")
    assert status == 0 and "mọi thứ trong tệp đã có" in said
    assert Sample.objects.count() == 3 and SoilImport.objects.count() == 1


def test_a_method_that_nobody_named_is_confirmed_or_nothing_is_written(campaign: Campaign, tmp_path: Path) -> None:
    path = good_sheet(tmp_path)
    status, said = run(path, campaign)
    assert status == 1 and "“OM (%)”: không ghi phương pháp; hệ thống lấy Walkley–Black" in said and "--confirm" in said
    assert not Sample.objects.exists()
    status, said = run(path, campaign, "--method", "OM (%)=om_walkley_black")
    assert status == 0 and Sample.objects.count() == 3


def test_a_published_campaign_is_told_before_anything_is_written(campaign: Campaign, tmp_path: Path) -> None:
    campaign.published_at = timezone.now()
    campaign.save(update_fields=["published_at"])
    status, said = run(good_sheet(tmp_path), campaign, "--confirm")
    assert status == 0 and "3 mẫu không riêng tư" in said
    assert said.index("hiện ngay cho mọi người") < said.index("Đã ghi")


def test_a_dry_run_writes_nothing_and_keeps_no_file(campaign: Campaign, tmp_path: Path, settings: Any) -> None:
    status, said = run(good_sheet(tmp_path), campaign, "--confirm", "--dry-run")
    assert status == 0 and "3 mẫu mới" in said and "Chạy thử" in said
    assert not Sample.objects.exists() and not SoilImport.objects.exists() and not StoredFile.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_what_is_open_is_asked_and_answered_by_options(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.faulty_sheet(tmp_path)
    status, said = run(path, campaign)
    assert status == 1 and "Zn (mg/kg)”: không biết là chỉ tiêu nào" in said
    assert "--crs EPSG:5897 --swap: 12 trong" in said and "--crs EPSG:3405 --swap" in said
    assert not Sample.objects.exists()
    report = tmp_path / "báo cáo.csv"
    status, said = run(
        path,
        campaign,
        "--crs",
        "EPSG:5897",
        "--swap",
        "--leave-out",
        "M",
        "--limit",
        "J=5",
        "--confirm",
        "--report",
        str(report),
    )
    assert status == 1  # some rows were refused, the rest is written
    assert Sample.objects.count() == 10
    with report.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[1][:5] == ["Không nhập", "Kết quả", "9", "F", "pHKCl"] and "có phải 7,1?" in rows[1][5]


def test_method_and_unit_are_named_by_column(campaign: Campaign, tmp_path: Path) -> None:
    lng, lat = sheets.place(1)
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Lân dễ tiêu"]
    path = sheets.write_csv(tmp_path, [header, ["D1", str(lng), str(lat), "12"]])
    named = ["--method", "Lân dễ tiêu=p_olsen", "--unit", "D=mg/kg P", "--depth", "0-20"]
    status, said = run(path, campaign, *named)
    assert status == 0 and "mg/kg P → mg/100 g P₂O₅: × 0,22914" in said
    assert Result.objects.get().value == pytest.approx(12 * 0.22914)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--method", "D=bray"], "không có phương pháp ấy"),
        (["--method", "Q=p_olsen"], "không có cột kết quả"),
        (["--method", "p_olsen"], "CỘT=GIÁ TRỊ"),
        (["--unit", "D=bát"], "không phải đơn vị"),
        (["--crs", "EPSG:6956"], "--crs"),
        (["--depth", "20-0"], "Độ sâu"),
    ],
)
def test_a_bad_option_is_one_sentence_and_changes_nothing(
    campaign: Campaign, tmp_path: Path, options: list[str], says: str
) -> None:
    lng, lat = sheets.place(1)
    path = sheets.write_csv(tmp_path, [["Mã mẫu", "Kinh độ", "Vĩ độ", "Lân dễ tiêu"], ["D1", str(lng), str(lat), "12"]])
    with pytest.raises(CommandError, match=says):
        run(path, campaign, *options)
    assert not SoilImport.objects.exists() and not StoredFile.objects.exists()


def test_a_sheet_of_a_workbook_is_named(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.write_xlsx(tmp_path, [list(sheets.HEADER), sheets.row(1)])
    with pytest.raises(CommandError, match="không có trang “Phụ lục”; các trang có trong tệp: Kết quả"):
        run(path, campaign, "--layer", "Phụ lục")
    assert run(path, campaign, "--layer", "Kết quả", "--confirm")[0] == 0
    assert Sample.objects.count() == 1


def test_a_campaign_that_is_not_there_names_those_that_are(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="“Đợt 2025”"):
        call_command(
            "import_soil", str(good_sheet(tmp_path)), "--commune", campaign.commune.code, "--kind", "laboratory",
            "--campaign", "Đợt 1999",
        )  # fmt: skip

"""Which rows of a laboratory sheet are samples, and whose a sample is that several rows tell."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from mapping.access import Role
from mapping.models import Unit
from soil_map.importing import keeping, laboratory_runs
from soil_map.models import Campaign, Result, Sample, SoilImport
from tests import factories
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db

BY_FIELD = ["Mã mẫu", "Thôn", "Số tờ", "Số thửa", "Độ sâu", "pHKCl"]
WITH_PRIVATE = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "pHKCl", "Riêng tư"]
LONG = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "Chỉ tiêu", "Kết quả", "Đơn vị", "Riêng tư"]


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    soil_factories.parcel(commune)
    return soil_factories.campaign(commune)


def checked(folder: Path, campaign: Campaign, rows: list[list[Any]], **chosen: Any) -> SoilImport:
    path = sheets.write_csv(folder, rows)
    made = keeping.start(
        path=path, name=path.name, commune=campaign.commune, user=None, kind="laboratory", campaign=campaign
    )
    laboratory_runs.check(made, None)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"meaning": "4326"} | chosen))
    assert made.state == "checked", made.report["asked"]
    return made


def written(folder: Path, campaign: Campaign, rows: list[list[Any]]) -> SoilImport:
    made = checked(folder, campaign, rows)
    laboratory_runs.apply(made, None)
    return made


def told(made: SoilImport) -> str:
    return "\n".join(str(cell) for line in laboratory_runs.report_rows(made) for cell in line)


@pytest.mark.parametrize(
    ("code", "village"),
    [
        ("D01", "Cộng Hòa"),
        ("D01", "Tổng Sơn"),
        ("D01", "Trung Bình"),
        ("TB 01", "Xa Thư"),
        ("SD 3", "Xa Thư"),
        ("CV 2", ""),
        ("Max-1", ""),
        ("Cộng Hòa", ""),
        ("Tổng Sơn", ""),
    ],
)
def test_a_sample_of_a_village_or_with_a_code_like_a_mean_comes_in(
    campaign: Campaign, tmp_path: Path, code: str, village: str
) -> None:
    made = checked(tmp_path, campaign, [BY_FIELD, [code, village, "12", "345", "0-20", "5,2"]])
    assert (made.report["counts"]["new"], made.report["counts"]["left_out"]) == (1, 0)


def test_a_village_named_like_a_mean_is_none_in_a_sheet_without_fields_and_depths(
    campaign: Campaign, tmp_path: Path
) -> None:
    soil_factories.site(campaign.commune, code="D01")
    rows = [["Mã mẫu", "Thôn", "pHKCl"], ["D01", "Trung Bình", "5,2"]]
    made = checked(tmp_path, campaign, rows, depth_from="0", depth_to="20")
    assert (made.report["counts"]["new"], made.report["counts"]["left_out"]) == (1, 0)


@pytest.mark.parametrize(
    "row",
    [
        ["Trung bình", "", "", "", "", "5,4"],
        ["Trung bình", "", "", "", "0-20", "5,4"],
        ["TB toàn xã", "", "", "", "", "5,4"],
        ["TB", "", "12", "", "0-20", "5,4"],
        ["Tổng cộng:", "", "", "", "", "108"],
        ["CV (%)", "", "", "", "", "12"],
        ["", "Giá trị lớn nhất", "", "", "", "7,1"],
        ["", "Cộng", "", "", "", "108"],
    ],
)
def test_a_mean_stays_out_and_its_row_is_named(campaign: Campaign, tmp_path: Path, row: list[str]) -> None:
    made = checked(tmp_path, campaign, [BY_FIELD, ["D01", "Xa Thư", "12", "345", "0-20", "5,2"], row])
    assert (made.report["counts"]["new"], made.report["counts"]["rows_refused"]) == (1, 0)
    assert (
        "Bỏ ra 1 dòng không phải mẫu (trung bình, chữ ký, ghi chú): dòng 3." in laboratory_runs.page(made)["left_out"]
    )


def test_a_figure_in_a_field_without_a_code_is_refused_and_not_dropped(campaign: Campaign, tmp_path: Path) -> None:
    made = checked(tmp_path, campaign, [BY_FIELD, ["", "Cộng", "", "", "0-20", "5,2"]])
    assert [(one["row"], one["code"]) for one in made.report["issues"]] == [(2, "no_site")]


def test_the_page_the_command_and_the_report_name_every_row_that_was_left_out(
    client: Client, campaign: Campaign, tmp_path: Path
) -> None:
    sample = ["D01", "Xa Thư", "12", "345", "0-20", "5,2"]
    mean = ["Trung bình", "", "", "", "", "5,4"]
    path = sheets.write_csv(tmp_path, [BY_FIELD, mean, sample, mean, mean, mean])
    said, report = StringIO(), tmp_path / "báo cáo.csv"
    named = ["--commune", campaign.commune.code, "--kind", "laboratory", "--campaign", campaign.name]
    call_command("import_soil", str(path), *named, "--dry-run", "--report", str(report), stdout=said, stderr=StringIO())
    assert "Bỏ ra 4 dòng không phải mẫu (trung bình, chữ ký, ghi chú): dòng 2, 4–6." in said.getvalue()
    with report.open(encoding="utf-8-sig", newline="") as source:
        assert [row[2] for row in csv.reader(source) if row[0] == "Bỏ ra"] == ["2", "4", "5", "6"]
    made = checked(tmp_path, campaign, [BY_FIELD, mean, sample, mean, mean, mean])
    client.force_login(factories.user("nga", role=Role.AGRONOMIST, at=campaign.commune))
    page = client.get(f"/soil/imports/{made.pk}/").content.decode()
    assert "dòng 2, 4–6." in page


def long_rows(*marks: str) -> list[list[Any]]:
    """One sample in a long sheet: a row for each mark of the last column, each of a property of its own."""
    figures = [("pHKCl", "5,2", ""), ("OM (%) Walkley-Black", "2,1", "%"), ("N tổng số Kjeldahl", "0,1", "%")]
    lng, lat = sheets.place(1)
    return [
        LONG,
        *(["D1", str(lng), str(lat), "0-20", *figure, mark] for figure, mark in zip(figures, marks, strict=False)),
    ]


@pytest.mark.parametrize("marks", [("", "x"), ("x", ""), ("", "", "x"), ("không", "x"), ("x", "không", "")])
def test_a_sample_of_several_rows_is_private_once_one_of_them_says_so(
    campaign: Campaign, tmp_path: Path, marks: tuple[str, ...]
) -> None:
    made = written(tmp_path, campaign, long_rows(*marks))
    assert Sample.objects.get().is_private
    assert Result.objects.count() == len(marks) and not made.report["issues"]
    assert ("nói khác nhau về riêng tư" in told(made)) is ("không" in marks)


def wide_rows(mark: str, ph: str = "5,2") -> list[list[Any]]:
    lng, lat = sheets.place(1)
    return [WITH_PRIVATE, ["D1", str(lng), str(lat), "0-20", ph, mark]]


@pytest.mark.parametrize("mark", ["", "-", " "])
def test_an_empty_cell_leaves_a_private_sample_private(campaign: Campaign, tmp_path: Path, mark: str) -> None:
    written(tmp_path, campaign, wide_rows("x"))
    made = written(tmp_path, campaign, wide_rows(mark, "5,4"))
    assert Sample.objects.get().is_private and Result.objects.get().value == 5.4
    assert made.report["counts"]["public"] == 0


@pytest.mark.parametrize("mark", ["✓", "✔", "√", "☑", "☑\ufe0f", "X", "Có."])
def test_a_tick_makes_a_sample_private(campaign: Campaign, tmp_path: Path, mark: str) -> None:
    made = written(tmp_path, campaign, wide_rows(mark))
    assert Sample.objects.get().is_private and not made.report["issues"]


@pytest.mark.parametrize("mark", ["+", "●", "?", "*", "☐", "☒", "/"])
def test_a_sign_that_is_no_tick_is_refused_and_opens_nothing(campaign: Campaign, tmp_path: Path, mark: str) -> None:
    made = checked(tmp_path, campaign, wide_rows(mark))
    assert [(one["row"], one["code"]) for one in made.report["issues"]] == [(2, "private")]
    assert f"“{mark}” không cho biết mẫu riêng tư hay không" in told(made)
    assert not made.report["counts"]["new"]


@pytest.mark.parametrize("mark", ["", "–", "--", "...", "…", " . "])
def test_a_cell_of_dashes_or_dots_says_nothing(campaign: Campaign, tmp_path: Path, mark: str) -> None:
    written(tmp_path, campaign, wide_rows(mark))
    assert not Sample.objects.get().is_private


def test_a_private_sample_becomes_open_by_a_written_no_and_the_check_says_so(
    campaign: Campaign, tmp_path: Path
) -> None:
    written(tmp_path, campaign, wide_rows("x"))
    path = sheets.write_csv(tmp_path, wide_rows("không"))
    said = StringIO()
    named = ["--commune", campaign.commune.code, "--kind", "laboratory", "--campaign", campaign.name]
    call_command("import_soil", str(path), *named, "--dry-run", stdout=said, stderr=StringIO())
    assert "Dòng 2, cột F “Riêng tư”: Mẫu “D1” đang riêng tư; tệp ghi là không" in said.getvalue()
    assert Sample.objects.get().is_private
    made = written(tmp_path, campaign, wide_rows("không"))
    assert not Sample.objects.get().is_private and "không còn riêng tư" in told(made)


def test_an_open_sample_becomes_private_by_a_mark(campaign: Campaign, tmp_path: Path) -> None:
    written(tmp_path, campaign, wide_rows(""))
    assert not Sample.objects.get().is_private
    written(tmp_path, campaign, wide_rows("x"))
    assert Sample.objects.get().is_private


REFUSED = {
    "its figure again": ["0-20", "5,4", "x", "1/3/2025"],
    "a day that is none": ["0-20", "5,4", "x", "hôm qua"],
    "no figure that can be read": ["0-20", "năm", "x", "1/3/2025"],
    "a mark that cannot be read": ["0-20", "5,4", "?", "1/3/2025"],
}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("refused", list(REFUSED))
def test_a_mark_in_a_row_that_is_refused_keeps_its_sample_private(
    campaign: Campaign, tmp_path: Path, refused: str, order: int
) -> None:
    lng, lat = sheets.place(1)
    told_of = ["D1", str(lng), str(lat)]
    both = [[*told_of, "0-20", "5,2", "không", "1/3/2025"], [*told_of, *REFUSED[refused]]]
    made = written(tmp_path, campaign, [[*WITH_PRIVATE, "Ngày lấy mẫu"], *both[::order]])
    assert len(made.report["issues"]) == 1
    assert Sample.objects.get().is_private and made.report["counts"]["public"] == 0
    assert "Các dòng của mẫu “D1” nói khác nhau về riêng tư" in told(made)


def test_a_mark_at_another_place_than_its_sample_keeps_it_private(campaign: Campaign, tmp_path: Path) -> None:
    (lng, lat), (far, _lat) = sheets.place(1), sheets.place(5)
    rows = [["D1", str(lng), str(lat), "0-20", "5,2", ""], ["D1", str(far), str(lat), "0-20", "5,4", "x"]]
    made = written(tmp_path, campaign, [WITH_PRIVATE, *rows, ["D1", "12", str(lat), "20-40", "5,4", "x"]])
    assert sum(1 for one in made.report["issues"]) == 2
    assert Sample.objects.get().is_private


def test_a_written_no_in_a_row_that_is_refused_opens_nothing(campaign: Campaign, tmp_path: Path) -> None:
    written(tmp_path, campaign, wide_rows("x"))
    lng, lat = sheets.place(1)
    again = ["D1", str(lng), str(lat), "0-20", "5,3", "không"]
    made = written(tmp_path, campaign, [*wide_rows("", "5,4"), again])
    assert [one["code"] for one in made.report["issues"]] == ["repeats"]
    assert Sample.objects.get().is_private


def test_the_check_names_samples_that_become_open_before_all_else(campaign: Campaign, tmp_path: Path) -> None:
    """The page shows the first fifty of what stands out."""
    header = [*WITH_PRIVATE, "Số tờ", "Số thửa"]  # whose fields nobody knows, which is told of each

    def rows(mark: str) -> list[list[Any]]:
        places = [sheets.place(number) for number in range(60)]
        return [
            [f"D{at}", str(lng), str(lat), "0-20", "5,2", mark if at == 59 else "", "1", f"{at}"]
            for at, (lng, lat) in enumerate(places)
        ]

    written(tmp_path, campaign, [header, *rows("x")])
    made = checked(tmp_path, campaign, [header, *rows("không")])
    shown = laboratory_runs.page(made)["notes"]
    assert "không còn riêng tư" in shown[0]["reason"] and len(shown) == 50


@pytest.mark.parametrize(
    "label",
    [
        "Trung bình (n=30)",
        "Trung bình 30 mẫu",
        "Min - Max",
        "Max–Min",
        "Giá trị lớn nhất (30 mẫu)",
        "TB (n = 30)",
        "Trung bình tầng 0-20",
        "Trung bình năm 2024",
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_mean_that_counts_its_samples_stays_out(campaign: Campaign, tmp_path: Path, label: str, at: int) -> None:
    mean = ["", "", "", "", "", "5,4"]
    mean[at] = label
    made = checked(tmp_path, campaign, [BY_FIELD, ["D01", "Xa Thư", "12", "345", "0-20", "5,2"], mean])
    assert not made.report["issues"] and made.report["counts"]["new"] == 1
    assert "Bỏ ra 1 dòng không phải mẫu" in laboratory_runs.page(made)["left_out"]


@pytest.mark.parametrize("code", ["TB 01", "Trung Bình 3", "Max-1", "CV 2"])
def test_a_code_with_a_number_in_a_field_is_a_sample(campaign: Campaign, tmp_path: Path, code: str) -> None:
    made = checked(tmp_path, campaign, [BY_FIELD, [code, "Xa Thư", "12", "345", "0-20", "5,2"]])
    assert (made.report["counts"]["new"], made.report["counts"]["left_out"]) == (1, 0)


def test_a_mean_at_the_middle_of_its_places_is_no_sample(campaign: Campaign, tmp_path: Path) -> None:
    lng, lat = sheets.place(2)
    for label in ("Trung bình", "TB:", "Trung bình (n=1)"):
        made = checked(tmp_path, campaign, [*wide_rows(""), [label, str(lng), str(lat), "0-20", "5,3", ""]])
        assert (made.report["counts"]["new"], made.report["counts"]["left_out"]) == (1, 1)

"""Laboratory sheets on their way into a campaign: what is understood, asked, refused, written and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mapping.errors import Conflict, UserError
from mapping.models import Unit
from soil_map.importing import keeping, laboratory_runs, undoing
from soil_map.models import Campaign, Result, Sample, SamplingSite, SoilImport
from tests import factories
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune)


def brought(path: Path, campaign: Campaign, **chosen: Any) -> SoilImport:
    """An import of the file, read once and then again as somebody chose."""
    made = keeping.start(
        path=path, name=path.name, commune=campaign.commune, user=None, kind="laboratory", campaign=campaign
    )
    laboratory_runs.check(made, None)
    if chosen.pop("ask_only", False):
        return made
    chosen.setdefault("meaning", "4326")
    laboratory_runs.check(made, laboratory_runs.chosen(made, chosen))
    return made


def asked(made: SoilImport) -> list[tuple[str, str]]:
    return [(one["question"], one["analysis"]) for one in made.report["asked"]]


def codes(made: SoilImport, kind: str = "issues") -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in made.report[kind]]


def told(made: SoilImport) -> str:
    """All that the report says."""
    return "\n".join(str(cell) for line in laboratory_runs.report_rows(made) for cell in line)


def test_a_plain_sheet_comes_in_once_and_goes_again(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.write_csv(tmp_path, [list(sheets.HEADER), *(sheets.row(number) for number in range(1, 6))])
    made = brought(path, campaign)
    assert made.report["counts"]["new"] == 5 and made.report["counts"]["figures_new"] == 10
    assert not Sample.objects.exists()  # a check writes nothing
    laboratory_runs.apply(made, None)
    assert (SamplingSite.objects.count(), Sample.objects.count(), Result.objects.count()) == (5, 5, 10)
    result = Result.objects.get(sample__site__code="D03", method="ph_kcl")
    assert (result.written, result.value, result.sample.depth_to_cm) == ("5,2", 5.2, 20)
    site = result.sample.site
    assert site.location.coords == pytest.approx(sheets.place(3), abs=1e-6)
    assert site.written_x == f"{sheets.place(3)[0]:.6f}"

    again = brought(path, campaign)
    assert again.report["counts"]["same"] == 5 and not again.report["does_something"]

    assert undoing.undo(made, None) == 20
    assert not SamplingSite.objects.exists() and not Result.objects.exists()
    with pytest.raises(Conflict, match="hoàn tác trước đó"):
        undoing.undo(made, None)


def test_nothing_is_guessed_silently_method_unit_and_system_are_asked(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "pH", "Lân dễ tiêu (mg/kg)", "P2O5 (%)", "Zn", "Chủ ruộng"]
    lng, lat = sheets.place(1)
    path = sheets.write_csv(tmp_path, [header, ["D1", str(lng), str(lat), "5,2", "12", "0,1", "3", "ông An"]])
    made = brought(path, campaign, ask_only=True)
    assert asked(made) == [
        ("method", "c3"), ("method", "c4"), ("ambiguous", "c5"), ("property", "c6"), ("system", ""), ("depth", ""),
    ]  # fmt: skip
    assert made.state == "uploaded" and "counts" not in made.report
    told_of = {
        "meaning": "4326", "column-3": "method:ph_kcl", "column-4": "method:p_olsen",
        "column-5": "method:p_total_digest", "column-6": "out", "depth_from": "0", "depth_to": "20",
    }  # fmt: skip
    laboratory_runs.check(made, laboratory_runs.chosen(made, told_of))
    assert asked(made) == [("unit", "c4")]  # mg/kg of P, or of P₂O₅?
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"unit-c4": "mg/kg P"}))
    assert made.state == "checked"
    (column,) = [one for one in laboratory_runs.page(made)["columns"] if one.get("key") == "c4"]
    assert column["conversion"] == "mg/kg P → mg/100 g P₂O₅: × 0,22914"
    assert column["example"] == "dòng 2: 12 mg/kg P → 2,75 mg/100 g P₂O₅"
    laboratory_runs.apply(made, None)
    assert Result.objects.get(method="p_olsen").value == pytest.approx(12 * 2.2914 / 10)
    assert set(Result.objects.values_list("method", flat=True)) == {"ph_kcl", "p_olsen", "p_total_digest"}


def test_two_methods_in_one_column_are_named(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "P2O5 dt (Oniani/Olsen) (mg/100g)", "pHKCl"]
    lng, lat = sheets.place(1)
    path = sheets.write_csv(tmp_path, [header, ["D1", str(lng), str(lat), "0-20", "5,2", "5"]])
    made = brought(path, campaign)
    assert asked(made) == [("methods_named", "c4")]
    assert "Oniani, Olsen" in told(made)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"column-4": "out"}))
    assert made.report["counts"]["figures_new"] == 1


def test_methods_that_no_header_names_are_listed_before_the_check(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "OM (%)", "OM (%) Tiurin", "N thủy phân (mg/100g)"]
    lng, lat = sheets.place(1)
    path = sheets.write_csv(tmp_path, [header, ["D1", str(lng), str(lat), "0-20", "2,1", "2,4", "8,2"]])
    made = brought(path, campaign, ask_only=True)
    assert asked(made) == [("words", "c5"), ("words", "c6"), ("system", ""), ("confirm", "c4")]
    said = told(made)
    assert "“OM (%)”: không ghi phương pháp; hệ thống lấy Walkley–Black" in said
    assert "chưa hiểu “Tiurin”" in said and "chưa hiểu “thủy phân”" in said
    answers = {"meaning": "4326", "column-5": "out", "column-6": "out"}
    laboratory_runs.check(made, laboratory_runs.chosen(made, answers))
    assert made.report["counts"]["figures_new"] == 1


def test_a_thousand_that_may_be_one_and_a_quarter_is_named(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "P Olsen (mg/kg)"]
    rows = [[*map(str, (f"D{number}", *sheets.place(number))), "0-20", figure]
            for number, figure in enumerate(("88", "1.250", "92,5"))]  # fmt: skip
    made = brought(sheets.write_csv(tmp_path, [header, *rows]), campaign)
    assert codes(made) == [(3, "figure_thousands")]
    assert "“1.250” có thể là 1,25 hoặc 1250" in told(made)
    assert made.report["counts"]["figures_new"] == 2


def test_a_ph_with_three_decimals_among_others_is_taken_and_named(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "pH KCl"]
    rows = [[*map(str, (f"D{number}", *sheets.place(number))), "0-20", figure]
            for number, figure in enumerate(("5,1", "5,125", "4,9"))]  # fmt: skip
    made = brought(sheets.write_csv(tmp_path, [header, *rows]), campaign)
    assert codes(made) == [] and made.report["counts"]["figures_new"] == 3
    assert [(one["row"], one["code"]) for one in made.report["notes"]] == [(3, "figure_as_decimal")]
    assert "“5,125” được hiểu là 5,125, vì Độ chua pH không thể là 5125" in told(made)


def test_a_number_of_a_workbook_is_no_thousand(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "P Olsen (mg/kg)"]
    rows = [[f"D{number}", *sheets.place(number), "0-20", figure] for number, figure in enumerate((88, 1.125, 92.5))]
    made = brought(sheets.write_xlsx(tmp_path, [header, *rows]), campaign)
    assert codes(made) == [] and made.report["counts"]["figures_new"] == 3


def test_a_published_campaign_says_how_many_samples_become_public(campaign: Campaign, tmp_path: Path) -> None:
    header = [*sheets.HEADER, "Riêng tư"]
    rows = [[*sheets.row(1), ""], [*sheets.row(2), "x"], [*sheets.row(3), ""]]
    made = brought(sheets.write_csv(tmp_path, [header, *rows]), campaign)
    assert laboratory_runs.page(made)["publishing"] == ""
    campaign.published_at = timezone.now()
    campaign.save(update_fields=["published_at"])
    made = brought(sheets.write_csv(tmp_path, [header, *rows]), campaign)
    says = "Đợt điều tra này đã công bố: khi nhập, 2 mẫu không riêng tư cùng kết quả hiện ngay cho mọi người."
    assert laboratory_runs.page(made)["publishing"] == says
    assert says in list(laboratory_runs.told(made))


LONG = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "Chỉ tiêu", "Phương pháp", "Kết quả", "ĐVT"]


def long_sheet(folder: Path, *figures: tuple[str, str, str, str]) -> Path:
    """A long sheet: one sample for every two figures."""
    rows = []
    for number, figure in enumerate(figures):
        lng, lat = sheets.place(number // 2)
        rows.append([f"D{number // 2}", f"{lng:.6f}", f"{lat:.6f}", "0-20", *figure])
    return sheets.write_csv(folder, [LONG, *rows])


def test_a_long_sheet_comes_in_figure_by_figure(campaign: Campaign, tmp_path: Path) -> None:
    path = long_sheet(
        tmp_path, ("pH", "KCl", "5,2", ""), ("OM", "Walkley-Black", "2,1", "%"),
        ("pH", "KCl", "5,6", ""), ("Lân dễ tiêu", "Oniani", "120", "mg P2O5/kg"),
    )  # fmt: skip
    made = brought(path, campaign)
    assert made.report["counts"]["new"] == 2, made.report["asked"]
    laboratory_runs.apply(made, None)
    assert Result.objects.get(method="p_oniani").value == pytest.approx(12)
    assert Sample.objects.get(site__code="D0").results.count() == 2


def test_rows_of_another_quantity_or_method_are_asked_about(campaign: Campaign, tmp_path: Path) -> None:
    path = long_sheet(
        tmp_path, ("pH", "KCl", "5,2", ""), ("N thủy phân", "", "8,1", "mg/100g"), ("C/N", "", "11", ""),
        ("OM", "Tiurin", "1,9", "%"), ("CEC", "", "12", "meq/100g sét"), ("P", "Bray I", "6", "mg/kg"),
    )  # fmt: skip
    made = brought(path, campaign, ask_only=True)
    asks = {analysis: question for question, analysis in asked(made) if analysis}
    assert asks == {"a1": "words", "a2": "words", "a3": "words", "a4": "words", "a5": "words"}


def test_one_property_by_two_methods_is_no_one_column(campaign: Campaign, tmp_path: Path) -> None:
    path = long_sheet(tmp_path, ("pH", "KCl", "5,2", ""), ("OM", "", "2", "%"), ("pH", "H2O", "6,1", ""))
    made = brought(path, campaign)
    assert asked(made) == [("two_methods", "a2")]
    assert "không so sánh được" in told(made)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"both_methods": "yes"}))
    assert made.report["counts"]["figures_new"] == 3


@pytest.mark.parametrize(
    ("cells", "code", "says"),
    [
        ({5: "71"}, "figure_high", "có phải 7,1?"),
        ({5: "-5"}, "figure_negative", "không thể âm"),
        ({5: "chua"}, "figure_text", "không phải một số"),
        ({5: ">7"}, "figure_above", "lớn hơn"),
        ({6: "vết"}, "figure_limit", "ngưỡng phát hiện"),
        ({4: "20-0"}, "depth_up", "có phải 0–20 cm?"),
        ({4: "20"}, "depth_one", "0–20"),
        ({4: "mặt"}, "depth", "0–20"),
        ({2: "106.9"}, "place_outside", "km"),
        ({2: "", 3: ""}, "no_place", "hãy ghi tọa độ"),
        ({2: "abc"}, "place_unreadable", "không phải tọa độ"),
        ({1: ""}, "no_site", "ký hiệu"),
        ({5: "", 6: ""}, "no_figures", "không có kết quả"),
    ],
)
def test_a_bad_cell_is_named_placed_and_leaves_the_rest(
    campaign: Campaign, tmp_path: Path, cells: dict[int, str], code: str, says: str
) -> None:
    bad: list[Any] = sheets.row(2)
    for index, cell in cells.items():
        bad[index] = cell
    path = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), bad, sheets.row(3)])
    made = brought(path, campaign)
    assert codes(made) == [(3, code)]
    assert says in told(made)
    laboratory_runs.apply(made, None)
    assert {"D01", "D03"} <= set(SamplingSite.objects.values_list("code", flat=True))
    refused_alone = code.startswith("figure_")
    assert Result.objects.count() == (5 if refused_alone else 4)


def test_below_detection_is_half_the_limit_and_traces_want_theirs(campaign: Campaign, tmp_path: Path) -> None:
    rows = [list(sheets.HEADER), sheets.row(1, "5", "<0,4"), sheets.row(2, "5", "vết"), sheets.row(3, "5", "KPH")]
    made = brought(sheets.write_csv(tmp_path, rows), campaign)
    assert made.report["seen"]["c6"]["unseen"] == 2 and codes(made) == [(3, "figure_limit"), (4, "figure_limit")]
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"limit-c6": "0,2"}))
    assert codes(made) == [] and made.report["counts"]["figures_below"] == 3
    laboratory_runs.apply(made, None)
    om = {one.written: one.value for one in Result.objects.filter(method="om_walkley_black", is_below_detection=True)}
    assert om == {"<0,4": pytest.approx(0.2), "vết": pytest.approx(0.1), "KPH": pytest.approx(0.1)}
    with pytest.raises(UserError, match="lớn hơn 0"):
        laboratory_runs.chosen(made, {"limit-c6": "nhỏ"})


def test_a_sample_twice_is_refused_or_a_replicate(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), sheets.row(1, "5,6", "2,3")])
    made = brought(path, campaign)
    assert codes(made) == [(3, "repeats")] and "dòng 2" in told(made)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"doubles": "replicates"}))
    assert codes(made) == []
    laboratory_runs.apply(made, None)
    found = Result.objects.filter(method="ph_kcl").order_by("replicate").values_list("replicate", "value")
    assert list(found) == [(1, 5.2), (2, 5.6)]
    assert Sample.objects.count() == 1


def test_a_known_site_elsewhere_is_named_with_the_distance(campaign: Campaign, tmp_path: Path) -> None:
    soil_factories.site(campaign.commune, *sheets.place(5), code="D01")
    near = soil_factories.site(campaign.commune, *sheets.place(2), code="D02")
    moved = sheets.row(2)
    moved[2] = f"{sheets.place(2)[0] + 0.00005:.6f}"  # five metres
    made = brought(sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), moved]), campaign)
    assert codes(made) == [(2, "site_elsewhere")] and "587 m" in told(made)
    laboratory_runs.apply(made, None)
    assert Sample.objects.get().site == near
    assert SamplingSite.objects.count() == 2


def test_another_figure_for_a_known_sample_is_shown_changed_and_taken_back(campaign: Campaign, tmp_path: Path) -> None:
    first = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), sheets.row(2)])
    laboratory_runs.apply(brought(first, campaign), None)
    second = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1, "5,9", "2,1"), sheets.row(2)], name="b.csv")
    made = brought(second, campaign)
    counts = made.report["counts"]
    assert (counts["changed"], counts["same"], counts["figures_changed"]) == (1, 1, 1)
    assert "D01, 0–20 cm: Độ chua pH từ 5,2 thành 5,9" in told(made)
    laboratory_runs.apply(made, None)
    assert Result.objects.get(sample__site__code="D01", method="ph_kcl").value == 5.9
    undoing.undo(made, None)
    assert Result.objects.get(sample__site__code="D01", method="ph_kcl").value == 5.2


def test_what_has_changed_since_the_check_is_not_written(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1)])
    waiting, other = brought(path, campaign), brought(path, campaign)
    laboratory_runs.apply(other, None)
    with pytest.raises(Conflict, match="Hãy kiểm tra lại"):
        laboratory_runs.apply(waiting, None)
    assert Sample.objects.count() == 1


def test_an_import_whose_sites_are_used_further_is_not_undone(campaign: Campaign, tmp_path: Path) -> None:
    path = sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1)])
    made = brought(path, campaign)
    laboratory_runs.apply(made, None)
    later = soil_factories.campaign(campaign.commune, "Đợt 2026")
    soil_factories.sample(later, SamplingSite.objects.get(), ph_kcl=5)
    with pytest.raises(Conflict, match="đợt khác"):
        undoing.undo(made, None)
    assert Sample.objects.filter(campaign=campaign).count() == 1


def test_a_sample_in_another_commune_is_told_where_it_lies(campaign: Campaign, tmp_path: Path) -> None:
    factories.neighbour_commune()
    strayed = sheets.row(2)
    strayed[2] = "105,86"
    made = brought(sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), strayed, sheets.row(3)]), campaign)
    assert codes(made) == [(3, "place_outside")]
    assert "Điểm nằm ở Xã Tân Lập, Tỉnh Thử Nghiệm, cách ranh giới xã này 3,1 km" in told(made)


def test_one_pair_the_other_way_round_is_named_and_not_turned(campaign: Campaign, tmp_path: Path) -> None:
    turned = sheets.row(2)
    turned[2], turned[3] = turned[3], turned[2]
    made = brought(sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row(1), turned, sheets.row(3)]), campaign)
    assert codes(made) == [(3, "place_swapped_pair")] and "đảo chỗ" in told(made)


def test_two_columns_of_one_method_are_replicates_or_one_is_left_out(campaign: Campaign, tmp_path: Path) -> None:
    header = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "pHKCl", "pHKCl (lần 2)"]
    lng, lat = sheets.place(1)
    path = sheets.write_csv(tmp_path, [header, ["D1", str(lng), str(lat), "0-20", "5,2", "5,4"]])
    made = brought(path, campaign)
    assert asked(made) == [("same_method", "c5")]
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"doubles": "replicates"}))
    laboratory_runs.apply(made, None)
    assert sorted(Result.objects.values_list("replicate", "value")) == [(1, 5.2), (2, 5.4)]


def test_samples_may_be_known_by_parcel(campaign: Campaign, tmp_path: Path) -> None:
    field = soil_factories.parcel(campaign.commune, "12", "345", *sheets.place(8))
    header = ["Tờ bản đồ", "Thửa đất", "Độ sâu", "pHKCl", "Riêng tư", "Số mẫu con", "Ngày lấy mẫu"]
    rows = [["12", "345", "0-20", "5,1", "x", "15", "15/3/2025"], ["12", "999", "0-20", "5,2", "", "", "30/2/2025"],
            ["12", "998", "0-20", "5,2", "", "", ""]]  # fmt: skip
    made = brought(sheets.write_csv(tmp_path, [header, *rows]), campaign)
    assert codes(made) == [(3, "day"), (4, "no_such_parcel")]
    assert codes(made, "notes") == [(2, "place_of_parcel")]
    laboratory_runs.apply(made, None)
    sample = Sample.objects.get()
    assert (sample.site.code, sample.parcel, sample.is_private, sample.composite_count) == ("12/345", field, True, 15)
    assert field.outline.contains(sample.site.location) and sample.site.accuracy_m == pytest.approx(28.6, abs=2)


@pytest.mark.parametrize("kind", ["xlsx", "utf-8-sig", "cp1258", "tcvn3"])
def test_a_real_shaped_sheet_with_eight_faults(campaign: Campaign, tmp_path: Path, kind: str) -> None:
    made = brought(sheets.faulty_sheet(tmp_path, kind), campaign, ask_only=True)
    assumed = [("confirm", f"c{index}") for index in (6, 7, 8, 10, 11)]
    assert asked(made) == [("property", "c12"), ("system", ""), *assumed]  # Zn; which zone; methods nobody wrote down
    assert made.report["candidates"][0]["key"] == "5897-swapped"
    assert any(one["key"] == "3405-swapped" for one in made.report["candidates"])  # 657 m away, looks as right
    assert not made.report["unambiguous"]
    chosen = {"column-12": "out", "meaning": "5897-swapped", "limit-c9": "5"}
    laboratory_runs.check(made, laboratory_runs.chosen(made, chosen))
    header = 6  # rows above the first sample
    assert codes(made) == [
        (header + 3, "figure_high"), (header + 4, "figure_negative"), (header + 8, "depth_up"),
        (header + 9, "place_outside"), (header + 13, "repeats"),
    ]  # fmt: skip
    report = told(made)
    for words in ("có phải 7,1?", "không thể âm", "có phải 0–20 cm?", "Điểm nằm ngoài ranh giới xã, cách 1", "dòng 18"):
        assert words in report
    assert made.report["counts"]["left_out"] >= 3
    laboratory_runs.apply(made, None)
    assert Sample.objects.count() == 10
    ammonium = Result.objects.get(sample__site__code="TN01", method="p_oniani")
    assert (ammonium.written_unit, ammonium.value) == ("mg/kg P", pytest.approx(33 * 0.22914))
    assert Result.objects.get(sample__site__code="TN05", method="n_kjeldahl").is_below_detection
    assert Result.objects.get(sample__site__code="TN06", method="p_oniani").value == pytest.approx(2.5 * 0.22914)
    assert SamplingSite.objects.get(code="TN01").location.coords == pytest.approx(sheets.place(7), abs=1e-6)

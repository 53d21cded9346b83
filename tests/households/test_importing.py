"""A list of houses becomes houses: what is added, changed, left alone, shown as double, refused, and taken back."""

from __future__ import annotations

import itertools
import tracemalloc
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.db.models import F
from openpyxl import load_workbook

from households import codes
from households.importing import runs, sentences, undoing
from households.importing.near_names import nearly_equal
from households.models import House, HouseExternalId, Household, ImportRun, ImportState, Plate
from households.plates import press
from mapping import crs, files
from mapping.access import Scope
from mapping.errors import Conflict, UserError
from mapping.models import StoredFile, Unit
from tests import factories
from tests.households.lists import EAST, HEADER, WEST, bring, row, write_csv, write_xlsx


def reasons(path: Path, commune: Unit) -> dict[int, str]:
    """Row → why it is refused."""
    _, found = bring(path, commune)
    return {issue.row: sentences.sentence(issue) for issue in found.issues}


def test_a_workbook_with_a_title_above_its_header_becomes_houses_and_households(tmp_path: Path, commune: Unit) -> None:
    path = write_xlsx(tmp_path, [
        ["STT", "Họ và tên chủ hộ", "Số nhà", "Ngõ, xóm", "Tên thôn", "Điện thoại", "Nhân khẩu", "Kinh độ", "Vĩ độ"],
        [1, "Lê Thị  Hoà", 12, "ngõ Đình", "THÔN ĐÔNG HÒA", 912345678, 5, WEST, 19.67],
        [2, "Trần Văn Bốn", "12/5", "ngõ Đình", "thôn Xa Thư", "+84 912 345 679", "", EAST, 19.67],
    ])  # fmt: skip
    run, found = bring(path, commune)
    assert (found.add, found.refuse, found.houses) == (2, 0, 2)
    house = House.objects.get(number="12")
    assert (house.village, house.street) == (factories.village(commune, 1), "ngõ Đình")
    assert codes.parse_house_code(house.code) == house.code
    assert (house.location.x, house.location.y) == pytest.approx((WEST, 19.67), abs=1e-9)
    household = house.households.get()
    assert (household.head_name, household.phone, household.size) == ("Lê Thị Hoà", "0912345678", 5)
    assert House.objects.get(number="12/5").village == factories.village(commune, 2)
    assert run.state == ImportState.APPLIED
    assert files.path_of(run.file).read_bytes() == path.read_bytes()


def test_a_missing_village_is_found_by_the_outlines(tmp_path: Path, commune: Unit) -> None:
    path = write_csv(tmp_path, [row(0, Thôn="", Kinh_độ=EAST), row(1, Thôn="")])
    bring(path, commune)
    assert House.objects.get(number="1").village == factories.village(commune, 2)
    assert House.objects.get(number="3").village == factories.village(commune, 1)


def test_the_same_list_again_leaves_rows_with_ids_alone_and_shows_the_others_as_double(
    tmp_path: Path, commune: Unit
) -> None:
    named, nameless = (
        write_csv(tmp_path, [row(0), row(1)]),
        write_csv(tmp_path, [row(2, Mã_hộ=""), row(3, Mã_hộ="")], name="khác.csv"),
    )
    bring(named, commune)
    bring(nameless, commune)
    before = list(House.objects.order_by("pk").values())
    again = bring(named, commune)[1]
    assert (again.leave, again.add, again.change) == (2, 0, 0)
    again = bring(nameless, commune)[1]
    assert (again.double, again.add) == (2, 0)
    assert list(House.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"SĐT": "0912"}, "“0912” không phải một số điện thoại"),
        ({"SĐT": "0912345678 / 0912345679"}, "mỗi ô một số"),
        ({"Số_nhân_khẩu": "bốn"}, "không phải số người"),
        ({"Thôn": "Xa Thu Thượng"}, "các tên gần nhất: “Xa Thư”"),
        ({"Vĩ_độ": "95"}, "vĩ độ từ -90 đến 90"),
        ({"Vĩ_độ": "19.70"}, "Điểm nằm ngoài ranh giới xã, cách 1,1 km"),
        ({"Kinh_độ": "19.67", "Vĩ_độ": "105.80"}, "hai tọa độ bị đảo chỗ"),
        ({"Kinh_độ": "583830", "Vĩ_độ": "2175900"}, "độ lẫn với mét"),
        ({"Kinh_độ": "", "Vĩ_độ": ""}, "Nhà mới phải có tọa độ"),
        ({"Vĩ_độ": "gần đình"}, "không phải tọa độ"),
        ({"Ngõ": "x" * 121}, "dài 121 chữ; cột này nhận nhiều nhất 120 chữ"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_rest_goes_in(
    tmp_path: Path, commune: Unit, cells: dict[str, str], told: str
) -> None:
    path = write_csv(tmp_path, [row(0), row(1, **cells), row(2)])
    found = reasons(path, commune)
    assert list(found) == [3]
    assert told in found[3]
    assert House.objects.count() == 2


def test_the_report_names_sheet_row_column_and_reason_and_holds_no_formula(tmp_path: Path, commune: Unit) -> None:
    path = write_xlsx(tmp_path, [list(HEADER), row(0), row(1, SĐT="không có")], sheet="=Hộ")
    run, _ = bring(path, commune)
    book = load_workbook(BytesIO(files.path_of(run.report_file).read_bytes()))
    (line,) = book["Không nhập được"].iter_rows(min_row=2)
    assert [cell.value for cell in line[:4]] == ["=Hộ", 6, "F", "SĐT"]
    assert "“không có” không phải một số điện thoại" in line[4].value
    assert not any(cell.data_type == "f" for sheet in book for cells in sheet.iter_rows() for cell in cells)


def test_excel_dates_that_were_house_numbers_are_refused(tmp_path: Path, commune: Unit) -> None:
    import datetime

    path = write_xlsx(tmp_path, [list(HEADER), [*row(0)[:1], datetime.date(2026, 5, 12), *row(0)[2:]], row(1)])
    assert "Excel đã đổi số nhà thành ngày tháng" in reasons(path, commune)[5]


def test_house_codes_find_their_house_and_wrong_ones_are_told_apart(tmp_path: Path, commune: Unit) -> None:
    house = factories.house(commune, number="7", street="ngõ Cũ", village=factories.village(commune, 1))
    foreign = factories.house(factories.neighbour_commune(), lng=105.86)
    wrong = house.code[:-1] + str((int(house.code[-1]) + 1) % 10)
    header = ("Mã nhà", "Số nhà", "Chủ hộ")
    path = write_csv(tmp_path, [
        [codes.format_house_code(house.code), "7A", "Lê Văn Năm"], [wrong, "1", "A"], [foreign.code, "1", "B"],
    ], header=header)  # fmt: skip
    run, found = bring(path, commune)
    told = {issue.row: sentences.sentence(issue) for issue in found.issues}
    assert "gõ sai một chữ số" in told[3]
    assert "Xã không có nhà mang mã" in told[4]
    house.refresh_from_db()
    assert (house.number, house.street, house.version) == ("7A", "ngõ Cũ", 2)
    assert house.households.get().head_name == "Lê Văn Năm"
    undoing.undo(run=run, user=None)
    house.refresh_from_db()
    assert (house.number, house.street) == ("7", "ngõ Cũ")
    assert not house.households.exists()


def test_empty_cells_change_nothing_and_filled_ones_do(tmp_path: Path, commune: Unit) -> None:
    bring(write_csv(tmp_path, [row(0), row(1)]), commune)
    changed = row(0, Số_nhà="", SĐT="0987654321", Số_nhân_khẩu="", Chủ_hộ="NGUYỄN VĂN AAAA", Kinh_độ="", Vĩ_độ="")
    _, found = bring(write_csv(tmp_path, [changed, row(1)]), commune)
    assert (found.change, found.leave, found.refuse) == (1, 1, 0)
    household = Household.objects.get(phone="0987654321")
    assert (household.head_name, household.size, household.house.number) == ("NGUYỄN VĂN AAAA", 4, "1")
    assert (household.version, household.house.version) == (2, 1)


def test_rows_of_one_house_become_its_households_and_contradictions_are_refused(tmp_path: Path, commune: Unit) -> None:
    path = write_csv(tmp_path, [
        row(0), row(0, Mã_hộ="H0b", Chủ_hộ="Lê Thị Hai"), row(0, Mã_hộ="H0c"), row(0, Số_nhà="99"),
        row(1), row(1, Chủ_hộ="Bùi Thị Ba", Kinh_độ="", Vĩ_độ=""),
    ])  # fmt: skip
    told = reasons(path, commune)
    assert House.objects.count() == 2
    first = House.objects.get(number="1")
    assert sorted(first.households.values_list("head_name", flat=True)) == ["Lê Thị Hai", "Nguyễn Văn AAAA"]
    assert sorted(first.external_ids.values_list("value", flat=True)) == ["H0", "H0b"]
    assert House.objects.get(number="3").households.count() == 2
    assert "Lặp lại dòng 2" in told[4]
    assert "đã dùng ở dòng 2 cho một nhà khác" in told[5]
    assert list(told) == [4, 5]


def test_doubles_are_shown_skipped_by_default_and_written_when_asked(tmp_path: Path, commune: Unit) -> None:
    standing = factories.house(
        commune, WEST, 19.675, number="8", street="Ngõ Đình", village=factories.village(commune, 1)
    )
    factories.household(standing, "Hoàng Thị Mười")
    path = write_csv(tmp_path, [
        row(0, Vĩ_độ="19.675", Số_nhà="20"),
        row(1, Số_nhà="08".lstrip("0"), Ngõ="ngõ ĐÌNH"),
        row(2, Kinh_độ=f"{WEST + 0.0001:.6f}", Vĩ_độ="19.675", Chủ_hộ="Hoang Thi Muoi"),
        row(3, Kinh_độ=f"{WEST + 0.0002:.6f}", Vĩ_độ="19.675", Chủ_hộ="Hoàng Thị Mười"),
        row(4), row(5, Kinh_độ=f"{WEST + 0.0016:.6f}"),
    ])  # fmt: skip
    _, found = bring(path, commune)
    house = codes.format_house_code(standing.code)
    assert [(double.row, double.code) for double in found.doubles] == [
        (2, "same_point"), (3, "same_number"), (4, "near_name"), (5, "near_name"), (7, "same_point"),
    ]  # fmt: skip
    assert found.doubles[0].sentence == f"Cùng một điểm với nhà {house}"
    assert found.doubles[2].sentence == f"Chủ hộ gần trùng tên, cách dưới 15 m so với nhà {house}"
    assert found.doubles[3].sentence.endswith("dòng 4")
    assert (found.add, found.double, House.objects.count()) == (1, 5, 2)
    bring(path, commune, with_doubles=True)
    assert House.objects.count() == 7


def test_names_a_letter_apart_are_nearly_equal_and_short_ones_are_not() -> None:
    assert nearly_equal("nguyen van an", "nguyen van am")
    assert nearly_equal("nguyen van an", "nguyen van anh")
    assert not nearly_equal("nguyen van an", "nguyen thi an")
    assert not nearly_equal("le an", "le binh")
    assert not nearly_equal("an", "am")


def test_vn2000_with_x_as_northing_lands_where_it_should(tmp_path: Path, commune: Unit) -> None:
    (east,), (north,) = crs.from_lonlat(5897, WEST, 19.67)
    header = ("Số nhà", "Thôn", "Chủ hộ", "X", "Y")
    path = write_csv(tmp_path, [["1", "Xa Thư", "Lê An", f"{north:.3f}", f"{east:.3f}"]], header=header)
    reading = runs.look(path, path.name).reading
    finding = runs.find_meanings(path, path.name, reading, commune)
    assert any((one.srid, one.swapped, one.inside) == (5897, True, 1) for one in finding.candidates)
    bring(path, commune, srid=5897, swapped=True)
    location = House.objects.get().location
    assert (location.x, location.y) == pytest.approx((WEST, 19.67), abs=1e-8)


def test_a_geojson_needs_no_columns_of_coordinates(tmp_path: Path, commune: Unit) -> None:
    path = tmp_path / "nhà.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"Số nhà":"5","Chủ hộ":"Lê An"},'
        f'"geometry":{{"type":"Point","coordinates":[{WEST},19.67]}}}}]}}',
        encoding="utf-8",
    )
    bring(path, commune)
    assert House.objects.get(number="5").village == factories.village(commune, 1)


def test_a_cell_of_dashes_is_an_empty_cell(tmp_path: Path, commune: Unit) -> None:
    bring(write_csv(tmp_path, [row(0, SĐT="-", Số_nhân_khẩu="–", Số_nhà="...")]), commune)
    household = Household.objects.get()
    assert (household.phone, household.size, household.house.number) == ("", None, "")


def test_a_shapefile_without_prj_is_read_and_its_meaning_asked_for(tmp_path: Path, commune: Unit) -> None:
    (east,), (north,) = crs.from_lonlat(5897, WEST, 19.67)
    points = np.array([shapely.to_wkb(shapely.Point(east, north))], dtype=object)
    pyogrio.raw.write(
        tmp_path / "nha.shp",
        points,
        [np.array(["Lê An"], dtype=object)],
        ["chu_ho"],
        geometry_type="Point",
        crs="EPSG:5897",
    )
    path = tmp_path / "nha.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in tmp_path.glob("nha.[sd]*"):  # .shp, .shx and .dbf, as they are mailed around
            packed.write(part, part.name)
    reading = runs.look(path, path.name).reading
    assert (reading.has_geometry, reading.file_srid, reading.columns) == (True, None, {"head_name": 0})
    finding = runs.find_meanings(path, path.name, reading, commune)
    assert (5897, False) in [(one.srid, one.swapped) for one in finding.candidates]
    bring(path, commune, srid=5897)
    assert Household.objects.get().head_name == "Lê An"


def test_an_import_is_undone_whole(tmp_path: Path, commune: Unit, officer: Any) -> None:
    run, _ = bring(write_csv(tmp_path, [row(0), row(1), row(1, Mã_hộ="H9", Chủ_hộ="Lê Chín")]), commune, officer)
    assert undoing.undo(run=run, user=officer) == 2 + 3 + 3
    assert not House.objects.exists()
    assert not Household.objects.exists()
    assert not HouseExternalId.objects.exists()
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    with pytest.raises(Conflict):
        undoing.undo(run=run, user=officer)


def test_an_import_is_undone_with_the_plates_of_a_proof_alone(tmp_path: Path, commune: Unit, officer: Any) -> None:
    other = factories.plate(factories.house(commune, lng=105.815, number="99"), released_at=None)
    run, _ = bring(write_csv(tmp_path, [row(0), row(1)]), commune, officer)
    everywhere = Scope(everything=True, unit_ids=frozenset())
    order = press.PrintOrder(commune=commune, scope=everywhere, proof=True)
    assert press.print_plates(order, path=tmp_path / "proof.pdf").plates == 3
    undoing.undo(run=run, user=officer)
    assert [house.number for house in House.objects.all()] == ["99"]
    assert {plate.house_id for plate in Plate.objects.all()} == {other.house_id}


def test_houses_with_plates_or_later_households_keep_an_import_from_being_undone(
    tmp_path: Path, commune: Unit, officer: Any
) -> None:
    run, _ = bring(write_csv(tmp_path, [row(0), row(1)]), commune, officer)
    plate = factories.plate(House.objects.get(number="1"))
    with pytest.raises(Conflict, match="đã có 1 biển"):
        undoing.undo(run=run, user=officer)
    plate.delete()
    factories.household(House.objects.get(number="1"), "Người Đến Sau")
    with pytest.raises(Conflict, match="đã có 1 hộ được thêm"):
        undoing.undo(run=run, user=officer)
    assert House.objects.count() == 2


def test_writing_is_refused_when_the_data_moved_on_since_the_check(tmp_path: Path, commune: Unit, officer: Any) -> None:
    path = write_csv(tmp_path, [row(0), row(1)])
    run = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
    reading = replace(runs.look(path, path.name).reading, srid=4326)
    run.reading = reading.to_json()
    run.save()
    assert runs.check(run=run, user=officer).add == 2
    assert not House.objects.exists()
    standing = factories.house(commune, WEST, 19.67)
    with pytest.raises(Conflict, match="Hãy kiểm tra lại"):
        runs.apply(run=run, user=officer, with_doubles=False)
    assert list(House.objects.all()) == [standing]
    runs.check(run=run, user=officer)
    assert runs.apply(run=run, user=officer, with_doubles=False).houses_added == 1


def workbook_bytes(folder: Path) -> bytes:
    """A good workbook, to be spoilt."""
    return write_xlsx(folder, [list(HEADER), *(row(place) for place in range(20))]).read_bytes()


def bomb(folder: Path) -> bytes:
    """A small zip whose sheet unpacks to 40 MB of spaces."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    return target.getvalue()


def locked(folder: Path) -> bytes:
    """What Excel writes around a workbook with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("trống.csv", lambda _: b"", "không có dữ liệu"),
        ("một cột.csv", lambda _: "Chủ hộ\nLê An\nLê Bình\n".encode(), "chỉ có một cột"),
        ("chỉ tiêu đề.csv", lambda _: "Chủ hộ,Kinh độ,Vĩ độ\n".encode(), "chưa có dòng dữ liệu nào"),
        ("cụt.xlsx", lambda folder: workbook_bytes(folder)[:3000], "bị cụt"),
        ("khóa.xlsx", locked, "có mật khẩu"),
        ("bom.xlsx", bomb, "giải nén ra"),
        ("hỏng.geojson", lambda _: b'{"type":"FeatureCollection","features":[{', "JSON"),
    ],
)
def test_a_file_that_is_no_list_gets_one_sentence_with_its_name_and_nothing_is_kept(
    tmp_path: Path, commune: Unit, officer: Any, name: str, make: Any, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make(tmp_path))
    with pytest.raises(UserError) as raised:
        runs.start(path=path, name=name, content_type="", commune=commune, user=officer)
    assert name in raised.value.sentence
    assert told in raised.value.sentence
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()


def test_more_rows_than_the_limit_are_refused_as_a_whole(tmp_path: Path, commune: Unit, settings: Any) -> None:
    settings.MAX_IMPORT_ROWS = 3
    path = write_csv(tmp_path, [row(place) for place in range(4)])
    with pytest.raises(UserError, match="hơn 3 dòng") as raised:
        bring(path, commune)
    assert raised.value.status == 413
    assert not House.objects.exists()


def test_a_list_that_says_nowhere_needs_a_code_column(tmp_path: Path, commune: Unit) -> None:
    path = write_csv(tmp_path, [["1", "Lê An"]], header=("Số nhà", "Chủ hộ"))
    with pytest.raises(UserError, match="phải có tọa độ"):
        bring(path, commune)


def test_a_list_that_gives_thousands_of_houses_one_point_stays_small_in_memory(commune: Unit, tmp_path: Path) -> None:
    """Every pair of 6,000 rows would be 18 million; what is kept for each row is what is measured here."""
    names = ["".join(letters) for letters in itertools.islice(itertools.product("ABCDEGHIKL", repeat=4), 6_000)]
    rows = [
        row(0, Mã_hộ=f"H{at}", Số_nhà=str(at), Chủ_hộ=f"Nguyễn Văn {name}", SĐT="", Vĩ_độ="19.67")
        for at, name in enumerate(names)
    ]
    path = write_csv(tmp_path, rows)
    tracemalloc.start()
    try:
        _, found = bring(path, commune)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.double == 5_999
    assert peak < 100e6


def test_a_house_that_was_edited_after_the_check_is_not_overwritten(
    commune: Unit, officer: Any, tmp_path: Path
) -> None:
    path = write_csv(tmp_path, [row(0)])
    bring(path, commune)
    path = write_csv(tmp_path, [row(0, Số_nhà="501")])
    run = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
    run.reading = replace(runs.look(path, path.name).reading, srid=4326).to_json()
    run.save()
    assert runs.check(run=run, user=officer).change == 1
    House.objects.update(number="502", version=F("version") + 1)
    with pytest.raises(Conflict, match="Hãy kiểm tra lại"):
        runs.apply(run=run, user=officer, with_doubles=False)
    assert House.objects.get().number == "502"


def test_the_column_that_is_at_fault_is_named(commune: Unit, tmp_path: Path) -> None:
    path = write_csv(tmp_path, [row(0, Vĩ_độ="95.123"), row(1, Kinh_độ="giữa làng"), row(2, Vĩ_độ="giữa làng"), row(3)])
    _, found = bring(path, commune)
    longitude, latitude = HEADER.index("Kinh độ"), HEADER.index("Vĩ độ")
    assert [(issue.row, issue.column) for issue in found.issues] == [(2, latitude), (3, longitude), (4, latitude)]


def test_the_row_with_a_point_speaks_for_a_house_whose_first_row_has_none(tmp_path: Path, commune: Unit) -> None:
    """A list keeps the point beside one member of the household only, and not always the first."""
    bare = row(1, Mã_hộ="H1", Kinh_độ="", Vĩ_độ="", Chủ_hộ="Trần Không Điểm")
    placed = row(1, Mã_hộ="H1", Chủ_hộ="Trần Có Điểm")
    repeated = row(1, Mã_hộ="H1", Kinh_độ="", Vĩ_độ="", Chủ_hộ="Trần Có Điểm")
    assert list(reasons(write_csv(tmp_path, [bare, repeated, placed]), commune)) == [3]
    house = House.objects.get()
    assert set(house.households.values_list("head_name", flat=True)) == {"Trần Không Điểm", "Trần Có Điểm"}


@pytest.mark.parametrize("names_houses", [False, True], ids=["streamed", "in the database"])
def test_people_without_the_name_of_a_head_are_refused_and_not_dropped(
    tmp_path: Path, commune: Unit, names_houses: bool
) -> None:
    kept = [at for at, title in enumerate(HEADER) if names_houses or title != "Mã hộ"]
    rows = [
        row(0),
        row(1, Chủ_hộ="", Số_nhân_khẩu=""),
        row(2, Chủ_hộ="–", SĐT=""),
        row(3, Chủ_hộ="", SĐT="", Số_nhân_khẩu=""),
        row(4, Chủ_hộ="", SĐT="12", Số_nhân_khẩu=""),
    ]
    header = (*(HEADER[at] for at in kept), "Ghi chú")
    path = write_csv(tmp_path, [[*(cells[at] for at in kept), "cổng xanh"] for cells in rows], header=header)
    _, outcome = bring(path, commune)
    assert [(issue.row, issue.code, header[issue.column]) for issue in outcome.issues] == [
        (3, "phone_without_head", "SĐT"),
        (4, "size_without_head", "Số nhân khẩu"),
        (6, "phone", "SĐT"),
    ]
    assert "không có tên chủ hộ" in sentences.sentence(outcome.issues[0])
    assert sorted(House.objects.values_list("note", flat=True)) == ["", "cổng xanh"]
    assert Household.objects.get().note == "cổng xanh"


def test_a_list_without_heads_cannot_bring_telephones(tmp_path: Path, commune: Unit) -> None:
    path = write_csv(tmp_path, [["1", "0912345678", "105.80", "19.67"], ["2", "", "105.81", "19.67"]],
                     header=("Số nhà", "SĐT", "Kinh độ", "Vĩ độ"))  # fmt: skip
    assert "không có tên chủ hộ" in reasons(path, commune)[2]
    assert House.objects.get().number == "2"


@pytest.mark.parametrize("names_houses", [False, True], ids=["streamed", "in the database"])
def test_the_foot_of_a_list_is_left_out_and_told_and_no_house_is_lost(
    tmp_path: Path, commune: Unit, names_houses: bool
) -> None:
    kept = [at for at, title in enumerate(HEADER) if names_houses or title != "Mã hộ"]
    blank = [""] * len(HEADER)
    rows = [
        row(0),
        row(1, Chủ_hộ="Tổng Văn Cộng"),
        [*blank[:1], "Tổng cộng", *blank[2:6], "1.234", "", ""],
        [*blank[:4], "Bình Minh, ngày 3 tháng 11 năm 2026", *blank[5:]],
        [*blank[:4], "NGƯỜI LẬP BIỂU", *blank[5:]],
        row(2, Mã_hộ="", Chủ_hộ="Lê Thị Cộng", Kinh_độ="", Vĩ_độ=""),
    ]
    path = write_csv(tmp_path, [[cells[at] for at in kept] for cells in rows], header=tuple(HEADER[at] for at in kept))
    _, outcome = bring(path, commune)
    assert (outcome.left_out, outcome.total, outcome.add) == (3, 3, 2)
    assert [(issue.row, issue.code) for issue in outcome.issues] == [(7, "missing")]
    assert set(Household.objects.values_list("head_name", flat=True)) == {row(0)[4], "Tổng Văn Cộng"}


def test_a_point_in_a_refusal_has_its_latitude_first_as_on_a_record(tmp_path: Path, commune: Unit) -> None:
    told = reasons(write_csv(tmp_path, [row(0), row(1, Kinh_độ="105.95")]), commune)[3]
    assert "“19.670000 ; 105.95”" in told

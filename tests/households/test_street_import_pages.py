"""The pages and the command that bring streets in: what a person sees, chooses, writes, takes back or throws away."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from households.models import Street, StreetImport, StreetImportState
from households.streets.importing import working
from mapping import crs
from mapping.models import ChangeSet, Job, JobState, StoredFile, Unit
from tests.households import street_files
from tests.households.street_files import Drawn
from tests.households.streets import along, draw

PAGES = "/streets/import/"


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(along(*places))


ROAD = Drawn("đường Liên Xã", line((-900, 0), (900, 0)))
ALLEY = Drawn("ngõ Đình", line((100, 0), (100, 200)))
ELSEWHERE = Drawn("đường Xa", line((-700, 500), (-300, 500)))
LOOP = Drawn("ngõ Vòng", line((0, 300), (60, 300), (60, 360), (0, 300)))


def send(client: Client, path: Path, commune: Unit) -> Any:
    upload = SimpleUploadedFile(path.name, path.read_bytes(), "application/octet-stream")
    return client.post(PAGES, {"commune": commune.code, "file": upload})


def test_streets_are_looked_at_written_and_taken_back(tmp_path: Path, officer_client: Client, commune: Unit) -> None:
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD, ALLEY, LOOP]), commune)["Location"]
    shown = officer_client.get(page).content.decode()
    assert "GeoJSON: đọc được 3 đối tượng là đường." in shown and "Chưa có gì được ghi." in shown
    assert "Đối tượng 3" in shown and "vòng kín" in shown and 'data-lat="19.67' in shown
    assert not Street.objects.exists()
    officer_client.post(f"{page}apply/")
    assert Street.objects.count() == 2
    shown = officer_client.get(page).content.decode()
    assert "Các đường, ngõ đã được nhập." in shown and "Hoàn tác lần nhập này" in shown
    assert officer_client.post(f"{page}apply/").status_code == 409
    assert officer_client.post(f"{page}discard/").status_code == 409
    changeset = ChangeSet.objects.get(kind="street.import")
    answer = officer_client.post(f"/changes/{changeset.pk}/undo/", {"next": page})
    assert answer["Location"] == page and not Street.objects.exists()
    assert "đã được hoàn tác" in officer_client.get(page).content.decode()
    assert "đã hoàn tác" in officer_client.get(PAGES).content.decode()


def test_what_lies_outside_the_commune_is_named(tmp_path: Path, officer_client: Client, commune: Unit) -> None:
    far = Drawn("đường Xa", line((9_000, 0), (9_500, 0)))
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD, ALLEY, far]), commune)["Location"]
    shown = officer_client.get(page).content.decode()
    outside = shown.partition("Ngoài xã, không nhập")[2].partition("</ul>")[0]
    assert "Đối tượng 3" in outside and "Đối tượng 1" not in outside


def test_a_drawing_waits_for_its_system_and_its_layers(
    run_jobs: Callable[[], None], tmp_path: Path, officer_client: Client, commune: Unit
) -> None:
    metres = {street: [tuple(at) for at in crs.to_zone(street.line, 5897).coords] for street in (ROAD, ALLEY)}
    entities = street_files.polyline("TIM_DUONG", metres[ROAD]) + street_files.polyline("LOP_7", metres[ALLEY])
    send(officer_client, street_files.drawing_of(tmp_path, entities), commune)
    run_jobs()
    page = f"/streets/import/{StreetImport.objects.get().pk}/"
    shown = officer_client.get(page).content.decode()
    assert "Tệp không ghi rõ hệ tọa độ" in shown and 'value="5897"' in shown
    assert officer_client.post(f"{page}apply/", follow=True).redirect_chain
    assert not Street.objects.exists()
    kinds = {value: number for number, (value, *_) in enumerate(StreetImport.objects.get().report["kind_values"])}
    chosen = {"system": "5897", "column-kind": "0", f"kind-{kinds['LOP_7']}": "hem"}
    assert officer_client.post(page, chosen)["Location"] == page
    run_jobs()
    shown = officer_client.get(page).content.decode()
    assert "hẻm" in shown and "Đường, phố phải có tên" in shown
    officer_client.post(page, chosen | {f"kind-{kinds['TIM_DUONG']}": "ngo"})
    run_jobs()
    officer_client.post(f"{page}apply/")
    run_jobs()
    assert sorted(street.full_name for street in Street.objects.all()) == ["hẻm", "ngõ"]


def test_the_columns_may_be_chosen(tmp_path: Path, officer_client: Client, commune: Unit) -> None:
    path = street_files.geojson(tmp_path, [ROAD])
    path.write_text(path.read_text().replace("ten_duong", "ghi_chu"))
    page = send(officer_client, path, commune)["Location"]
    assert "Đường, phố phải có tên" not in officer_client.get(page).content.decode()  # a nameless alley
    officer_client.post(page, {"system": "4326", "column-name": "0"})
    officer_client.post(f"{page}apply/")
    assert Street.objects.get().full_name == "đường Liên Xã"


@pytest.mark.parametrize("key", ["6956", "x", "99999"])
def test_a_system_that_is_none_is_refused(tmp_path: Path, officer_client: Client, commune: Unit, key: str) -> None:
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD]), commune)["Location"]
    answer = officer_client.post(page, {"system": key, "column-name": "0"})
    assert answer.status_code == 400 and "Hãy chọn một cách hiểu tọa độ" in answer.content.decode()


def test_what_changed_since_the_check_is_not_written_over(
    tmp_path: Path, officer_client: Client, commune: Unit, officer: Any
) -> None:
    page = send(officer_client, street_files.geojson(tmp_path, [ALLEY]), commune)["Location"]
    draw(officer, commune, "road", "Mới", (-200, 0), (200, 0))  # the alley would hang on it now
    shown = officer_client.post(f"{page}apply/", follow=True).content.decode()
    assert "đã thay đổi sau lần kiểm tra" in shown and Street.objects.count() == 1
    officer_client.post(page, {"system": "4326", "column-name": "0", "column-width": "1"})
    officer_client.post(f"{page}apply/")
    assert Street.objects.get(name="Đình").parent.name == "Mới"


def test_what_changed_elsewhere_since_the_check_is_no_hindrance(
    tmp_path: Path, officer_client: Client, commune: Unit, officer: Any
) -> None:
    (tmp_path / "other").mkdir()
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD, ALLEY]), commune)["Location"]
    other = send(officer_client, street_files.geojson(tmp_path / "other", [ELSEWHERE]), commune)["Location"]
    officer_client.post(f"{other}apply/")
    draw(officer, commune, "ngo", "Chùa", (-600, 400), (-600, 500))
    assert Street.objects.count() == 2
    chosen = {"system": "4326", "column-name": "0", "column-width": "1"}
    assert officer_client.post(page, chosen)["Location"] == page  # checked again, it is as it was
    draw(officer, commune, "ngo", "Giếng", (-400, 400), (-400, 500))
    officer_client.post(f"{page}apply/")
    assert {"Liên Xã", "Đình"} <= set(Street.objects.values_list("name", flat=True)) and Street.objects.count() == 5


def test_the_page_shows_what_each_alley_will_hang_on(
    tmp_path: Path, officer_client: Client, commune: Unit, officer: Any
) -> None:
    draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0))
    there = draw(officer, commune, "ngo", "", (-500, 0), (-500, 200)).street
    drawn = [
        ALLEY,
        Drawn("ngách Giếng", line((100, 100), (200, 100))),
        Drawn("ngách Ao", line((-500, 150), (-400, 150))),
        Drawn("ngõ Lẻ", line((0, 500), (80, 560))),
    ]
    page = send(officer_client, street_files.geojson(tmp_path, drawn), commune)["Location"]
    shown = officer_client.get(page).content.decode()
    wanted = {
        "ngõ Đình": "rẽ từ đường Liên Xã",
        "ngách Giếng": "rẽ từ ngõ Đình",
        "ngách Ao": "rẽ từ ngõ chưa có số, rẽ từ đường Liên Xã, cách đầu phía tây 400 m, về phía bắc",
        "ngõ Lẻ": "chưa rõ ra từ đâu",
    }
    for name, above in wanted.items():
        assert f"<td>{name}</td><td>{above}</td>" in shown
    officer_client.post(f"{page}apply/")
    written = {street.full_name: street.parent for street in Street.objects.select_related("parent")}
    assert written["ngõ Đình"].name == "Liên Xã" and written["ngách Giếng"].name == "Đình"
    assert written["ngách Ao"] == there and written["ngõ Lẻ"] is None


def test_a_bad_file_gets_its_sentence_and_nothing_is_kept(
    tmp_path: Path, officer_client: Client, commune: Unit, settings: Any
) -> None:
    path = tmp_path / "đường.osm"
    path.write_text("<OGRVRTDataSource/>")
    answer = send(officer_client, path, commune)
    assert (
        answer.status_code == 400 and "không phải tệp đường, ngõ đọc được (OGRVRTDataSource)" in answer.content.decode()
    )
    settings.MAX_UPLOAD_MB = 1
    path.write_bytes(b"x" * 1_200_000)
    assert send(officer_client, path, commune).status_code == 413
    assert officer_client.post(PAGES, {"commune": commune.code}).status_code == 400
    assert not StreetImport.objects.exists() and not StoredFile.objects.exists()


def test_a_file_that_was_not_written_is_thrown_away_after_a_question(
    tmp_path: Path, officer_client: Client, commune: Unit
) -> None:
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD]), commune)["Location"]
    assert "Bỏ tệp này" in officer_client.get(f"{page}discard/").content.decode()
    assert officer_client.post(f"{page}discard/")["Location"] == PAGES
    assert officer_client.get(page).status_code == 404
    assert not StreetImport.objects.exists() and not StoredFile.objects.exists()


def test_an_import_is_there_for_officers_of_its_commune_alone(
    tmp_path: Path, officer_client: Client, commune: Unit, stranger: Any, viewer: Any
) -> None:
    page = send(officer_client, street_files.geojson(tmp_path, [ROAD], "của Bình Minh.geojson"), commune)["Location"]
    for user, status in ((stranger, 404), (viewer, 403)):
        client = Client()
        client.force_login(user)
        assert {client.get(page).status_code, client.post(page).status_code, client.post(f"{page}apply/").status_code,
                client.post(f"{page}discard/").status_code} == {status}  # fmt: skip
    client = Client()
    client.force_login(stranger)
    assert "của Bình Minh" not in client.get(PAGES).content.decode()
    assert not Street.objects.exists()


def test_a_large_file_is_read_and_written_by_jobs(
    run_jobs: Callable[[], None], tmp_path: Path, officer_client: Client, commune: Unit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(working, "INLINE_BYTES", 0)
    monkeypatch.setattr(working, "INLINE_ROWS", 0)
    page = send(officer_client, street_files.extract(tmp_path, [ROAD, ALLEY]), commune)["Location"]
    assert "job-progress" in officer_client.get(page).content.decode()
    assert officer_client.post(f"{page}apply/").status_code == 409
    run_jobs()
    assert "OpenStreetMap: đọc được 2 đối tượng" in officer_client.get(page).content.decode()
    officer_client.post(f"{page}apply/")
    officer_client.get(page)
    run_jobs()
    assert Street.objects.count() == 2
    assert "Các đường, ngõ đã được nhập." in officer_client.get(page).content.decode()
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
    path = tmp_path / "hỏng.osm"
    path.write_text("<osm><way id='1'>")
    page = send(officer_client, path, commune)["Location"]
    run_jobs()
    shown = officer_client.get(page).content.decode()
    assert "bị hỏng, không đọc được" in shown and "Đọc lại tệp" in shown
    assert officer_client.post(f"{page}discard/").status_code == 302


# --- The command -----------------------------------------------------------------------------------


def test_the_command_imports_tells_and_reports(
    tmp_path: Path, commune: Unit, capsys: pytest.CaptureFixture[str]
) -> None:
    path = street_files.shapefile(tmp_path, [ROAD, ALLEY, LOOP])
    report = tmp_path / "lỗi.csv"
    with pytest.raises(SystemExit) as end:
        call_command("import_streets", str(path), "--commune", commune.code, "--dry-run", "--report", str(report))
    assert end.value.code == 1 and not Street.objects.exists()
    told = capsys.readouterr()
    assert "Sẽ thêm 2 đường, ngõ" in told.out and "Đối tượng 3: Điểm đầu và điểm cuối trùng nhau" in told.err
    with report.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["Đối tượng"] for row in rows] == ["3"] and float(rows[0]["Vĩ độ"]) == pytest.approx(19.6727, abs=0.001)
    with pytest.raises(SystemExit):
        call_command("import_streets", str(path), "--commune", commune.code)
    assert Street.objects.count() == 2
    assert StreetImport.objects.get().state == StreetImportState.APPLIED
    assert "1 ngõ đã gắn với đường" in capsys.readouterr().out
    good = street_files.geojson(tmp_path, [ROAD, ALLEY])
    call_command("import_streets", str(good), "--commune", commune.code)
    assert "thêm 0 đường" in capsys.readouterr().out and Street.objects.count() == 2


def test_the_command_asks_for_the_system_of_a_drawing(tmp_path: Path, commune: Unit) -> None:
    path = street_files.drawing(tmp_path, [ROAD, ALLEY])
    with pytest.raises(CommandError, match="--crs EPSG:5897"):
        call_command("import_streets", str(path), "--commune", commune.code)
    call_command("import_streets", str(path), "--commune", commune.code, "--crs", "EPSG:5897", "--kind", "ngõ Đình=hem")
    assert sorted(street.full_name for street in Street.objects.all()) == ["hẻm Đình", "đường Liên Xã"]


@pytest.mark.parametrize(
    "options",
    [
        ["--commune", "00000"],
        ["--crs", "EPSG:6956"],
        ["--swap"],
        ["--kind", "NGO=lane"],
        ["--report", "/khong/co/thu/muc/x.csv"],
    ],
)
def test_bad_arguments_of_the_command_end_with_2(tmp_path: Path, commune: Unit, options: list[str]) -> None:
    path = street_files.geojson(tmp_path, [ROAD])
    arguments = options if "--commune" in options else ["--commune", commune.code, *options]
    with pytest.raises(CommandError) as told:
        call_command("import_streets", str(path), *arguments)
    assert told.value.returncode == 2
    assert not Street.objects.exists()

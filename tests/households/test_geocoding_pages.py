"""The page, the files, the command and the API that go from addresses to houses and back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from households.geocoding import lists, reverse, working
from households.locating import point_of
from households.models import House, Street
from mapping import files, rate_limits
from mapping.access import Role
from mapping.errors import UserError
from mapping.models import Job, JobState, StoredFile, Unit
from tests import factories

pytestmark = pytest.mark.django_db

LIST = """STT;Họ và tên;Địa chỉ
1;Nguyễn Văn An;12/5 đường Liên Xã, thôn Xa Thư
2;Trần Cúc;7 ngõ Đìhn
3;=1+1;9 ngõ Đình
4;Bùi Dần;5 ngõ Đình, xã Tân Lập
"""


@pytest.fixture
def houses(commune: Unit) -> dict[str, House]:
    east = factories.village(commune, 2)
    rows = [("12/5", "đường Liên Xã"), ("7", "ngõ Đình"), ("5", "ngõ Đình")]
    return {
        number: factories.house(commune, lng=105.8150 + 0.0002 * place, number=number, street=street, village=east)
        for place, (number, street) in enumerate(rows)
    }


@pytest.fixture
def client_of(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def of_file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# Columns


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (LIST, {"address": 2}),
        ("Số nhà,Đường,Thôn,Xã\n5,ngõ Đình,Xa Thư,Bình Minh\n", {"number": 0, "street": 1, "village": 2, "commune": 3}),
        ("Tên;Chỗ giao\nAn;5 ngõ Đình, thôn Xa Thư\nBình;7 ngõ Đình\n", {"address": 1}),
        ("Địa chỉ\n5 ngõ Đình\n7 ngõ Đình\n", {"address": 0}),
        ("Tên;Tuổi\nAn;5\n", {}),
    ],
)
def test_the_column_of_addresses_finds_itself(tmp_path: Path, content: str, fields: dict[str, int]) -> None:
    assert lists.look(of_file(tmp_path, "list.csv", content), "list.csv").fields == fields


def geocoded(tmp_path: Path, commune: Unit, user: Any, content: str | bytes, name: str, out: str) -> list[list[Any]]:
    path = of_file(tmp_path, name, content)
    target = tmp_path / out
    look = lists.look(path, name)
    lists.geocode_list(
        path=path, name=name, fields=look.fields, sheet=look.sheet, commune=commune, user=user, target=target
    )  # fmt: skip
    if out.endswith(".csv"):
        return list(csv.reader(target.read_text("utf-8-sig").splitlines()))
    return [list(row) for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True)]


def test_every_column_comes_back_with_the_house_beside_it(
    tmp_path: Path, commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    factories.neighbour_commune()
    header, *rows = geocoded(tmp_path, commune, officer, LIST, "list.csv", "out.csv")
    assert header[:5] == ["STT", "Họ và tên", "Địa chỉ", "Mức khớp", "Độ tin cậy"]
    assert [row[3] for row in rows] == ["đúng nhà", "gần đúng", "chỉ thấy đường, ngõ", "không tìm thấy"]
    assert rows[0][:3] == ["1", "Nguyễn Văn An", "12/5 đường Liên Xã, thôn Xa Thư"]
    assert rows[0][5] == houses["12/5"].code
    assert rows[0][6] == "Số 12/5, đường Liên Xã, thôn Xa Thư, xã Bình Minh, tỉnh Thử Nghiệm"
    assert float(rows[0][8]) == pytest.approx(houses["12/5"].location.x)
    assert rows[0][9].startswith("https://www.google.com/maps/search/?api=1&query=19.67")
    assert rows[1][10] == "“Đìhn” được hiểu là “Đình”"
    assert rows[2][1] == "'=1+1"  # no formula
    assert (rows[2][5], rows[2][10]) == ("", "không có số 9 trên ngõ Đình; gần nhất là số 7")
    assert rows[3][10] == "xã khác: xã Tân Lập"


def test_a_workbook_with_parts_in_columns(
    tmp_path: Path, commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    content = workbook([["Số nhà", "Ngõ, đường", "Thôn"], ["5", "Đình", "Xa Thư"], [7, "ngõ Đình", "thôn Xa Thư"]])
    header, *rows = geocoded(tmp_path, commune, officer, content, "list.xlsx", "out.xlsx")
    assert [row[5] for row in rows] == [houses["5"].code, houses["7"].code]
    assert header[3] == "Mức khớp"


def test_commas_without_quotes_do_not_cut_an_address(
    tmp_path: Path, commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    content = "Địa chỉ\n5 ngõ Đình, thôn Xa Thư, xã Bình Minh\n7 ngõ Đình\n"
    rows = geocoded(tmp_path, commune, officer, content, "list.csv", "out.csv")
    assert rows[1][:2] == ["5 ngõ Đình, thôn Xa Thư, xã Bình Minh", "đúng nhà"]


def test_a_number_that_excel_made_a_date_is_told(
    tmp_path: Path, commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    import datetime

    content = workbook([["Số nhà", "Đường"], [datetime.date(2026, 5, 12), "đường Liên Xã"]])
    rows = geocoded(tmp_path, commune, officer, content, "list.xlsx", "out.xlsx")
    assert "Excel đã đổi" in rows[1][9]
    assert rows[1][4] in (None, "")


# The page


def test_one_address_on_the_page(client_of: Client, houses: dict[str, House]) -> None:
    page = client_of.get("/geocode/", {"text": "5 ngo dinh, thon xa thu"}).content.decode()
    assert "Kết quả: đúng nhà" in page
    assert f'href="/houses/{houses["5"].code}/"' in page
    assert "<svg" in page
    page = client_of.get("/geocode/", {"text": "<b>x</b>"}).content.decode()
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page


def test_a_place_on_the_page(client_of: Client, houses: dict[str, House]) -> None:
    page = client_of.get("/geocode/", {"place": "19,67001; 105,81502"}).content.decode()
    assert "Số 12/5, đường Liên Xã" in page
    assert "cách" in page
    answer = client_of.get("/geocode/", {"place": "ở đâu đó"})
    assert answer.status_code == 400
    assert "Không đọc được tọa độ" in answer.content.decode()
    assert client_of.get("/geocode/", {"place": "10, 107"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_list_from_upload_to_result(
    client_of: Client, run_jobs: Callable[[], None], commune: Unit, houses: dict[str, House]
) -> None:
    upload = io.BytesIO(LIST.encode())
    upload.name = "danh sách.csv"
    page = client_of.post("/geocode/", {"list": upload, "commune": commune.code}).content.decode()
    assert "Cột nào trong “danh sách.csv” là địa chỉ?" in page
    assert '<option value="address" selected>' in page
    stored = StoredFile.objects.get()
    assert stored.kept_until is not None
    answer = client_of.post("/geocode/", {"file": str(stored.pk), "sheet": "", "format": "csv", "column-2": "address"})
    job = Job.objects.get(kind=working.KIND)
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.told) == (
        JobState.DONE,
        "Đã tìm 4 địa chỉ: 2 rõ nhà, 1 cần xem lại, 1 không thấy.",
    )
    assert "Trở lại Tìm địa chỉ" in client_of.get(f"/jobs/{job.pk}/").content.decode()
    content = files.path_of(job.result_file).read_text("utf-8-sig")
    assert houses["12/5"].code in content
    assert "0912" not in content
    # The list came with its names, so it goes to whoever brought it, and to nobody who sees houses only.
    result = f"/files/{job.result_file.pk}/"
    assert client_of.get(result).status_code == 200
    for role in (Role.VIEWER, Role.AGRONOMIST, Role.COMMUNE_OFFICER):
        other = Client()
        other.force_login(factories.user(f"other_{role}", role=role, at=commune))
        assert other.get(result).status_code == other.get(f"/jobs/{job.pk}/").status_code == 404
        assert str(job.pk) not in other.get("/geocode/").content.decode()


def test_a_choice_that_says_no_address_is_refused_and_kept(client_of: Client, commune: Unit) -> None:
    upload = io.BytesIO(LIST.encode())
    upload.name = "list.csv"
    client_of.post("/geocode/", {"list": upload, "commune": commune.code})
    stored = StoredFile.objects.get()
    answer = client_of.post("/geocode/", {"file": str(stored.pk), "column-0": "commune"})
    assert answer.status_code == 400
    assert "Hãy chọn cột địa chỉ" in answer.content.decode()
    answer = client_of.post("/geocode/", {"file": str(stored.pk), "column-1": "street", "column-2": "street"})
    assert "Hai cột cùng được chọn" in answer.content.decode()
    assert not Job.objects.exists()


def test_nobody_works_on_the_list_of_another(client_of: Client, commune: Unit) -> None:
    upload = io.BytesIO(LIST.encode())
    upload.name = "list.csv"
    client_of.post("/geocode/", {"list": upload, "commune": commune.code})
    other = Client()
    other.force_login(factories.user("khac", role=Role.COMMUNE_OFFICER, at=commune))
    answer = other.post("/geocode/", {"file": str(StoredFile.objects.get().pk), "column-2": "address"})
    assert answer.status_code == 400
    assert not Job.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("list.csv", b""), ("list.xlsx", b"PK\x03\x04"), ("a.bin", b"\x00\x01")])
def test_what_is_no_list_gets_a_sentence(client_of: Client, commune: Unit, name: str, content: bytes) -> None:
    upload = io.BytesIO(content)
    upload.name = name
    answer = client_of.post("/geocode/", {"list": upload, "commune": commune.code})
    assert answer.status_code in (400, 413)
    assert 'role="alert"' in answer.content.decode()
    assert not StoredFile.objects.exists()


# The command


def test_the_command_writes_the_list_and_counts(
    tmp_path: Path, commune: Unit, houses: dict[str, House], capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = of_file(tmp_path, "list.csv", LIST), tmp_path / "out.xlsx"
    call_command("geocode", str(path), "--commune", commune.code, "-o", str(out))
    assert "đúng nhà: 1" in capsys.readouterr().out
    assert openpyxl.load_workbook(out).active.max_row == 5
    with pytest.raises(CommandError, match="không có cột “Không có”"):
        call_command("geocode", str(path), "--commune", commune.code, "-o", str(out), "--column", "Không có")
    with pytest.raises(CommandError, match="Không có xã nào"):
        call_command("geocode", str(path), "--commune", "00000", "-o", str(out))
    with pytest.raises(CommandError, match="phải có đuôi"):
        call_command("geocode", str(path), "--commune", commune.code, "-o", str(tmp_path / "out.txt"))


# Places


def test_a_place_has_the_nearest_house_street_village_and_commune(
    commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    line = "SRID=4326;LINESTRING(105.814 19.6702, 105.817 19.6702)"
    Street.objects.create(commune=commune, kind="road", name="Liên Xã", line=line)
    place = reverse.at(user=officer, point=point_of(105.81501, 19.67))
    assert [near.house.code for near in place.houses] == [houses[number].code for number in ("12/5", "7", "5")]
    assert place.houses[0].distance_m == pytest.approx(1.05, abs=0.1)
    assert place.houses[1].distance_m == pytest.approx(19.9, abs=0.2)
    assert place.street is not None
    assert (place.street.name, round(place.street.distance_m)) == ("đường Liên Xã", 22)
    assert (str(place.village), str(place.commune)) == ("Thôn Xa Thư", "Xã Bình Minh")
    assert reverse.at(user=officer, point=point_of(105.83, 19.67)).houses == []


def test_a_place_shows_nobody_what_they_may_not_see(commune: Unit, houses: dict[str, House]) -> None:
    stranger = factories.user("la", role=Role.COMMUNE_OFFICER, at=factories.neighbour_commune())
    place = reverse.at(user=stranger, point=point_of(105.815, 19.67))
    assert (place.houses, place.street, place.commune) == ([], None, None)
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune, 1))
    assert reverse.at(user=head, point=point_of(105.815, 19.67)).houses == []


# The API


def test_the_api_answers_one_and_many(client_of: Client, commune: Unit, houses: dict[str, House]) -> None:
    one = client_of.get("/api/addresses/search", {"text": "7 ngõ Đìhn", "commune": commune.code}).json()
    assert (one["grade"], one["found"][0]["code"]) == ("close", houses["7"].code)
    assert one["reasons"] == ["“Đìhn” được hiểu là “Đình”"]
    many = client_of.post(
        "/api/addresses/geocode",
        json.dumps({"addresses": ["5 ngõ Đình", "gì đó"], "commune": commune.code}),
        content_type="application/json",
    ).json()
    assert [answer["grade"] for answer in many["answers"]] == ["exact", "none"]
    too_many = {"addresses": ["x"] * 1001}
    answer = client_of.post("/api/addresses/geocode", json.dumps(too_many), content_type="application/json")
    assert answer.status_code == 422
    assert client_of.get("/api/addresses/search", {"text": "5", "commune": "98765"}).status_code == 404


def test_the_api_tells_what_is_at_a_place(client_of: Client, houses: dict[str, House]) -> None:
    place = client_of.get("/api/addresses/reverse", {"lat": 19.67, "lng": 105.815}).json()
    assert place["houses"][0]["code"] == houses["12/5"].code
    assert (place["village"], place["commune"]) == ("thôn Xa Thư", "xã Bình Minh")
    assert client_of.get("/api/addresses/reverse", {"lat": 91, "lng": 0}).status_code == 422
    assert client_of.get("/api/addresses/reverse", {"lat": 89, "lng": 0}).json()["houses"] == []


@pytest.mark.parametrize(
    ("address", "params"),
    [
        ("/api/addresses/search", {"text": "5 ngõ Đình"}),
        ("/api/addresses/reverse", {"lat": "19.67", "lng": "105.815"}),
        ("/geocode/", {"text": "5 ngõ Đình"}),
        ("/geocode/", {"place": "19.67, 105.815"}),
    ],
)
def test_one_person_cannot_ask_without_end(
    client_of: Client, houses: dict[str, House], settings: Any, address: str, params: dict[str, str]
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"address": (0.01, 2)}
    rate_limits.forget()
    answers = [client_of.get(address, params, REMOTE_ADDR=f"192.0.2.{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 100
    assert "Địa chỉ gửi lên quá nhanh" in (
        answers[-1].json()["error"] if "api" in address else answers[-1].content.decode()
    )
    assert client_of.get("/geocode/").status_code == 200  # the page itself is no question


def test_a_list_needs_an_address() -> None:
    with pytest.raises(UserError):
        lists.require_fields({"commune": 1})

"""The papers around plates as people get them: read back from the PDF, codes decoded, nobody named, rights kept."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from households import certificate_codes, certificates, codes
from households.models import (
    BatchPlate,
    FormerAddress,
    Frontage,
    House,
    HouseState,
    NumberingDecision,
    Plate,
    PlateBatch,
    PlateState,
    Side,
)
from households.plates import papers, walk_list_working
from households.plates.walk_list import MOST_ROWS, sections
from households.plates.walk_list_reading import of_batch, of_villages
from mapping.errors import UserError
from mapping.models import AuditEntry, Job, JobState, Unit
from tests import factories
from tests.households import numbered

KEY = b"a key of the tests"
DAY = datetime.date(2026, 11, 27)
HOST = "biensonha.quangbinh.vn"


@pytest.fixture
def ground(commune: Unit, settings: Any) -> numbered.Ground:
    """The road and the alleys of the numbering's tests, numbered, with a household in every house."""
    settings.PLATE_HOST = HOST
    made = numbered.Ground(commune)
    for street, houses in (("đường Liên Xã", made.south), ("đường Liên Xã", made.north), ("ngõ Đình", made.on_dinh)):
        for place, house in enumerate(houses):
            number = {id(made.south): 2 * place + 1, id(made.north): 2 * place + 2}.get(id(houses), place + 1)
            House.objects.filter(pk=house.pk).update(number=str(number), street=street)
    for place, house in enumerate(made.houses):
        factories.household(house, f"Nguyễn Văn Kín{place}", phone=f"09120000{place:02}")
        house.refresh_from_db()
    return made


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, spaces made plain."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages]


def page_picture(pdf: bytes, page: int = 0, dpi: int = 150) -> np.ndarray:
    picture = pdfium.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_numpy()
    return np.ascontiguousarray(picture.reshape(picture.shape[:2]))


def by_zxing(picture: np.ndarray) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def by_zbar(picture: np.ndarray, folder: Path) -> list[str]:
    if shutil.which("zbarimg") is None:
        pytest.skip("zbar is not installed")
    path = folder / "page.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % picture.shape[::-1] + picture.tobytes())
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def body(response: HttpResponse) -> bytes:
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    return b"".join(response.streaming_content)


# --- The identifier of a certificate ---------------------------------------------------------------


@given(
    st.integers(0, codes.HOUSE_CODES - 1), st.dates(datetime.date(2025, 1, 1), datetime.date(2110, 1, 1)),
    st.text(max_size=20), st.text(max_size=40),
)  # fmt: skip
def test_an_identifier_says_what_went_into_it(place: int, day: datetime.date, number: str, street: str) -> None:
    code = codes.house_code(place)
    identifier = certificate_codes.certificate_id(code, day, number, street, KEY)
    assert re.fullmatch(f"[{codes.TOKEN_ALPHABET}]{{28}}", identifier)
    found = certificate_codes.read(codes.format_token(identifier).lower(), KEY)
    assert found is not None and (found.house_code, found.issued_on) == (code, day)
    assert found.says(number, street) and not found.says(number + "A", street)


def test_a_slip_a_swap_and_another_key_are_found_out() -> None:
    identifier = certificate_codes.certificate_id("123456786", DAY, "12", "ngõ Đình", KEY)
    assert certificate_codes.read(identifier, b"another key") is None
    for place in range(len(identifier)):
        for letter in codes.TOKEN_ALPHABET:
            if letter != identifier[place]:
                assert certificate_codes.read(identifier[:place] + letter + identifier[place + 1 :], KEY) is None
    for bad in ("", identifier[:-1], identifier + "0", "Z" * 28, "ngõ Đình", "0" * 5000):
        assert certificate_codes.read(bad, KEY) is None


def test_another_spelling_is_no_other_address() -> None:
    found = certificate_codes.read(certificate_codes.certificate_id("123456786", DAY, "12a", "đ. Hoà  Bình", KEY), KEY)
    assert found is not None and found.says("12A", "Đường Hòa Bình")
    assert not found.says("12A", "đường Hoa Bình") and not found.says("12", "Đường Hòa Bình")


def test_papers_given_long_ago_are_read_for_ever() -> None:
    """What a change of a rule would break: every certificate that hangs on somebody's wall."""
    given = {
        ("12", "ngõ Đình"): "12JH67AP7PA1J5XENM6WETTWPGJA",
        ("03A", "Đ. Hoà Bình"): "12JH67AP7N6FME689KA0G5PGMXAF",
        ("12/5/3", "đường Liên Xã"): "12JH67AP7N5G50369D2FDXMXE790",
    }
    for (number, street), identifier in given.items():
        assert certificate_codes.certificate_id("123456786", DAY, number, street, KEY) == identifier


# --- Certificates -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_certificate_says_the_address_the_decision_and_how_to_check_it(
    ground: numbered.Ground, officer_client: Client, client: Client, tmp_path: Path
) -> None:
    house = ground.on_dinh[1]
    decision = NumberingDecision.objects.create(commune=ground.commune, number="15/QĐ-UBND", decided_on=DAY)
    Frontage.objects.create(
        house=house, street=ground.dinh, side=Side.LEFT, position_m=60, distance_m=8, decision=decision
    )
    pdf = body(officer_client.post(f"/houses/{house.code}/certificate.pdf"))
    (text,) = text_of(pdf)
    for part in (
        "GIẤY CHỨNG NHẬN SỐ NHÀ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số 2, ngõ Đình, đường Liên Xã,",
        codes.format_house_code(house.code), codes.plus_code(house.location.y, house.location.x),
        "số 15/QĐ-UBND ngày 27/11/2026", f"{HOST}/certificate/",
    ):  # fmt: skip
        assert part in text, part
    assert "Kín" not in text and "Nguyễn" not in text and "0912" not in text.replace(" ", "")
    assert "BẢN IN THỬ" not in text
    picture = page_picture(pdf)
    (url,) = by_zxing(picture)
    assert by_zbar(picture, tmp_path) == [url]
    match = re.fullmatch(rf"https://{HOST.upper()}/CERTIFICATE/([0-9A-Z]{{28}})/", url)
    assert match and match[1] in text.replace(" ", "")
    for path in (url.partition(HOST.upper())[2], f"/certificate/{codes.format_token(match[1]).lower()}/"):
        page = client.get(path)
        told = page.content.decode()
        assert page.status_code == 200 and "Giấy chứng nhận còn giá trị" in told and "Số 2, ngõ Đình" in told
        assert "Kín" not in told and page["X-Robots-Tag"] == "noindex, nofollow"
    entry = AuditEntry.objects.get(action="certificate.issue")
    assert entry.subject == codes.format_house_code(house.code)


@pytest.mark.django_db
def test_a_certificate_s_page_says_since_when_it_no_longer_holds(ground: numbered.Ground, client: Client) -> None:
    house = ground.south[0]
    path = f"/certificate/{certificates.identifier_of(house, DAY)}/"
    assert "còn giá trị" in client.get(path).content.decode()
    House.objects.filter(pk=house.pk).update(number="101")
    former = FormerAddress.objects.get(house=house, number="1")
    told = client.get(path).content.decode()
    assert "không còn giá trị" in told and "1 đường Liên Xã, đã thôi dùng từ ngày" in told and "Số 101" in told
    assert f"{former.until:%Y}" in told
    # The old number comes back: the paper holds again, and the one given meanwhile does not.
    between = f"/certificate/{certificates.identifier_of(House.objects.get(pk=house.pk), DAY)}/"
    House.objects.filter(pk=house.pk).update(number="1")
    assert "Giấy chứng nhận còn giá trị" in client.get(path).content.decode()
    assert "101 đường Liên Xã, đã thôi dùng" in client.get(between).content.decode()
    House.objects.filter(pk=house.pk).update(state=HouseState.CLOSED, closed_on=DAY)
    told = client.get(path).content.decode()
    assert "không còn giá trị" in told and "đã đóng từ ngày" in told
    english = client.get(f"{path}?lang=en")
    assert english.status_code == 200 and "no longer valid" in english.content.decode()


@pytest.mark.django_db
def test_a_made_up_certificate_is_none(ground: numbered.Ground, client: Client) -> None:
    identifier = certificates.identifier_of(ground.south[0], DAY)
    forged = certificate_codes.certificate_id(ground.south[0].code, DAY, "1", "đường Liên Xã", KEY)
    for bad in (forged, identifier[:-1] + ("0" if identifier[-1] != "0" else "1"), "x", "0" * 300):
        page = client.get(f"/certificate/{bad}/")
        assert page.status_code == 404 and "Máy chủ này không cấp" in page.content.decode()


@pytest.mark.django_db
def test_a_house_without_number_or_closed_has_no_certificate(ground: numbered.Ground, officer_client: Client) -> None:
    nameless = ground.on_nameless[0]
    page = officer_client.post(f"/houses/{nameless.code}/certificate.pdf")
    assert page.status_code == 400 and "chưa có số nhà" in page.content.decode()
    closed = ground.south[1]
    House.objects.filter(pk=closed.pk).update(state=HouseState.CLOSED, closed_on=DAY)
    page = officer_client.post(f"/houses/{closed.code}/certificate.pdf")
    assert page.status_code == 400 and "đã đóng" in page.content.decode()
    assert not AuditEntry.objects.filter(action="certificate.issue").exists()
    shown = officer_client.get(f"/houses/{nameless.code}/").content.decode()
    assert "certificate.pdf" not in shown
    assert "certificate.pdf" in officer_client.get(f"/houses/{ground.south[0].code}/").content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_fit_to_print_makes_proofs(ground: numbered.Ground, officer: Any, settings: Any) -> None:
    settings.PLATE_HOST = "localhost:8000"
    paper = certificates.for_house(ground.south[0]).read()
    assert "BẢN IN THỬ" in text_of(paper)[0]
    (address,) = by_zxing(page_picture(paper, 0))
    assert certificates.check(address.rstrip("/").rpartition("/")[2]) is None


# --- Walk lists -------------------------------------------------------------------------------------


def batch_of(commune: Unit, houses: list[House], number: int = 7) -> PlateBatch:
    """A printed batch with a plate for each of these houses, in this order."""
    batch = PlateBatch.objects.create(
        commune=commune, number=number, host=HOST, design_name="", profile_name="", plate_count=len(houses)
    )
    for serial, house in enumerate(houses, start=1):
        plate = factories.plate(house, state=PlateState.PRINTED)
        BatchPlate.objects.create(batch=batch, serial=serial, plate=plate)
    return batch


@pytest.mark.django_db
def test_a_batch_s_list_has_each_house_by_route_and_names_nobody(ground: numbered.Ground, officer: Any) -> None:
    by_number = [*ground.north, *ground.south, *ground.on_dinh]
    batch = batch_of(ground.commune, by_number)
    BatchPlate.objects.get(batch=batch, serial=2).plate.house.plates.update(state=PlateState.INSTALLED)
    out = io.BytesIO()
    pages = papers.write_walk_list(out, batch)
    texts = text_of(out.getvalue())
    assert pages == len(texts) and all(f"Trang {page}/{pages}" in text for page, text in enumerate(texts, start=1))
    whole = " ".join(texts)
    for serial, house in enumerate(by_number, start=1):
        assert whole.count(codes.format_house_code(house.code)) == 1
        assert f"{codes.format_house_code(house.code)} 7-{serial}" in whole
    assert "lô số 7" in texts[0] and "đã lắp" in whole and "Ngõ Đình" in whole
    assert "Kín" not in whole and "Nguyễn" not in whole and "0912" not in whole.replace(" ", "")
    # In the order one walks: from the east along the south, then back along the north; the alley in between.
    east = [codes.format_house_code(house.code) for house in (*ground.south[:4], *ground.north[3::-1])]
    places = [whole.index(code) for code in east]
    assert places == sorted(places)


@pytest.mark.django_db
def test_no_map_has_too_many_houses_and_all_are_on_one(ground: numbered.Ground, officer: Any) -> None:
    for place in range(60):
        numbered.house(ground.commune, 20 + 3 * place, 40 + place % 7, number=str(200 + place), street="xóm Mới")
    listed = of_villages(officer, ground.commune, [])
    cut = list(sections(listed))
    assert sorted(house for section in cut for house in section.houses) == list(range(len(listed.rows)))
    assert all(len(section.houses) <= MOST_ROWS for section in cut)
    firsts = [section.first for section in cut]
    assert firsts == [1 + sum(len(before.houses) for before in cut[:place]) for place in range(len(cut))]


@pytest.mark.django_db
def test_a_village_head_gets_the_houses_of_the_village(ground: numbered.Ground, client: Client) -> None:
    west = factories.village(ground.commune, 1)
    head = factories.user("thon", officer_of=west)
    client.force_login(head)
    pdf = body(client.get("/plates/walk-list.pdf", {"commune": ground.commune.code}))
    whole = " ".join(text_of(pdf))
    for house in ground.houses:
        assert (codes.format_house_code(house.code) in whole) == (house.village_id == west.pk)
    east = factories.village(ground.commune, 2)
    assert client.get("/plates/walk-list.pdf", {"commune": ground.commune.code, "village": east.pk}).status_code == 404
    batch = batch_of(ground.commune, ground.south)
    assert client.get("/plates/walk-list.pdf", {"batch": batch.pk}).status_code == 404
    assert AuditEntry.objects.filter(action="walk_list").count() == 1


@pytest.mark.django_db
def test_what_nobody_can_walk_gets_one_sentence(
    ground: numbered.Ground, officer: Any, officer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="Không có nhà nào để đi lắp biển"):
        of_batch(batch_of(ground.commune, []))
    for bad in ({"batch": "x"}, {"commune": "0"}, {"commune": ground.commune.code, "village": "1e9"}):
        assert officer_client.get("/plates/walk-list.pdf", bad).status_code == 404
    monkeypatch.setattr(walk_list_working, "INLINE_HOUSES", 3)
    page = officer_client.get("/plates/walk-list.pdf", {"commune": ground.commune.code})
    assert page.status_code == 400 and "cần vẽ một lúc" in page.content.decode() and not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_list_is_ordered_and_fetched_from_its_job(
    officer_client: Client, commune: Unit, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = numbered.Ground(commune)
    monkeypatch.setattr(walk_list_working, "INLINE_HOUSES", 3)
    asked = {"commune": commune.code, "village": factories.village(commune, 2).pk}
    first, again = (officer_client.post("/plates/walk-list.pdf", asked) for _ in range(2))
    assert first.status_code == 302 and first["Location"] == again["Location"]
    run_jobs()
    job = Job.objects.get()
    assert job.state == JobState.DONE and job.told.startswith("Đã vẽ danh sách đi lắp biển trên")
    kept = officer_client.get(f"/files/{job.result_file_id}/")
    whole = " ".join(text_of(b"".join(kept.streaming_content)))
    for one in ground.houses:
        assert (codes.format_house_code(one.code) in whole) == (one.village_id == asked["village"])


# --- Certificates of a batch, and the code on an alley's board --------------------------------------


@pytest.mark.django_db
def test_a_batch_s_certificates_come_in_its_order(ground: numbered.Ground) -> None:
    batch = batch_of(ground.commune, [ground.south[2], ground.on_nameless[0], ground.north[1]])
    out = io.BytesIO()
    done: list[tuple[int, int]] = []
    assert papers.write_certificates(out, batch, lambda *told: done.append(told)) == 2  # one has no number
    texts = text_of(out.getvalue())
    assert [codes.format_house_code(house.code) in text for house, text in zip(
        (ground.south[2], ground.north[1]), texts, strict=True)] == [True, True]  # fmt: skip
    assert done == [(1, 3), (2, 3)]
    assert len({by_zxing(page_picture(out.getvalue(), page))[0] for page in range(2)}) == 2
    # They are given when the batch is released, as its other files are: one that is stopped gives none.
    assert not AuditEntry.objects.filter(action="certificate.issue").exists()
    batch.outputs = ["certificates"]
    Plate.objects.filter(house__in=(ground.south[2], ground.north[1])).update(number="5")
    papers.certified(batch)
    assert AuditEntry.objects.get(action="certificate.issue").count == 2
    proof = PlateBatch.objects.create(commune=ground.commune, number=8, host=HOST, is_proof=True)
    BatchPlate.objects.create(batch=proof, serial=1, plate=batch.places.get(serial=1).plate)
    out = io.BytesIO()
    assert papers.write_certificates(out, proof) == 1 and "BẢN IN THỬ" in text_of(out.getvalue())[0]
    papers.certified(proof)
    # What a proof bears looks like an identifier, and is none.
    (address,) = by_zxing(page_picture(out.getvalue(), 0))
    assert certificates.check(address.rstrip("/").rpartition("/")[2]) is None
    assert AuditEntry.objects.filter(action="certificate.issue").count() == 1


@pytest.mark.django_db
def test_a_batch_without_numbers_has_a_page_that_says_so(ground: numbered.Ground) -> None:
    out = io.BytesIO()
    assert papers.write_certificates(out, batch_of(ground.commune, ground.on_nameless)) == 0
    assert "Chưa có nhà nào có số nhà" in text_of(out.getvalue())[0]


@pytest.mark.django_db
@pytest.mark.parametrize("host", [HOST, "biensonha.uybannhandan-xa-quangbinh-huyenquangxuong.thanhhoa.gov.vn"])
@pytest.mark.parametrize("sheet", ["a4", "a3"])
def test_an_alley_s_board_leads_to_its_page(
    ground: numbered.Ground, officer_client: Client, client: Client, tmp_path: Path, settings: Any,
    host: str, sheet: str,
) -> None:  # fmt: skip
    settings.PLATE_HOST = host
    pdf = body(officer_client.post(f"/streets/{ground.dinh.pk}/board.pdf", {"sheet": sheet}))
    picture = page_picture(pdf)
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [f"https://{host}/alley/{ground.dinh.pk}/"]
    assert by_zbar(picture, tmp_path) == [found[0].text]
    place = found[0].position
    side_mm = (place.top_right.x - place.top_left.x) / 150 * 25.4
    modules = 45 if host == HOST else 53
    assert side_mm / modules >= 0.396 * 0.98  # a pixel's worth of error
    page = client.get(f"/alley/{ground.dinh.pk}/")
    assert page.status_code == 200 and "Đình" in page.content.decode()
    assert "BẢN IN THỬ" not in " ".join(text_of(pdf))


@pytest.mark.django_db
def test_a_board_s_host_that_is_too_long_or_unfit(
    ground: numbered.Ground, officer_client: Client, settings: Any
) -> None:
    settings.PLATE_HOST = ".".join(["a" * 60] * 3) + ".vn"
    page = officer_client.post(f"/streets/{ground.dinh.pk}/board.pdf")
    assert page.status_code == 400 and "0,396 mm" in page.content.decode()
    settings.PLATE_HOST = "localhost"
    assert "BẢN IN THỬ" in " ".join(text_of(body(officer_client.post(f"/streets/{ground.dinh.pk}/board.pdf"))))

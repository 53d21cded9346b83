"""Letters with secrets: on paper, in the job that makes many of them, and nowhere else afterwards."""

from __future__ import annotations

import datetime
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from households.models import House, Household, ResidentSecret
from households.residents import letter_job
from mapping.models import Job, JobState, Unit
from tests import factories
from tests.security.residents import letter, open_page, read_qr, secret_on, text_of

LONG = "Nguyễn Thị Hoàng Tường Vi Thục Đoan Trang Công Tằng Tôn Nữ"


@pytest.fixture(autouse=True)
def letters_of_this_test(tmp_path: Path, settings: Any) -> Path:
    settings.LETTERS_DIR = tmp_path / "letters"
    return settings.LETTERS_DIR


@pytest.fixture
def household(commune: Unit) -> Household:
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune))
    return factories.household(house)


def posted(client: Client, path: str, **data: Any) -> bytes:
    answer = client.post(path, data)
    if answer.status_code == 302:  # a single letter is made, then fetched
        answer = client.post(f"{path}file/")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/pdf" and "no-store" in answer.headers["Cache-Control"]
    return b"".join(answer.streaming_content)


def confirmed(client: Client, path: str, **data: Any) -> str:
    """Answer the question of a page that asks first, as a browser sends its form."""
    asked = client.post(path, data)
    assert "Thư cũ sẽ hết dùng ngay" in asked.content.decode()
    ends = re.search(r'name="ends" value="([^"]+)"', asked.content.decode())
    assert ends
    return client.post(path, {**data, "ends": ends.group(1)}, follow=True).content.decode()


def test_a_letter_says_what_it_is_and_how_to_open_the_page(officer: Any, household: Household) -> None:
    pdf = letter(officer, household)
    text = text_of(pdf)
    assert len(pdfium.PdfDocument(pdf)) == 1
    for words in (
        "Nguyễn Văn An", "12/5 ngõ Đình", "Thôn Đông Hoà", "Xã Bình Minh", "Mã bí mật", "localhost/ho",
        "hỏi tiền hay mã OTP", "Mã dùng được đến hết ngày", "Hỏi ở đâu:",
    ):  # fmt: skip
        assert words in " ".join(text.split()), words
    code = household.house.code
    assert f"{code[:3]}-{code[3:6]}-{code[6:]}" in text
    plate = factories.plate(household.house)
    assert plate.token not in text.replace(" ", "")


def test_the_qr_carries_the_secret_behind_the_hash_sign(officer: Any, household: Household, client: Client) -> None:
    pdf = letter(officer, household)
    address, hash_sign, fragment = read_qr(pdf).partition("#")
    assert address == "https://localhost/ho/" and hash_sign
    code, secret = fragment.split(".")
    assert code == household.house.code and secret == secret_on(pdf).replace(" ", "")
    assert open_page(client, household, secret).status_code == 302


def test_the_address_stands_in_the_window_of_an_envelope(officer: Any, household: Household) -> None:
    household.head_name = LONG
    household.save()
    page = pdfium.PdfDocument(letter(officer, household))[0].get_textpage()
    words = page.get_text_range()
    for part in ("Kính gửi", "12/5 ngõ", "Xã Bình Minh\r\nTỉnh"):
        left, _bottom, _right, top = page.get_charbox(words.index(part))
        from_top = 297 - top * 25.4 / 72
        assert 20 <= left * 25.4 / 72 <= 30 and from_top >= 45 and from_top + 4 <= 90, part
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    assert all(box[0] > 0 and box[2] < 595 and box[1] > 0 and box[3] < 842 for box in boxes)


def test_the_longest_texts_stay_on_one_page(officer_client: Client, household: Household, settings: Any) -> None:
    settings.PLATE_HOST = "so-nha-va-bien-so-nha-cua-xa-binh-minh-huyen-cu.thu-nghiem.gov.vn"
    household.head_name = LONG + " " + LONG[:35]
    household.save()
    House.objects.update(street="đường Nguyễn Thị Minh Khai kéo dài " * 3)
    contact = ("Bộ phận Tiếp nhận và Trả kết quả, Ủy ban nhân dân xã, điện thoại 0237 3888 999 " * 2)[:150]
    pdf = posted(officer_client, f"/households/{household.pk}/resident/letter/", contact=contact)
    assert len(pdfium.PdfDocument(pdf)) == 1
    page = pdfium.PdfDocument(pdf)[0].get_textpage()
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    assert all(box[0] > 14 and box[2] < 595 - 14 and box[1] > 14 and box[3] < 842 - 14 for box in boxes)
    assert read_qr(pdf).startswith(f"https://{settings.PLATE_HOST}/ho/#")


def test_an_officer_hands_one_letter_out_and_sees_its_life(
    officer_client: Client, household: Household, officer: Any
) -> None:
    path = f"/households/{household.pk}/resident/"
    assert "Thư cho hộ" in officer_client.get(f"/houses/{household.house.code}/").content.decode()
    pdf = posted(officer_client, f"{path}letter/", contact="Bộ phận Một cửa, 0237 3888 999")
    assert "0237 3888 999" in text_of(pdf) and "BẢN IN THỬ" in text_of(pdf)  # localhost is no host for a door
    open_page(Client(), household, secret_on(pdf))
    page = officer_client.get(path).content.decode()
    assert "Lê Thị Lan" in page and ">đang dùng<" in page and page.count(f"{timezone.localdate():%d/%m/%Y}") >= 4
    assert secret_on(pdf) not in page and secret_on(pdf).replace(" ", "") not in page
    answer = confirmed(officer_client, f"{path}revoke/")
    assert "Đã thu hồi" in answer and ">đang dùng<" not in answer
    assert open_page(Client(), household, secret_on(pdf)).status_code == 400


@transaction.atomic  # outside of one the wall shows nothing
def printed() -> set[Any]:
    return set(ResidentSecret.objects.values_list("printed_at", flat=True))


def order(client: Client, commune: Unit, **data: Any) -> Job:
    answer = client.post("/residents/letters/", {"commune": commune.pk, **data})
    assert answer.status_code == 302, answer.content.decode()
    return Job.objects.latest("created_at")


@pytest.fixture
def village_of_people(transactional_db: None, commune: Unit) -> list[Household]:
    made = []
    for number, name in enumerate(("An", "Bình", "Cúc"), start=1):
        house = factories.house(commune, number=str(number), village=factories.village(commune))
        made.append(factories.household(house, f"Nguyễn Văn {name}"))
    factories.household(factories.house(commune, village=factories.village(commune, 2)), "Ở thôn khác")
    return made


def test_a_villages_letters_are_made_by_a_job_and_fetched_once(
    village_of_people: list[Household], officer_client: Client, run_jobs: Callable[[], None], commune: Unit
) -> None:
    village = factories.village(commune)
    shown = officer_client.get(f"/residents/letters/?commune={commune.pk}&village={village.pk}").content.decode()
    assert "3 thư" in shown
    job = order(officer_client, commune, village=village.pk)
    run_jobs()
    job.refresh_from_db()
    assert job.state == JobState.DONE and "3 thư" in job.sentence and job.result_file is None
    path = letter_job.path_of(job)
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    assert printed() == {None}
    assert "Đến chỗ tải" in officer_client.get(f"/jobs/{job.pk}/").content.decode()
    pdf = posted(officer_client, f"/residents/letters/{job.pk}/file/")
    assert not path.exists()
    assert len(pdfium.PdfDocument(pdf)) == 3
    for page, household in enumerate(village_of_people):
        assert household.head_name in text_of(pdf, page)
        secret = secret_on(pdf, page)
        assert read_qr(pdf, page).endswith(f"#{household.house.code}.{secret.replace(' ', '')}")
        assert open_page(Client(), household, secret, REMOTE_ADDR=f"192.0.2.{page}").status_code == 302
    assert None not in printed()
    again = officer_client.post(f"/residents/letters/{job.pk}/file/")
    assert again.status_code == 409 and "đã được tải một lần" in again.content.decode()
    # Those who have one are left alone now; unless it is asked for.
    assert "Không có hộ nào cần thư" in officer_client.get(
        f"/residents/letters/?commune={commune.pk}&village={village.pk}"
    ).content.decode()  # fmt: skip
    order(officer_client, commune, village=village.pk, again="on")
    run_jobs()
    assert open_page(Client(), village_of_people[0], secret_on(pdf)).status_code == 400


def test_letters_that_nobody_fetches_are_deleted_within_a_day_and_open_nothing(
    village_of_people: list[Household], officer_client: Client, run_jobs: Callable[[], None], commune: Unit
) -> None:
    job = order(officer_client, commune)
    run_jobs()
    path = letter_job.path_of(job)
    pdf = path.read_bytes()
    letter_job.clear_up()
    assert path.exists()
    before = timezone.now() - datetime.timedelta(hours=letter_job.HOURS_KEPT, minutes=1)
    os.utime(path, (before.timestamp(), before.timestamp()))
    Job.objects.update(ended_at=before)
    with transaction.atomic():
        ResidentSecret.objects.update(issued_at=before)
    assert officer_client.post(f"/residents/letters/{job.pk}/file/").status_code == 409
    letter_job.clear_up()
    assert not path.exists()
    assert open_page(Client(), village_of_people[0], secret_on(pdf)).status_code == 400
    with transaction.atomic():
        assert ResidentSecret.objects.filter(revoked_at=None).count() == 0
        assert ResidentSecret.objects.count() == 4


def test_a_stopped_job_leaves_no_secret_and_no_file(
    village_of_people: list[Household], officer_client: Client, run_jobs: Callable[[], None], commune: Unit,
    monkeypatch: pytest.MonkeyPatch, letters_of_this_test: Path,
) -> None:  # fmt: skip
    from mapping.jobs import Cancelled, Work

    def stop(work: Work, done: int, total: int) -> None:
        raise Cancelled

    monkeypatch.setattr(Work, "progress", stop)
    order(officer_client, commune)
    run_jobs()
    with transaction.atomic():
        assert ResidentSecret.objects.count() == 0 and list(letters_of_this_test.glob("*")) == []


def test_letters_are_fetched_by_nobody_else(
    village_of_people: list[Household], officer_client: Client, stranger: Any, viewer: Any,
    run_jobs: Callable[[], None], commune: Unit,
) -> None:  # fmt: skip
    job = order(officer_client, commune)
    run_jobs()
    head = factories.user("truong", role="village_head", at=factories.village(commune))
    for person, status in ((stranger, 404), (viewer, 403), (head, 404)):
        browser = Client()
        browser.force_login(person)
        assert browser.post(f"/residents/letters/{job.pk}/file/").status_code == status
    assert officer_client.get(f"/residents/letters/{job.pk}/file/").status_code == 405
    assert letter_job.path_of(job).exists()


def test_no_letter_leaves_for_a_host_that_no_phone_reaches_unless_it_is_a_proof(
    officer_client: Client, household: Household, settings: Any
) -> None:
    settings.PLATE_HOST = "sonha.binhminh.example"
    pdf = posted(officer_client, f"/households/{household.pk}/resident/letter/")
    assert "BẢN IN THỬ" not in text_of(pdf) and "sonha.binhminh.example/ho" in text_of(pdf)
    assert re.match(r"https://sonha\.binhminh\.example/ho/#\d{9}\.[0-9A-Z]{20}$", read_qr(pdf))


@transaction.atomic
def live_secrets() -> list[Any]:
    return list(ResidentSecret.objects.filter(revoked_at=None).values_list("pk", flat=True))


def test_a_click_ends_no_letter_in_use_unasked(officer_client: Client, household: Household) -> None:
    path = f"/households/{household.pk}/resident/"
    old = posted(officer_client, f"{path}letter/")
    (kept,) = live_secrets()
    with transaction.atomic():
        ResidentSecret.objects.update(issued_at=timezone.now() - datetime.timedelta(days=2))
    asked = officer_client.post(f"{path}letter/", {"contact": "Một cửa 0237"})
    assert asked.status_code == 200 and "Thư cũ sẽ hết dùng ngay" in asked.content.decode()
    assert "Một cửa 0237" in asked.content.decode() and live_secrets() == [kept]
    assert "Thu hồi mã?" in officer_client.post(f"{path}revoke/").content.decode() and live_secrets() == [kept]
    assert open_page(Client(), household, secret_on(old)).status_code == 302
    page = confirmed(officer_client, f"{path}letter/", contact="Một cửa 0237")
    assert "Đã làm thư lúc" in page and live_secrets() != [kept]
    assert open_page(Client(), household, secret_on(old)).status_code == 400


def test_a_double_click_leaves_the_letter_that_was_just_made(officer_client: Client, household: Household) -> None:
    path = f"/households/{household.pk}/resident/"
    officer_client.post(f"{path}letter/")
    (first,) = live_secrets()
    again = officer_client.post(f"{path}letter/", follow=True).content.decode()
    assert "Đã làm thư lúc" in again and live_secrets() == [first]
    second_old = {"ends": str(first)}
    officer_client.post(f"{path}letter/", second_old)
    (second,) = live_secrets()
    officer_client.post(f"{path}letter/", second_old)  # the same form again
    assert live_secrets() == [second] != [first]
    pdf = posted(officer_client, f"{path}letter/file/")
    assert posted(officer_client, f"{path}letter/file/") == pdf  # the first download may have broken off
    assert "đã tải lúc" in officer_client.get(path).content.decode()
    assert open_page(Client(), household, secret_on(pdf)).status_code == 302


def test_a_single_letter_is_gone_soon_after_its_download(
    officer_client: Client, household: Household, letters_of_this_test: Path, stranger: Any, viewer: Any
) -> None:
    path = f"/households/{household.pk}/resident/letter/"
    officer_client.post(path)
    (file,) = letters_of_this_test.glob("*.pdf")
    assert file.stat().st_mode & 0o077 == 0
    for person, status in ((stranger, 404), (viewer, 403)):
        browser = Client()
        browser.force_login(person)
        assert browser.post(f"{path}file/").status_code == status
    posted(officer_client, f"{path}file/")
    letter_job.clear_up()
    assert file.exists()
    with transaction.atomic():
        ResidentSecret.objects.update(printed_at=timezone.now() - datetime.timedelta(minutes=11))
    letter_job.clear_up()
    assert not file.exists()
    gone = officer_client.post(f"{path}file/")
    assert gone.status_code == 409 and "Hãy làm thư mới" in gone.content.decode()


def test_whom_to_ask_is_remembered_and_each_batch_names_its_village(
    village_of_people: list[Household], officer_client: Client, commune: Unit
) -> None:
    village = factories.village(commune)
    order(officer_client, commune, village=village.pk, contact="Một cửa xã, 0237 3888 999")
    page = officer_client.get("/residents/letters/").content.decode()
    assert 'value="Một cửa xã, 0237 3888 999"' in page and f", {village.full_name}</td>" in page
    colleague = Client()
    colleague.force_login(factories.user("dong_nghiep", role="commune_officer", at=commune))
    single = colleague.get(f"/households/{village_of_people[0].pk}/resident/").content.decode()
    assert 'value="Một cửa xã, 0237 3888 999"' in single


def test_the_settings_name_is_for_administrators(officer_client: Client, household: Household, officer: Any) -> None:
    pages = ("/plates/", "/residents/letters/", f"/households/{household.pk}/resident/")
    for path in pages:
        page = officer_client.get(path).content.decode()
        assert "nhờ người quản trị máy chủ khai báo" in page and "SONHA_PLATE_HOST" not in page, path
    officer.is_superuser = True
    officer.save()
    for path in pages:
        assert "SONHA_PLATE_HOST" in officer_client.get(path).content.decode(), path


@pytest.mark.django_db(transaction=True)
def test_of_four_letters_of_one_household_at_once_one_is_made_and_three_are_told(
    household: Household, commune: Unit
) -> None:
    """Four officers meet at the lock before any of them has made a secret, and are let go together."""
    answers: list[int] = []
    clients = [Client() for _ in range(4)]
    for number, client in enumerate(clients):
        client.force_login(factories.user(f"can-bo-{number}", role="commune_officer", at=commune))

    def ask(client: Client) -> None:
        try:
            answers.append(client.post(f"/households/{household.pk}/resident/letter/", {"proof": "on"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"residents.secret {household.pk}"])
        for thread in threads:
            thread.start()
        waiting, end = 0, time.monotonic() + 20
        while waiting < len(threads) and time.monotonic() < end and not answers:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            (waiting,) = cursor.fetchone()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409, 409, 409]
    with transaction.atomic():
        assert ResidentSecret.objects.filter(household=household, revoked_at=None).count() == 1

"""A household on its own page: corrections, consents, its data, who has looked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from households.models import Assessment, Consent, Correction, Household
from households.residents import corrections
from mapping import audit, wall
from mapping.models import Unit
from tests import factories
from tests.security.residents import issue, open_page, text_of


@pytest.fixture
def household(commune: Unit) -> Household:
    house = factories.house(commune, number="12", street="ngõ Đình", village=factories.village(commune))
    return factories.household(house, phone="0912345678", size=4, shop_name="Tạp hóa Cô Ba")


@pytest.fixture
def resident(household: Household, officer: Any) -> Client:
    """A browser in which the household's page is open."""
    browser = Client()
    open_page(browser, household, issue(officer, household))
    return browser


def told(answer: Any) -> str:
    return answer.content.decode()


def ask(resident: Client, field: str, wanted: str) -> Any:
    return resident.post(f"/ho/correction/?field={field}", {"wanted": wanted}, follow=True)


def test_the_page_says_what_is_stored_and_what_for(resident: Client) -> None:
    page = told(resident.get("/ho/home/"))
    for value in ("Nguyễn Văn An", "0912 345 678", "Tạp hóa Cô Ba", "Số 12, ngõ Đình, thôn Đông Hoà", "Thôn Đông Hoà"):
        assert value in page
    assert page.count("Để làm gì:") >= 9 and "<script" not in page


def test_an_accepted_correction_changes_the_record_and_can_be_undone(
    resident: Client, officer_client: Client, household: Household
) -> None:
    page = told(ask(resident, "phone", "0987 654 321"))
    assert "Đã gửi đề nghị" in page and "0912 345 678 → 0987 654 321" in page and "đang chờ xã trả lời" in page
    household.refresh_from_db()
    assert household.phone == "0912345678"  # nothing changes by asking
    inbox = told(officer_client.get("/residents/"))
    assert "0987654321" in inbox and "Nguyễn Văn An" in inbox
    wish = Correction.objects.get()
    done = told(officer_client.post(f"/residents/{wish.pk}/answer/", {"do": "accept"}, follow=True))
    household.refresh_from_db()
    wish.refresh_from_db()
    assert household.phone == "0987654321" and household.shop_name == "Tạp hóa Cô Ba" and household.size == 4
    assert "Đã sửa điện thoại của hộ Nguyễn Văn An" in done and f"/changes/{wish.changeset.pk}/undo/" in done
    assert wish.changeset.kind == "household.correction"
    assert "đã sửa" in told(resident.get("/ho/home/"))
    assert officer_client.post(f"/changes/{wish.changeset.pk}/undo/").status_code == 302
    household.refresh_from_db()
    assert household.phone == "0912345678"


@pytest.mark.parametrize(("field", "wanted"), [("size", "6"), ("shop_name", "Quán Năm"), ("head_name", "Lê Văn Bảy")])
def test_each_field_can_be_corrected(
    resident: Client, officer_client: Client, household: Household, field: str, wanted: str
) -> None:
    ask(resident, field, wanted)
    officer_client.post(f"/residents/{Correction.objects.get().pk}/answer/", {"do": "accept"})
    household.refresh_from_db()
    assert str(getattr(household, field)) == wanted


def test_a_declined_wish_tells_the_reason(resident: Client, officer_client: Client, household: Household) -> None:
    ask(resident, "", "Nhà tôi ở phía bên kia đường")
    wish = Correction.objects.get()
    without = officer_client.post(f"/residents/{wish.pk}/answer/", {"do": "decline", "answer": " "})
    assert without.status_code == 400 and "Hãy viết lý do" in told(without)
    assert f'action="/residents/{wish.pk}/answer/"' in told(without)  # the inbox again, the sentence at that field
    long = "Lý do " * 100
    too_long = told(officer_client.post(f"/residents/{wish.pk}/answer/", {"do": "decline", "answer": long}))
    assert long in too_long and "500" in too_long
    officer_client.post(f"/residents/{wish.pk}/answer/", {"do": "decline", "answer": "Đã đo lại, điểm đúng."})
    page = told(resident.get("/ho/home/"))
    assert "Đã đo lại, điểm đúng." in page and "không sửa" in page
    again = officer_client.post(f"/residents/{wish.pk}/answer/", {"do": "accept"})
    assert again.status_code == 409


def test_bad_wishes_get_a_sentence_and_reach_nobody(resident: Client, household: Household) -> None:
    for field, wanted, sentence in (
        ("phone", "12", "Số điện thoại"),
        ("phone", "0912345678", "Xã đang ghi đúng như vậy"),
        ("size", "0", "1"),
        ("head_name", "", "bắt buộc"),
        ("", "  ", "bắt buộc"),
    ):
        answer = resident.post(f"/ho/correction/?field={field}", {"wanted": wanted})
        assert answer.status_code == 400 and sentence in told(answer), field
    assert resident.post("/ho/correction/?field=note", {"wanted": "x"}).status_code == 404
    assert Correction.objects.count() == 0


def test_officers_are_told_that_residents_wait(
    resident: Client, officer_client: Client, stranger: Any, viewer: Any
) -> None:
    assert "đang chờ trả lời" not in told(officer_client.get("/"))
    for number in range(3):
        ask(resident, "", f"Việc {number}")
    front = told(officer_client.get("/"))
    assert "3 đề nghị của người dân đang chờ trả lời" in front
    assert re.search(r"<li>.*Người dân <span[^>]*>3</span></a></li>", front)
    assert re.search(r"Người dân <span[^>]*>3</span>", told(officer_client.get("/houses/")))
    for person in (stranger, viewer):
        browser = Client()
        browser.force_login(person)
        assert "đang chờ trả lời" not in told(browser.get("/"))


def test_the_number_stands_on_pages_outside_of_a_transaction_too(
    transactional_db: None, resident: Client, officer_client: Client
) -> None:
    ask(resident, "", "Việc 1")
    for page, status in (("/account/password/", 200), ("/no/such/page", 404)):
        answer = officer_client.get(page)
        assert answer.status_code == status
        assert re.search(r"Người dân <span[^>]*>1</span>", told(answer)), page


def test_an_inbox_is_not_flooded(resident: Client) -> None:
    for number in range(corrections.MOST_WAITING):
        ask(resident, "", f"Việc {number}")
    assert "chờ trả lời" in told(ask(resident, "", "Thêm một việc"))
    assert Correction.objects.count() == corrections.MOST_WAITING


def test_nobody_from_elsewhere_answers(resident: Client, stranger: Any, viewer: Any) -> None:
    ask(resident, "phone", "0987654321")
    wish = Correction.objects.get()
    for person in (stranger, viewer):
        browser = Client()
        browser.force_login(person)
        assert browser.post(f"/residents/{wish.pk}/answer/", {"do": "accept"}).status_code == 404
        assert "0987654321" not in told(browser.get("/residents/"))


def say(resident: Client, given: str) -> str:
    return told(resident.post("/ho/consent/", {"purpose": "publish.shop_name", "given": given}, follow=True))


def test_the_shops_name_is_public_while_the_household_consents(
    resident: Client, client: Client, household: Household
) -> None:
    plate = factories.plate(household.house)

    def scanned() -> str:
        return told(client.get(f"/{plate.token}"))

    bare = scanned()
    assert "Tạp hóa" not in bare  # silence is no consent
    assert "đang đồng ý" in say(resident, "yes")
    page = scanned()
    assert "Tạp hóa Cô Ba" in page and "Tạp hóa Cô Ba" in told(client.get(f"/h/{household.house.code}/"))
    assert "Nguyễn Văn An" not in page and "0912345678" not in page and "0912 345 678" not in page
    assert len(page.encode()) < 20_000
    say(resident, "no")
    assert scanned() == bare
    say(resident, "yes")
    household.refresh_from_db()
    household.shop_name = ""
    household.save()
    assert scanned() == bare


def test_each_word_is_kept_with_its_time_and_sentence(resident: Client, household: Household) -> None:
    for given in ("yes", "yes", "no", "yes"):
        say(resident, given)
    kept = list(Consent.objects.order_by("id"))
    assert [one.given for one in kept] == [True, False, True]  # what only repeats is not written again
    assert all(one.wording.startswith("Tôi đồng ý cho xã hiện tên cửa hàng") for one in kept)
    assert all(one.wording_version == 1 and one.at for one in kept)
    assert resident.post("/ho/consent/", {"purpose": "publish.phone", "given": "yes"}).status_code == 400
    assert Consent.objects.count() == 3


def test_a_household_takes_its_data_with_it(resident: Client, household: Household) -> None:
    ask(resident, "phone", "0987654321")
    say(resident, "yes")
    answer = resident.get("/ho/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    data = json.loads(b"".join(answer.streaming_content))
    values = {field["label"]: field["value"] for field in data["household"]["fields"]}
    assert values["Chủ hộ"] == "Nguyễn Văn An" and values["Điện thoại"] == "0912345678"
    assert data["consents"][0]["given"] is True and data["corrections"][0]["wanted"] == "0987654321"
    pdf = b"".join(resident.get("/ho/data.pdf").streaming_content)
    text = text_of(pdf)
    for word in ("Nguyễn Văn An", "0912 345 678", "Tạp hóa Cô Ba", "0987 654 321"):
        assert word in text
    assert resident.get("/ho/data.xml").status_code == 404


def test_the_page_tells_who_has_looked(resident: Client, officer: Any, household: Household) -> None:
    other = factories.household(household.house, "Trần Bình")
    table, commune = Household._meta.db_table, household.commune
    with wall.acting(officer):
        audit.record("household.read", table=table, row_id=household.pk, commune=commune)
        audit.record("household.list", table=table, rows=[other.pk, household.pk], commune=commune)
        audit.record("household.reveal", table=table, row_id=other.pk, commune=commune)
    page = told(resident.get("/ho/home/"))
    assert "Lê Thị Lan</b>: xem hồ sơ hộ" in page and "Lê Thị Lan</b>: xem danh sách" in page
    assert "xem đủ số" not in page  # the neighbour's
    data = json.loads(b"".join(resident.get("/ho/data.json").streaming_content))
    assert {"who": "Lê Thị Lan", "what": "xem hồ sơ hộ"}.items() <= data["readings"][1].items()


def test_the_page_says_what_the_household_was_assessed_to_be(
    resident: Client, officer: Any, household: Household
) -> None:
    for house, number in ((household.house, "12/QĐ-UBND"), (factories.house(household.commune), "99/QĐ-UBND")):
        whose = household if house == household.house else factories.household(house, "Trần Bình")
        with wall.acting(officer):
            Assessment.objects.create(
                household=whose, standard="poverty-2022", outcome="poor", assessed_on="2025-11-01",
                decision_number=number, decision_date="2025-12-01", assessed_by=officer,
            )  # fmt: skip
    page = told(resident.get("/ho/home/"))
    assert "hộ nghèo, quyết định" in page and "12/QĐ-UBND" in page and "99/QĐ-UBND" not in page
    assert "nhạy cảm" in page


def test_the_page_tells_which_result_is_in_force_and_takes_a_wish_about_it(
    resident: Client, officer: Any, household: Household, officer_client: Client
) -> None:
    with wall.acting(officer):
        for outcome, day, number in (("poor", "2023-11-01", "7/QĐ"), ("near-poor", "2024-11-01", "8/QĐ")):
            Assessment.objects.create(
                household=household, standard="poverty-2022", outcome=outcome, assessed_on=day,
                decision_number=number, decision_date=day, assessed_by=officer,
            )  # fmt: skip
    page = told(resident.get("/ho/home/"))
    assert page.index("8/QĐ") < page.index(">đang áp dụng<") < page.index("7/QĐ") < page.index(">trước đây<")
    fields = json.loads(b"".join(resident.get("/ho/data.json").streaming_content))["household"]["fields"]
    assert [field["standing"] for field in fields if "standing" in field] == ["đang áp dụng", "trước đây"]
    text = " ".join(text_of(b"".join(resident.get("/ho/data.pdf").streaming_content)).split())
    assert "đang áp dụng: hộ cận nghèo" in text and "trước đây: hộ nghèo" in text
    (path, *_rest) = re.findall(r'href="(/ho/correction/\?assessment=[^"]+)"', page)
    assert "8/QĐ" in told(resident.get(path))
    resident.post(path, {"wanted": "Nhà đã thoát nghèo"})
    wish = Correction.objects.get()
    assert wish.field == "" and "8/QĐ" in wish.wanted and wish.wanted.endswith(": Nhà đã thoát nghèo")
    assert resident.get("/ho/correction/?assessment=x").status_code == 404


def test_a_list_with_telephones_says_so_with_its_reason(resident: Client, officer: Any, household: Household) -> None:
    table, commune = Household._meta.db_table, household.commune
    for detail in ({"fields": ["head_name"]}, {"fields": ["head_name", "phone"], "reason": "Báo bão số 5"}):
        with wall.acting(officer):
            audit.record("export", table=table, rows=[household.pk], commune=commune, detail=detail)
    page = told(resident.get("/ho/home/"))
    assert "tải danh sách có tên chủ hộ và số điện thoại; lý do: Báo bão số 5" in page
    assert "</b>: tải danh sách</li>" in page


def test_an_officer_sees_the_wish_in_full_and_the_number_kept_under_its_mask(
    resident: Client, officer_client: Client, household: Household
) -> None:
    ask(resident, "phone", "0987654321")
    inbox = told(officer_client.get("/residents/"))
    assert "0987654321" in inbox and "0912345678" not in inbox
    assert "0987654321" not in told(officer_client.get(f"/households/{household.pk}/resident/"))
    assert "xem đủ số" in told(resident.get("/ho/home/"))  # and that look is told of


def test_the_page_speaks_english_too(resident: Client) -> None:
    resident.post("/language/", {"language": "en", "next": "/ho/home/"})
    page = told(resident.get("/ho/home/"))
    assert "Who has looked" in page and "Ai đã xem" not in page

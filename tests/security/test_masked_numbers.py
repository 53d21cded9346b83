"""Telephone and personal numbers: masked everywhere, shown in full one household at a time, each look written down."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from households.models import House, Household
from mapping import changes
from mapping.access import Role
from mapping.masking import masked_number, masked_phone
from mapping.models import AuditEntry, ChangeSet, Unit
from mapping.personal_number import PersonalNumberError, parse_personal_number
from tests import factories

PHONE, NUMBER = "0987654321", "038090123456"
SEEN_PHONE, SEEN_NUMBER = "0987 ••• •21", "••• ••• ••• 456"
WRITINGS = (PHONE, "0987 654 321", NUMBER, "038 090 123 456", "654321", "123456")


@pytest.fixture
def house(commune: Unit) -> House:
    return factories.house(commune, number="12", street="ngõ Đình", village=factories.village(commune))


@pytest.fixture
def household(house: House) -> Household:
    return factories.household(house, "Nguyễn Văn An", phone=PHONE, personal_number=NUMBER, size=4)


@pytest.fixture
def people(commune: Unit) -> dict[str, Client]:
    """A browser for each role that sees people."""
    village = factories.village(commune)
    granted = {
        Role.SURVEYOR: village, Role.VILLAGE_HEAD: village, Role.COMMUNE_OFFICER: commune,
        Role.PROVINCE_OFFICER: commune.parent,
    }  # fmt: skip
    made = {}
    for role, unit in granted.items():
        made[role] = Client()
        made[role].force_login(factories.user(role.value, role=role, at=unit))
    return made


def body_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def test_masks_leave_enough_to_tell_two_numbers_apart() -> None:
    assert masked_phone(PHONE) == SEEN_PHONE and masked_phone("") == ""
    assert masked_number(NUMBER) == SEEN_NUMBER and masked_number("") == ""
    assert masked_phone("02373123456") == "0237 ••• ••5 6"
    for number in ("1", "1234567", "19001234", PHONE):
        assert masked_phone(number).replace(" ", "") != number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("12345", "length"), ("03809012345a", "length"), ("003090123456", "place"), ("038290123456", "year"),
     ("٠٣٨٠٩٠١٢٣٤٥٦", "length")],
)  # fmt: skip
def test_a_personal_number_is_one_that_can_have_been_given(typed: str, reason: str) -> None:
    with pytest.raises(PersonalNumberError) as caught:
        parse_personal_number(typed, this_year=2026)
    assert caught.value.reason == reason


def test_a_personal_number_may_be_typed_with_spaces_and_may_have_lost_its_zero() -> None:
    assert parse_personal_number("038 090 123 456", this_year=2026) == NUMBER
    assert parse_personal_number("38090123456", this_year=2026) == NUMBER
    assert parse_personal_number("038226000001", this_year=2026) == "038226000001"


def test_no_page_shows_a_number_in_full_to_any_role(house: House, household: Household, people: dict) -> None:
    plate = factories.plate(house)
    pages = [
        f"/houses/{house.code}/", "/houses/", f"/houses/?q={PHONE}", f"/houses/{house.code}/summary.json",
        f"/houses/search.json?q={PHONE}", "/houses/search.json?q=nguyen", f"/{plate.token}", f"/h/{house.code}/",
        f"/households/{household.pk}/edit/", f"/households/{household.pk}/move/?q={PHONE}",
        f"/houses/{house.code}/split/", "/", "/map/", "/changes/", "/houses/export.csv", "/houses/export.xlsx",
    ]  # fmt: skip
    for role, client in people.items():
        for page in pages:
            shown = body_of(client.get(page)).replace(f'value="{PHONE}"', "")  # what the person has typed themselves
            found = [writing for writing in WRITINGS if writing in shown and writing not in page]
            assert not found, f"{role} {page}: {found}"
    assert SEEN_PHONE in body_of(people[Role.SURVEYOR].get(f"/houses/{house.code}/"))
    assert SEEN_NUMBER in body_of(people[Role.COMMUNE_OFFICER].get(f"/houses/{house.code}/"))
    assert not AuditEntry.objects.filter(action="household.reveal").exists()


def test_a_reveal_shows_one_household_until_the_page_is_left_and_is_written_down(
    house: House, household: Household, people: dict
) -> None:
    other = factories.household(house, "Trần Văn Ba", phone="0911222333")
    client = people[Role.VILLAGE_HEAD]
    page = body_of(client.post(f"/households/{household.pk}/reveal/"))
    assert f'href="tel:{PHONE}">0987 654 321</a>' in page and "038 090 123 456" in page
    assert "0911 ••• •33" in page and "0911222333" not in page
    entry = AuditEntry.objects.get(action="household.reveal")
    assert (entry.row_id, entry.table, entry.village_id) == (household.pk, "households_household", house.village_id)
    assert (
        entry.user_name == "village_head" and entry.address and entry.detail["fields"] == ["phone", "personal_number"]
    )
    assert not any(writing in f"{entry.subject} {entry.detail} {entry.path}" for writing in (*WRITINGS, "Nguyễn"))
    assert PHONE not in body_of(client.get(f"/houses/{house.code}/"))
    client.post(f"/households/{other.pk}/reveal/", headers={"Accept": "application/json"})
    assert AuditEntry.objects.filter(action="household.reveal").count() == 2


def test_the_map_gets_a_revealed_number_as_json(house: House, household: Household, people: dict) -> None:
    client = people[Role.COMMUNE_OFFICER]
    summary = client.get(f"/houses/{house.code}/summary.json").json()["households"][0]
    assert summary["phone"] == SEEN_PHONE and summary["label"].endswith("21")
    full = client.post(summary["reveal_url"], headers={"Accept": "application/json"}).json()
    assert full == {"phone": "0987 654 321", "tel": PHONE, "personal_number": "038 090 123 456"}
    unseen = people[Role.SURVEYOR].get(f"/houses/{house.code}/summary.json").json()["households"][0]
    assert "reveal_url" not in unseen and unseen["phone"] == SEEN_PHONE


def test_a_surveyor_sees_no_button_and_is_refused(house: House, household: Household, people: dict) -> None:
    client = people[Role.SURVEYOR]
    plate = factories.plate(house)
    for page in (f"/houses/{house.code}/", f"/{plate.token}"):
        assert "/reveal/" not in body_of(client.get(page))
        assert "/reveal/" in body_of(people[Role.VILLAGE_HEAD].get(page))
    assert client.post(f"/households/{household.pk}/reveal/").status_code == 403
    assert not AuditEntry.objects.filter(action="household.reveal").exists()


def test_coming_to_the_address_of_a_reveal_by_a_link_reveals_nothing(household: Household, people: dict) -> None:
    answer = people[Role.COMMUNE_OFFICER].get(f"/households/{household.pk}/reveal/")
    assert answer.status_code == 302 and not AuditEntry.objects.filter(action="household.reveal").exists()


def test_the_page_behind_a_plate_lets_an_official_send_its_form(
    house: House, household: Household, people: dict
) -> None:
    """Without a referrer a browser sends no origin either, and the form would be refused."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people[Role.VILLAGE_HEAD].get("/map/").wsgi_request.user)
    answer = client.get(f"/{factories.plate(house).token}")
    page = body_of(answer)
    assert answer["Referrer-Policy"] == "same-origin" and 'content="no-referrer"' not in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = client.post(f"/households/{household.pk}/reveal/", {"csrfmiddlewaretoken": token})
    assert sent.status_code == 200 and PHONE in body_of(sent)


def form_of(household: Household, **changed: str) -> dict[str, str]:
    typed = {"head_name": household.head_name, "phone": SEEN_PHONE, "personal_number": SEEN_NUMBER, "size": "4"}
    return {**typed, "note": "", "version": str(household.version), **changed}


def test_a_form_sent_with_its_masks_keeps_the_numbers(household: Household, people: dict) -> None:
    client, address = people[Role.COMMUNE_OFFICER], f"/households/{household.pk}/edit/"
    assert client.post(address, form_of(household, head_name="Nguyễn Văn Ân")).status_code == 302
    household.refresh_from_db()
    assert (household.head_name, household.phone, household.personal_number) == ("Nguyễn Văn Ân", PHONE, NUMBER)
    assert client.post(address, form_of(household, phone="0987 ••• 321")).status_code == 400
    assert client.post(address, form_of(household, phone="0911 222 333", personal_number="")).status_code == 302
    household.refresh_from_db()
    assert (household.phone, household.personal_number) == ("0911222333", "")


def test_a_wrong_personal_number_is_refused_in_one_sentence(household: Household, people: dict) -> None:
    client, address = people[Role.COMMUNE_OFFICER], f"/households/{household.pk}/edit/"
    answer = client.post(address, form_of(household, personal_number="003090123456"))
    assert answer.status_code == 400 and "không phải mã của tỉnh nào" in body_of(answer)
    household.refresh_from_db()
    assert household.personal_number == NUMBER


def test_a_form_reveals_its_numbers_and_keeps_what_was_typed(household: Household, people: dict) -> None:
    client, address = people[Role.VILLAGE_HEAD], f"/households/{household.pk}/edit/"
    assert 'name="reveal"' in body_of(client.get(address))
    typed = form_of(household, head_name="Tên Đang Gõ", personal_number="", reveal="1")
    page = body_of(client.post(address, typed))
    assert "0987 654 321" in page and "Tên Đang Gõ" in page and "038 090" not in page
    assert AuditEntry.objects.filter(action="household.reveal", row_id=household.pk).count() == 1
    household.refresh_from_db()
    assert household.head_name == "Nguyễn Văn An"
    assert "Đã hiện số, chưa lưu gì" in page


def test_revealing_does_not_take_for_seen_what_somebody_else_wrote(household: Household, people: dict) -> None:
    client, address = people[Role.VILLAGE_HEAD], f"/households/{household.pk}/edit/"
    typed = form_of(household)
    Household.objects.filter(pk=household.pk).update(note="của người kia", version=household.version + 1)
    answer = client.post(address, {**typed, "reveal": "1"})
    assert answer.context["form"]["version"].value() == typed["version"]
    assert client.post(address, typed).status_code == 409


def test_an_undo_brings_a_personal_number_back(officer: Any, household: Household, people: dict) -> None:
    client = people[Role.COMMUNE_OFFICER]
    client.post(f"/households/{household.pk}/edit/", form_of(household, personal_number=""))
    changes.undo(changeset=ChangeSet.objects.get(kind="household.edit"), user=officer)
    household.refresh_from_db()
    assert household.personal_number == NUMBER


# --- Files ----------------------------------------------------------------------------------------


def test_names_leave_with_officers_only_and_numbers_with_nobody_by_default(household: Household, people: dict) -> None:
    for role, client in people.items():
        text = body_of(client.get("/houses/export.csv"))
        assert ("Nguyễn Văn An" in text) == (role in (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER)), role
        assert not any(writing in text for writing in (*WRITINGS, SEEN_PHONE)), role
        assert client.get("/houses/export/numbers/").status_code == (200 if "officer" in role else 403)


def test_numbers_leave_with_a_reason_which_the_file_and_the_audit_keep(household: Household, people: dict) -> None:
    client, reason = people[Role.COMMUNE_OFFICER], "gọi các hộ ven sông trước bão số 3"
    assert client.post("/houses/export/numbers/", {"numbers": ["phone"], "reason": "cần"}).status_code == 400
    assert not AuditEntry.objects.filter(action="export").exists()
    answer = client.post("/houses/export/numbers/", {"numbers": ["phone"], "reason": reason})
    assert 'filename="nha-co-so-dien-thoai-' in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    notes, houses = book.worksheets
    assert ("Lý do", reason) in [tuple(cell.value for cell in row) for row in notes.iter_rows()]
    header, row = ([cell.value for cell in line] for line in houses.iter_rows())
    assert row[header.index("Điện thoại")] == PHONE and "Số định danh" not in header
    entry = AuditEntry.objects.get(action="export")
    assert entry.rows == [household.pk] and entry.count == 1
    assert entry.detail["reason"] == reason and entry.detail["fields"] == ["head_name", "phone"]
    assert 'filename="nha-99001-' in client.get("/houses/export.xlsx")["Content-Disposition"]


def test_a_village_heads_file_follows_the_filters_of_their_page(
    household: Household, people: dict, house: House
) -> None:
    empty = factories.house(house.commune, number="99", village=house.village)
    text = body_of(people[Role.VILLAGE_HEAD].get("/houses/export.csv?missing=household"))
    assert empty.code in text and house.code not in text and "Chủ hộ" not in text

"""The desk changes the register while a phone is on its way: an approval puts nothing back that nobody found."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from households.models import House, Household, SurveyVisit
from mapping import wall
from tests import factories
from tests.survey.world import Phone

UNTOUCHED = {
    "occupied": "yes", "number": {"from": "12", "to": "12"}, "head_name": {"from": "Trần Văn Ba", "to": "Trần Văn Ba"},
    "size": {"from": 3, "to": 3},
}  # fmt: skip
"""What a phone sends where the surveyor looked the register's answers over and changed none."""


@pytest.fixture
def household(house: House) -> Household:
    """The one household of number 12."""
    return factories.household(house, "Trần Văn Ba", size=3, phone="0987654321")


def at_the_desk(house: House, household: Household | None = None, **fields: Any) -> None:
    """The desk changes a house, or the household of it."""
    row: Any = household or house
    with transaction.atomic(), wall.acting_as_system("test"):
        type(row).objects.filter(pk=row.pk).update(**fields, version=2)
    row.refresh_from_db()


def page(officer: Client) -> str:
    """The page of the visit, as text."""
    text: str = officer.get(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/").content.decode()
    return html.unescape(text)


def approve(officer: Client, house: House, household: Household | None = None, **decided: str) -> Any:
    """Approve the one visit; `decided` are field → keep or write, as the form names them."""
    visit = SurveyVisit.objects.get()
    chosen = {} if household is None else {"household": f"{household.pk}:{household.version}", "listed": household.pk}
    subjects = {"house": "house", "household": household.pk if household else "new"}
    names = {f"decide:{part}.{name}:{subjects[part]}": value for key, value in decided.items()
             for part, _mark, name in [key.partition("_")]}  # fmt: skip
    typed = {"do": "approve", "version": visit.version, "house_version": house.version, **chosen, **names}
    return officer.post(f"/survey/desk/visits/{visit.pk}/review/", typed)


def held(house: House) -> tuple[Any, ...]:
    """What the register holds: number, then head and size of each household."""
    house.refresh_from_db()
    with transaction.atomic(), wall.acting_as_system("test"):
        return house.number, *Household.objects.filter(house=house).order_by("pk").values_list("head_name", "size")


def test_what_nobody_changed_on_the_phone_stays_as_the_desk_made_it(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED)
    at_the_desk(house, number="999")
    at_the_desk(house, household, head_name="Trần Văn Bách", size=5)

    text = page(officer_client)
    assert "Số nhà: 12 → 999" in text and "Chủ hộ: Trần Văn Ba → Trần Văn Bách" in text
    assert approve(officer_client, house, household).status_code == 302
    assert held(house) == ("999", ("Trần Văn Bách", 5))
    assert SurveyVisit.objects.get().state == "approved"


def test_what_was_found_is_written_where_the_register_stayed(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    found = {"number": {"from": "12", "to": "12A"}, "size": {"from": 3, "to": 4}, "phone": "0912 345 678"}
    lan.send(house, UNTOUCHED | found)
    at_the_desk(house, note="Cổng xanh")

    text = page(officer_client)
    assert "Số nhà: 12 → <b>12A</b>" in text and "Số người trong hộ: 3 → <b>4</b>" in text
    assert "0987654321" not in text.partition("Duyệt thì ghi vào hồ sơ")[2]
    assert "Điện thoại: hồ sơ ghi 0987 ••• •21, người điều tra không được xem" in text
    assert text.count('type="radio"') == 2
    assert approve(officer_client, house, household).status_code == 409
    assert approve(officer_client, house, household, household_phone="write").status_code == 302
    assert held(house) == ("12A", ("Trần Văn Ba", 4))
    household.refresh_from_db()
    assert household.phone == "0912345678"


@pytest.mark.parametrize(("decision", "number"), [("keep", "999"), ("write", "12A")])
def test_where_both_changed_a_field_somebody_decides(
    officer_client: Client, lan: Phone, house: House, household: Household, decision: str, number: str
) -> None:
    lan.send(house, UNTOUCHED | {"number": {"from": "12", "to": "12A"}, "size": {"from": 3, "to": 4}})
    at_the_desk(house, number="999")
    assert "Số nhà: hồ sơ đã đổi, 12 → 999" in page(officer_client)

    silent = approve(officer_client, house, household)
    assert silent.status_code == 409
    assert "ở mục “Số nhà”. Hãy chọn từng mục" in html.unescape(silent.content.decode())
    assert held(house) == ("999", ("Trần Văn Ba", 3))

    assert approve(officer_client, house, household, house_number=decision).status_code == 302
    assert held(house) == (number, ("Trần Văn Ba", 4))


def test_what_the_desk_changed_to_the_same_needs_nobody(officer_client: Client, lan: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant", "number": {"from": "12", "to": "12A"}})
    at_the_desk(house, number="12A")
    assert approve(officer_client, house).status_code == 302
    assert held(house) == ("12A",)


def test_a_phone_that_does_not_say_what_it_had_overwrites_nothing_in_silence(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, {"occupied": "vacant", "number": "12"})
    at_the_desk(house, number="999")
    assert approve(officer_client, house).status_code == 409
    assert approve(officer_client, house, house_number="keep").status_code == 302
    assert held(house) == ("999",)


def test_a_field_that_the_desk_changes_while_the_page_is_open_is_not_written_over(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, {"occupied": "vacant", "number": {"from": "12", "to": "12A"}})
    at_the_desk(house, number="999")
    seen = House.objects.get()
    at_the_desk(house, number="1000")
    House.objects.update(version=3)
    assert approve(officer_client, seen, house_number="write").status_code == 409
    assert held(house) == ("1000",)


@pytest.mark.parametrize(("decision", "after"), [("keep", ("12",)), ("write", ("12", ("Trần Văn Ba", 3)))])
def test_a_household_that_is_gone_comes_back_only_when_somebody_says_so(
    officer_client: Client, lan: Phone, house: House, household: Household, decision: str, after: tuple[Any, ...]
) -> None:
    lan.send(house, UNTOUCHED)
    with transaction.atomic(), wall.acting_as_system("test"):
        Household.objects.filter(pk=household.pk).delete()
    assert approve(officer_client, house).status_code == 409
    assert approve(officer_client, house, household_head_name=decision).status_code == 302
    assert held(house) == after


def test_a_decision_about_one_household_is_none_about_another(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    other = factories.household(house, "Trần Văn Tư", size=9)
    lan.send(house, UNTOUCHED | {"size": {"from": 3, "to": 4}})
    at_the_desk(house, household, size=7)
    key = f"decide:household.size:{household.pk}"
    visit = SurveyVisit.objects.get()
    typed = {"do": "approve", "version": visit.version, "house_version": 1, key: "write"}
    address = f"/survey/desk/visits/{visit.pk}/review/"

    refused = officer_client.post(address, typed | {"household": f"{other.pk}:1"})
    assert refused.status_code == 409
    assert f'name="decide:household.size:{other.pk}"' in refused.content.decode()  # asked about the one that was chosen
    assert held(house)[1:] == (("Trần Văn Ba", 7), ("Trần Văn Tư", 9))
    chosen = {"household": f"{household.pk}:2", "listed": household.pk}
    assert officer_client.post(address, typed | chosen).status_code == 302
    assert held(house)[1:] == (("Trần Văn Ba", 4), ("Trần Văn Tư", 9))


def test_a_correction_of_the_surveyors_own_answer_is_still_of_what_the_phone_had(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED)
    lan.send(house, {"size": {"from": 3, "to": 4}}, base=1)
    lan.send(house, {"size": {"from": 4, "to": 5}}, base=2)
    assert approve(officer_client, house, household).status_code == 302
    assert held(house) == ("12", ("Trần Văn Ba", 5))


def test_another_household_than_the_one_of_the_list_is_listed_before_anything_is_written(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    other = factories.household(house, "Trần Văn Tư", phone="", size=9)
    lan.send(house, {"occupied": "yes", "head_name": "Trần Văn Ba", "phone": "0912 345 678"})
    assert f'name="listed" value="{household.pk}"' in page(officer_client)
    visit = SurveyVisit.objects.get()
    typed = {"do": "approve", "version": visit.version, "house_version": 1, "household": f"{other.pk}:1"}
    typed[f"decide:household.head_name:{other.pk}"] = "keep"
    address = f"/survey/desk/visits/{visit.pk}/review/"

    refused = officer_client.post(address, typed | {"listed": household.pk})
    text = html.unescape(refused.content.decode())
    assert (refused.status_code, "Danh sách sẽ ghi là của hộ khác" in text) == (409, True)
    assert f'name="listed" value="{other.pk}"' in text
    assert "Điện thoại: – → <b>0912 345 678" in text or "Điện thoại: – → <b>0912345678" in text
    other.refresh_from_db()
    assert (other.phone, SurveyVisit.objects.get().state) == ("", "received")

    anew = officer_client.post(address, typed | {"listed": other.pk, "household": ""})
    assert anew.status_code == 409  # and so of one that is not in the register yet
    assert officer_client.post(address, typed | {"listed": other.pk}).status_code == 302
    other.refresh_from_db()
    assert (other.phone, other.head_name) == ("0912345678", "Trần Văn Tư")


def test_a_number_that_older_rules_took_and_the_register_does_not_is_left_out_and_named(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED | {"phone": "0412345678", "size": {"from": 3, "to": 4}})
    text = page(officer_client)
    assert "Không phải số điện thoại ở Việt Nam" in text and "<li>Điện thoại: 0412345678</li>" in text
    assert approve(officer_client, house, household).status_code == 302
    household.refresh_from_db()
    assert (household.phone, household.size) == ("0987654321", 4)

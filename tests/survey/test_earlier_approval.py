"""What a phone sends after an approval: the approval stands, is seen, and is undone or overwritten only by a word."""

from __future__ import annotations

import html
import importlib
import re
from typing import Any

import pytest
from django.test import Client

from households.models import House, Household, SurveyVisit
from households.survey.approvals import standing
from mapping import wall
from tests import factories
from tests.survey.test_register_changes import UNTOUCHED, approve, at_the_desk, page
from tests.survey.world import WHOLE, Phone, position

STANDS = "còn trong hồ sơ, bảng xuất và biển số"
NEW = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def household(house: House) -> Household:
    """The one household of number 12."""
    return factories.household(house, "Trần Văn Ba", size=3, phone="0987654321")


def decide(officer: Client, do: str, **typed: Any) -> Any:
    visit = SurveyVisit.objects.get()
    return officer.post(f"/survey/desk/visits/{visit.pk}/review/", {"do": do, "version": visit.version, **typed})


def state() -> str:
    return str(SurveyVisit.objects.get().state)


def undo_button(text: str) -> str:
    found = re.search(r'action="(/changes/[^"]+/undo/)"', text)
    return found[1] if found else ""


@pytest.fixture
def added(officer_client: Client, lan: Phone) -> None:
    """A house that was added in the field and approved; then the phone sent one more change."""
    lan.send(NEW, WHOLE | {"number": "7"}, is_new=True, position=position())
    assert decide(officer_client, "approve").status_code == 302
    lan.send(NEW, {"house_note": "Cổng đỏ"}, base=1)
    assert state() == "received"


def in_register() -> tuple[int, int]:
    with wall.acting_as_system("test"):
        return House.objects.count(), Household.objects.count()


@pytest.mark.usefixtures("added")
def test_a_refusal_after_an_approval_asks_what_becomes_of_that(officer_client: Client) -> None:
    text = page(officer_client)
    assert STANDS in text and undo_button(text)
    assert "không ghi gì vào hồ sơ, không vào bảng xuất" not in text

    silent = decide(officer_client, "reject")
    assert (silent.status_code, state(), in_register()) == (400, "received", (1, 1))
    assert "Hãy chọn: hoàn tác cả lần đó, hay để nguyên" in html.unescape(silent.content.decode())


@pytest.mark.usefixtures("added")
def test_a_refusal_may_leave_the_earlier_approval_which_is_then_seen_and_undone(officer_client: Client) -> None:
    assert decide(officer_client, "reject", undo="no").status_code == 302
    text = page(officer_client)
    assert (state(), in_register(), STANDS in text) == ("rejected", (1, 1), True)

    officer_client.post(undo_button(text))
    text = page(officer_client)
    assert (state(), in_register(), STANDS in text) == ("rejected", (0, 0), False)
    assert undo_button(text) == ""


@pytest.mark.usefixtures("added")
def test_a_refusal_may_undo_it_too(officer_client: Client) -> None:
    assert decide(officer_client, "reject", undo="yes").status_code == 302
    assert (state(), in_register()) == ("rejected", (0, 0))
    assert SurveyVisit.objects.get().approvals == []


@pytest.mark.usefixtures("added")
def test_where_the_desk_has_gone_on_a_refusal_with_undo_changes_nothing(officer_client: Client) -> None:
    at_the_desk(House.objects.get(), number="9")
    refused = decide(officer_client, "reject", undo="yes")
    assert (refused.status_code, state(), in_register()) == (409, "received", (1, 1))
    assert "Không hoàn tác được" in refused.content.decode()
    assert STANDS in page(officer_client)


@pytest.mark.usefixtures("added")
def test_a_return_says_that_the_earlier_approval_stands(officer_client: Client) -> None:
    assert decide(officer_client, "return", comment="Chụp lại").status_code == 302
    text = page(officer_client)
    assert STANDS in text
    officer_client.post(undo_button(text))
    assert (state(), in_register()) == ("returned", (0, 0))


def test_two_approvals_are_undone_one_by_one_or_both_by_a_refusal(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, {"occupied": "vacant", "number": {"from": "12", "to": "12A"}})
    assert approve(officer_client, house).status_code == 302
    house.refresh_from_db()
    lan.send(house, {"number": {"from": "12A", "to": "12B"}}, base=1)
    assert approve(officer_client, house).status_code == 302

    officer_client.post(undo_button(page(officer_client)))
    house.refresh_from_db()
    text = page(officer_client)
    assert (house.number, state(), STANDS in text) == ("12A", "received", True)

    assert approve(officer_client, house).status_code == 302
    lan.send(house, {"house_note": "x"}, base=2)
    assert decide(officer_client, "reject", undo="yes").status_code == 302
    house.refresh_from_db()
    assert (house.number, state()) == ("12", "rejected")


def test_approvals_from_before_they_were_noted_stand_too(officer_client: Client, lan: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant", "number": {"from": "12", "to": "12A"}})
    lan.send(house, {"toilet": "flush"}, base=1)
    assert approve(officer_client, house).status_code == 302
    (noted,) = standing(SurveyVisit.objects.get())
    note_standing = importlib.import_module("households.migrations.0051_survey_approvals").note_standing

    SurveyVisit.objects.update(approvals=[])
    note_standing(None, None)
    assert standing(SurveyVisit.objects.get()) == [noted]
    SurveyVisit.objects.update(approvals=[])
    lan.send(house, {"house_note": "x"}, base=2)
    note_standing(None, None)
    assert standing(SurveyVisit.objects.get()) == [noted]
    officer_client.post(undo_button(page(officer_client)))
    note_standing(None, None)
    assert standing(SurveyVisit.objects.get()) == []


@pytest.mark.parametrize(("decision", "phone"), [("keep", "0902000002"), ("write", "0901000001")])
def test_a_number_that_the_desk_corrected_after_the_approval_is_asked_about(
    officer_client: Client, lan: Phone, house: House, household: Household, decision: str, phone: str
) -> None:
    lan.send(house, UNTOUCHED | {"phone": "0901 000 001"})
    assert approve(officer_client, house, household, household_phone="write").status_code == 302
    at_the_desk(house, household, phone="0902000002")
    Household.objects.update(version=3)
    household.refresh_from_db()
    lan.send(house, {"toilet": "flush"}, base=1)

    assert "Điện thoại: đã xét ở lần duyệt trước, nay hồ sơ ghi 0902 ••• •02" in page(officer_client)
    assert approve(officer_client, house, household).status_code == 409
    assert approve(officer_client, house, household, household_phone=decision).status_code == 302
    household.refresh_from_db()
    assert household.phone == phone
    lan.send(house, {"toilet": "simple"}, base=2)
    kept = re.search(r'value="keep"( checked)?>', page(officer_client))
    assert (kept and kept[1]) == (" checked" if decision == "keep" else None)  # not thought over anew, and still asked


def test_what_the_desk_set_back_after_the_approval_is_not_written_again_in_silence(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED | {"size": {"from": 3, "to": 4}})
    assert approve(officer_client, house, household).status_code == 302
    at_the_desk(house, household, size=3)
    Household.objects.update(version=3)
    household.refresh_from_db()
    lan.send(house, {"toilet": "flush"}, base=1)
    assert approve(officer_client, house, household).status_code == 409
    lan.send(house, {"size": {"from": 4, "to": 5}}, base=2)  # nor what was found since, of what the desk then had
    assert "Số người trong hộ: hồ sơ đã đổi, 4 → 3" in page(officer_client)
    assert approve(officer_client, house, household).status_code == 409
    assert approve(officer_client, house, household, household_size="write").status_code == 302
    household.refresh_from_db()
    assert household.size == 5


def test_a_correction_after_the_approval_is_written_where_the_register_stayed(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED | {"phone": "0901 000 001", "size": {"from": 3, "to": 4}})
    assert approve(officer_client, house, household, household_phone="write").status_code == 302
    household.refresh_from_db()
    lan.send(
        house, {"phone": {"from": "0901 000 001", "to": "0901 000 009"}, "size": {"from": 4, "to": 5}}, base=1
    )  # fmt: skip
    assert 'type="radio" name="decide' not in page(officer_client)
    assert approve(officer_client, house, household).status_code == 302
    household.refresh_from_db()
    assert (household.phone, household.size) == ("0901000009", 5)


@pytest.mark.parametrize(
    ("decision", "note"), [("keep", "Cổng xanh"), ("write", "Cổng đỏ"), ("both", "Cổng xanh; Cổng đỏ")]
)
def test_a_note_that_no_phone_was_shown_stays_goes_or_stands_before_the_new_one(
    officer_client: Client, lan: Phone, house: House, decision: str, note: str
) -> None:
    at_the_desk(house, note="Cổng xanh")
    lan.send(house, {"occupied": "vacant", "house_note": "Cổng đỏ"})
    text = page(officer_client)
    assert "Ghi chú về nhà: hồ sơ ghi Cổng xanh, người điều tra không được xem" in text
    assert "Ghi cả hai: Cổng xanh; Cổng đỏ" in text
    assert approve(officer_client, house).status_code == 409
    assert approve(officer_client, house, house_note=decision).status_code == 302
    house.refresh_from_db()
    assert house.note == note


def test_a_household_that_the_desk_took_out_after_the_approval_comes_back_only_if_somebody_says_so(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    assert approve(officer_client, house).status_code == 302
    with wall.acting_as_system("test"):
        Household.objects.all().delete()
    lan.send(house, {"toilet": "flush"}, base=1)
    assert approve(officer_client, house).status_code == 409
    assert approve(officer_client, house, household_head_name="keep").status_code == 302
    assert in_register() == (1, 0)

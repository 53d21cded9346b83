"""Telephone numbers on the page of a visit: in full while an officer decides by them, masked once that is over."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from households.models import House, Household, SurveyRound
from tests import factories
from tests.survey.test_earlier_approval import decide
from tests.survey.test_register_changes import approve, page
from tests.survey.world import WHOLE, Phone, phone, surveyor

MASKED = "0912 ••• •78"
MEMBER = f"members.{uuid.UUID(int=5)}"
CHILD = {"name": "Lê Thị Tư", "phone": "0909 111 222"}


def full_numbers(text: str) -> list[str]:
    """Which of the numbers can be read in a page, however they are written."""
    bare = text.replace(" ", "")
    return [one for one in ("0912345678", "0909111222", "0987654321") if one in bare]


def test_what_was_sent_is_seen_in_full_until_it_is_decided(officer_client: Client, lan: Phone, house: House) -> None:
    lan.send(house, WHOLE | {MEMBER: CHILD})
    assert full_numbers(page(officer_client)) == ["0912345678", "0909111222"]
    assert approve(officer_client, house).status_code == 302

    text = page(officer_client)
    assert full_numbers(text) == []
    assert text.count(MASKED) == 2  # found and held
    assert "Lê Thị Tư" in text and "0909 ••• •22" in text


def test_what_was_refused_is_masked_until_it_is_taken_up_again(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    decide(officer_client, "reject")
    assert (full_numbers(page(officer_client)), MASKED in page(officer_client)) == ([], True)
    decide(officer_client, "reopen")
    assert full_numbers(page(officer_client)) == ["0912345678"]


@pytest.mark.parametrize("written", ["0987 654 321", "+84987654321", "0987654321"])
def test_a_number_that_the_register_holds_stays_masked_however_it_was_written(
    officer_client: Client, lan: Phone, house: House, written: str
) -> None:
    factories.household(house, "Lê Văn Ba", phone="0987654321")
    factories.household(house, "Lê Văn Bốn", phone="0912345678")
    lan.send(house, WHOLE | {"phone": written})
    text = page(officer_client)
    assert (full_numbers(text), written in text, "0987 ••• •21" in text) == ([], False, True)


def test_both_values_of_a_conflict_too(officer_client: Client, lan: Phone, survey: SurveyRound, house: House) -> None:
    factories.household(house, "Lê Văn Ba", phone="0987654321")
    other = phone(survey, surveyor(survey, "hoa"))
    lan.send(house, WHOLE)
    assert other.send(house, {"phone": "0987 654 321"})["conflicts"] == ["phone"]
    text = page(officer_client)
    assert "Hai người ghi khác nhau" in text
    assert full_numbers(text) == ["0912345678"]
    decide(officer_client, "reject")
    assert full_numbers(page(officer_client)) == []
    assert Household.objects.count() == 1

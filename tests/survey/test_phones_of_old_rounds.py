"""Telephone numbers that version 1 of the rules took and no approval can write hold nothing else up."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from households.models import House, Household, SurveyVisit
from tests.survey.world import WHOLE, Phone, position

ABROAD = WHOLE | {"phone": "+8562012345678"}


def approved(officer: Client, **fields: object) -> None:
    visit = SurveyVisit.objects.get()
    page = officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert "Không phải số điện thoại ở Việt Nam nên duyệt thì hồ sơ giữ nguyên mục này" in page
    sent = {"do": "approve", "version": visit.version} | fields
    assert officer.post(f"/survey/desk/visits/{visit.pk}/review/", sent).status_code == 302
    assert SurveyVisit.objects.get().state == "approved"


@pytest.mark.parametrize("number", ["+8562012345678", "0123456789", "01234567890", "0412345678"])
def test_a_household_goes_in_without_the_number(officer_client: Client, lan: Phone, house: House, number: str) -> None:
    lan.send(house, WHOLE | {"phone": number})
    approved(officer_client, house_version=house.version)
    household = Household.objects.get()
    assert (household.head_name, household.phone) == ("Lê Văn Ba", "")


def test_a_new_house_does_too(officer_client: Client, lan: Phone) -> None:
    lan.send(uuid.uuid4(), ABROAD, is_new=True, position=position())
    approved(officer_client)
    assert Household.objects.get().phone == ""

"""The page about this phone names the houses of which two people wrote different things."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.survey import world as survey_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_houses_in_question_are_named_and_lead_to_their_forms(
    phone: Page, live_server: LiveServer, world: World, take_along: Callable[[], None]
) -> None:
    house, other = world.houses[2], world.houses[4]
    own = survey_world.phone(world.round, world.surveyor)
    beside = survey_world.phone(world.round, survey_world.surveyor(world.round, "hoa"))
    for one in (house, other):
        own.send(one, {"occupied": "yes", "head_name": "Lê Văn Ba"})
    sent = beside.send(house, {"head_name": "Lê Văn Bốn", "occupied": "vacant"})
    assert len(sent["conflicts"]) == 2
    take_along()

    phone.goto(f"{live_server.url}/survey/#/phone")
    expect(phone.get_by_text("Có 2 mục hai người ghi khác nhau")).to_be_visible()
    named = phone.get_by_role("link", name="Nhà 3, Đường Bàng")
    expect(named).to_be_visible()
    expect(phone.get_by_role("link", name="Nhà 5, Đường Bàng")).to_have_count(0)
    named.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("3, Đường Bàng")

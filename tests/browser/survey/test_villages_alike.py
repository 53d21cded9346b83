"""Two villages of one name: what is pressed on a card is done with the village that the card is of."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyAssignment
from mapping import wall
from mapping.access import Role
from mapping.models import Grant, Unit, User
from tests import factories
from tests.browser.survey.conftest import world_of

SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def test_a_card_that_says_what_another_said_takes_its_own_village_along(
    phone: Page, live_server: LiveServer, commune: Unit, sign_in: Callable[[User], None]
) -> None:
    world = world_of(commune, 0)
    other = factories.village(commune, 2)
    Grant.objects.create(user=world.surveyor, unit=other, role=Role.SURVEYOR)
    SurveyAssignment.objects.create(round=world.round, surveyor=world.surveyor, village=other)
    Unit.objects.filter(pk__in=[world.village.pk, other.pk]).update(name="Đông")
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    take = phone.get_by_role("button", name="Tải về máy")
    expect(take).to_have_count(2)
    with transaction.atomic(), wall.acting_as_system("test"):
        SurveyAssignment.objects.filter(village=world.village).update(ended_at=timezone.now())
    phone.evaluate(SEEN_AGAIN)
    expect(take).to_have_count(1)
    take.click()
    opened = phone.get_by_role("link", name="Mở")
    expect(opened).to_have_attribute("href", f"#/village/{world.round.pk}/{other.code}")

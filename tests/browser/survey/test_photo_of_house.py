"""A photo in a house's record: an officer takes it out on the house's page, and the history puts it back."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import HousePhoto
from mapping import files, wall
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.survey.test_desk_of_survey import look
from tests.survey.test_photos import picture

__all__ = ("look",)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_photo_is_taken_out_of_the_record_and_put_back(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    house = factories.house(commune, 105.801, 19.67, village=factories.village(commune), number="12", street="ngõ Đình")
    with transaction.atomic(), wall.acting_as_system("test"):
        for seed in (1, 2):
            content = io.BytesIO(picture(400, 300, seed=seed))
            kept = files.store(
                source=content, name=f"{seed}.jpg", content_type="image/jpeg", commune=commune, user=None
            )
            HousePhoto.objects.create(house=house, file=kept)
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/{house.code}/")
    photos = page.locator(".photos > li")
    expect(photos).to_have_count(2)
    photos.nth(0).locator("summary").click()
    look("photo-to-remove")
    photos.nth(0).get_by_role("button", name="Bỏ ảnh này khỏi hồ sơ").click()
    expect(page.get_by_text("Đã bỏ ảnh khỏi hồ sơ nhà.")).to_be_visible()
    expect(photos).to_have_count(1)
    page.get_by_role("button", name="Hoàn tác").first.click()
    expect(page.get_by_text("Đã hoàn tác: 1 mục")).to_be_visible()
    page.goto(f"{live_server.url}/houses/{house.code}/")
    expect(photos).to_have_count(2)

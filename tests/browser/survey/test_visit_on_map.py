"""The place of a visit as an officer sees it before approving."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping import wall
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.survey import pack_world

DOOR = (105.803, 19.671)
MEASURED = {
    "source": "averaged", "lng": DOOR[0], "lat": DOOR[1], "accuracy_m": 14.2, "fixes": 14, "used": 11, "spread_m": 1.6,
    "doubtful": False, "reason": "Dưới tán cây", "measured": {"lng": DOOR[0] + 0.0001, "lat": DOOR[1] - 0.0002},
}  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_place_of_a_visit_is_drawn_beside_the_register_and_the_neighbours(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    village = factories.village(commune)
    house = factories.house(commune, DOOR[0] - 0.0002, DOOR[1], village=village, number="12", street="ngõ Đình")
    factories.house(commune, DOOR[0] + 0.0002, DOOR[1], village=village, number="14", street="ngõ Đình")
    survey_round = pack_world.survey_round(commune)
    surveyor = pack_world.surveyor(village, survey_round)
    with transaction.atomic(), wall.acting_as_system("test"):
        visit = pack_world.visit(survey_round, house, surveyor, {"number": "12A"}, position=MEASURED)
        visit.location = Point(*DOOR, srid=4326)
        visit.save()
    page.set_viewport_size(size)
    sign_in(officer)

    page.goto(f"{live_server.url}/survey/desk/visits/{visit.pk}/")

    map_ = page.locator("#visit-map")
    expect(map_).to_have_attribute("data-map", "drawn")
    expect(map_).to_have_attribute("data-points", "3")
    expect(map_.get_by_text("14 ngõ Đình")).to_be_visible()
    box = map_.bounding_box()
    assert box
    for where in (DOOR, (MEASURED["measured"]["lng"], MEASURED["measured"]["lat"]), house.location.coords):
        at = map_.evaluate("(box, [lng, lat]) => box.visit.latLngToContainerPoint([lat, lng])", list(where))
        assert 0 < at["x"] < box["width"]
        assert 0 < at["y"] < box["height"]
    expect(page.get_by_text("dùng 11 trong 14 lần")).to_be_visible()
    assert width_of(page) <= size["width"]
    assert_accessible()
    if folder := os.environ.get("SONHA_PICTURES"):
        page.screenshot(path=Path(folder) / f"survey-visit-place-{size['width']}.png", full_page=True)

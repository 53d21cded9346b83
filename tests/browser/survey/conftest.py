"""A surveyor with a phone: a round in a village of ten houses, and a browser that opens /survey/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import House, SurveyRound
from households.survey import shell
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.survey import line
from tests.browser.survey.installed import SHELL_IS_KEPT, InstalledPhone
from tests.survey import world as survey_world

# One server serves all tests of a run, and reads this once.
if "tests.browser.survey.line.Line" not in settings.MIDDLEWARE:
    settings.MIDDLEWARE = ["tests.browser.survey.line.Line", *settings.MIDDLEWARE]


@dataclass
class World:
    """What there is."""

    round: SurveyRound
    village: Unit
    surveyor: User
    houses: list[House]


@pytest.fixture(autouse=True)
def a_line() -> Iterator[None]:
    """The line is good until a test says otherwise."""
    line.good()
    line.seen.clear()
    shell._made.cache_clear()
    yield
    line.good()


def world_of(commune: Unit, count: int = 10) -> World:
    """So many houses in a row, Nguyễn Văn 1, 2 … in them, and `mai`, who walks their village."""
    round_ = survey_world.round_in(commune)
    person = survey_world.surveyor(round_, "mai")
    village = factories.village(commune, 1)
    houses = []
    for place in range(1, count + 1):
        lng, lat = survey_world.WEST
        house = factories.house(
            commune, lng + place / 5_000, lat, number=str(place), street="Đường Bàng", village=village
        )
        factories.household(house, f"Nguyễn Văn {place}")
        houses.append(house)
    return World(round_, village, person, houses)


@pytest.fixture
def world(commune: Unit) -> World:
    """Ten houses in a row."""
    return world_of(commune)


@pytest.fixture
def phone(context: BrowserContext, page: Page) -> Page:
    """The page at the size of a phone, which knows where it is."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": survey_world.WEST[0], "latitude": survey_world.WEST[1], "accuracy": 4})
    return page


@pytest.fixture
def take_along(
    phone: Page, live_server: LiveServer, world: World, sign_in: Callable[[User], None]
) -> Callable[[], None]:
    """Open the survey as the surveyor and take the village along, until all of it works without a network."""

    def taken() -> None:
        sign_in(world.surveyor)
        phone.goto(f"{live_server.url}/survey/")
        phone.get_by_role("button", name="Tải về máy").click()
        expect(phone.get_by_role("link", name="Mở")).to_be_visible()
        phone.evaluate(SHELL_IS_KEPT)

    return taken


@pytest.fixture
def installed(browser_type: BrowserType, live_server: LiveServer, tmp_path: Path) -> Iterator[InstalledPhone]:
    """A phone with a profile on the disk, on which no script fails."""
    phone = InstalledPhone(browser_type, live_server, tmp_path / "profile")
    yield phone
    phone.close()
    assert phone.wrong == []


def show_house(phone: Page, live_server: LiveServer, world: World, place: int) -> None:
    """Open a house's form, and wait until the screen before, which may have the same fields, has gone."""
    house = world.houses[place]
    phone.goto(live_server.url + house_address(world, place))
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"{house.number}, {house.street}")


def house_address(world: World, place: int) -> str:
    """The address of a house's form."""
    return f"/survey/#/house/{world.round.pk}/{world.houses[place].pk}"

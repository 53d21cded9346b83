"""A phone gets a name that its person recognises it by; buttons of the map are as large as a finger."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyDevice
from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import open_phone


def names_it(name: str) -> Callable[[Response], bool]:
    """Whether an answer is the server's to a phone that told this name."""

    def does(response: Response) -> bool:
        told = json.loads(response.request.post_data or "{}") if "/api/survey/devices" in response.url else {}
        return bool(told.get("name") == name)

    return does


def test_a_phone_is_named_and_the_desk_knows_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.goto(f"{live_server.url}/survey/#/map/{world.round.pk}/{world.village.code}")
    zoom = phone.locator(".leaflet-control-zoom-in")
    expect(zoom).to_be_visible()
    box = zoom.bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    open_phone(phone, live_server)
    name = phone.get_by_label("Cán bộ xã nhận ra máy này bằng tên")
    name.fill("Máy của Mai")
    with phone.expect_response(names_it("Máy của Mai")):
        phone.get_by_role("button", name="Giữ tên này").click()
    expect(phone.get_by_text("Đã giữ tên.")).to_be_visible()
    with transaction.atomic():
        assert SurveyDevice.objects.get().name == "Máy của Mai"
    phone.reload()
    expect(name).to_have_value("Máy của Mai")

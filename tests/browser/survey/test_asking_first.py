"""Where somebody else may hold the phone, nothing of its last person is shown before the server says who it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import Unit, User
from tests import factories
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.looking import look
from tests.browser.survey.test_whose_phone import note
from tests.security.accounts import PASSWORD
from tests.survey import world as survey_world

ME = "/api/survey/me"
ASKING = "Đang hỏi máy chủ xem ai đang đăng nhập"
UNKNOWN = "Máy chủ chưa cho biết ai đang đăng nhập."
GO_ON = "Tôi là mai, làm tiếp"


@pytest.fixture
def tuan(world: World) -> User:
    """Another who walks the village."""
    return survey_world.surveyor(world.round, "tuan")


@pytest.fixture
def begun(phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World) -> None:
    """A phone on which mai has taken a village along and typed something."""
    take_along()
    note(phone, live_server, world, "mai ghi dở")


def type_password(phone: Page, live_server: LiveServer, username: str) -> None:
    """Sign in by the form of the server, and be led back to the survey."""
    phone.goto(f"{live_server.url}/sign-in/?next=/survey/")
    phone.get_by_label("Tên đăng nhập").fill(username)
    phone.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    phone.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    phone.wait_for_url(f"{live_server.url}/survey/")


def stop_the_clock(phone: Page) -> None:
    """Let no time pass on the phone: what it shows for a few seconds only is there for as long as it takes to look."""
    phone.clock.install()
    phone.clock.pause_at(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1))


def shows_nothing_of_mai(phone: Page) -> None:
    expect(phone.get_by_role("link", name="Mở")).to_have_count(0)
    expect(phone.locator("#survey-phone")).to_be_hidden()
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_count(0)


@pytest.mark.usefixtures("begun")
def test_the_first_stranger_who_signs_in_is_shown_nothing_of_the_other_on_a_slow_line(
    phone: Page, live_server: LiveServer, tuan: User
) -> None:
    stop_the_clock(phone)
    with line.bad("slow", ME):
        type_password(phone, live_server, "tuan")
        expect(phone.get_by_text(ASKING)).to_be_visible()
        shows_nothing_of_mai(phone)
        phone.reload()
        expect(phone.get_by_text(ASKING)).to_be_visible()
        shows_nothing_of_mai(phone)
        phone.clock.resume()
        expect(phone.get_by_text(UNKNOWN)).to_be_visible()
        look(phone, "asking-first")
        shows_nothing_of_mai(phone)
    expect(phone.get_by_text("tuan đang đăng nhập trên máy này")).to_be_visible()
    phone.get_by_role("button", name="Làm tiếp với tên tuan").click()
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()


@pytest.mark.usefixtures("begun")
def test_who_signs_in_again_goes_on_by_the_server_s_word_or_by_their_own(
    phone: Page, live_server: LiveServer, world: World
) -> None:
    type_password(phone, live_server, "mai")
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    with line.bad("portal", ME):
        phone.reload()
        expect(phone.get_by_role("link", name="Mở")).to_be_visible()  # asked once
        type_password(phone, live_server, "mai")
        phone.get_by_role("button", name=GO_ON).click()
        expect(phone.get_by_role("link", name="Mở")).to_be_visible()
        phone.goto(live_server.url + house_address(world, 1))
        phone.reload()
        expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("mai ghi dở")


@pytest.mark.usefixtures("begun")
def test_a_shared_phone_asks_on_a_slow_line_and_opens_at_once_offline(
    phone: Page, live_server: LiveServer, world: World, tuan: User, sign_in: Callable[[User], None]
) -> None:
    phone.evaluate("localStorage.setItem('sonha:survey:people', '[1, 2]')")
    sign_in(tuan)
    with line.bad("slow", ME):
        phone.reload()
        expect(phone.get_by_text(UNKNOWN)).to_be_visible()
        shows_nothing_of_mai(phone)
        phone.context.set_offline(True)
        phone.get_by_role("button", name="Thử lại").click()
        expect(phone.get_by_role("button", name=GO_ON)).to_be_visible()
        stop_the_clock(phone)
        phone.reload()
        expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("mai ghi dở")  # and nobody had to wait
        phone.clock.resume()
    phone.context.set_offline(False)
    expect(phone.get_by_text("tuan đang đăng nhập trên máy này")).to_be_visible()


@pytest.mark.usefixtures("begun")
def test_who_signs_in_without_the_right_to_survey_is_shown_nothing_of_the_other(
    phone: Page, live_server: LiveServer, commune: Unit
) -> None:
    factories.user("xem", viewer_of=commune)
    type_password(phone, live_server, "xem")
    expect(phone.get_by_text("xem đang đăng nhập trên máy này")).to_be_visible()
    shows_nothing_of_mai(phone)

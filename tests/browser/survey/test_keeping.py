"""What lies on the phone outlives a new version of the page, and goes into a file that only its passphrase opens."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import finish_house, open_phone, rows, send_now
from tests.browser.survey.test_sending_photos import finish_with_photos, large_photo, pictures
from tests.survey import world as survey_world


def receipts_on(phone: Page, person: User) -> list[dict[str, Any]]:
    """As the server gave them, without what the phone itself notes beside."""
    return [{name: one[name] for name in one if name != "here"} for one in kept_on(phone, person)["receipts"]]


def test_a_new_version_waits_until_it_is_asked_for_and_all_that_is_unsent_outlives_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path, settings: Any
) -> None:
    take_along()
    with line.bad("broken", "/api/survey/operations"):
        finish_with_photos(phone, live_server, world, 1, [large_photo(tmp_path)])
        phone.goto(live_server.url + house_address(world, 0))
        phone.get_by_label("Ghi chú về nhà").fill("cổng xanh")
        expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
        before = kept_on(phone, world.surveyor)
        settings.VERSION = "99.0.0"
        phone.reload()
        expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("cổng xanh")
        phone.get_by_role("button", name="Dùng bản mới").click()
        expect(phone.get_by_role("button", name="Dùng bản mới")).to_have_count(0)
        expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("cổng xanh")
        open_phone(phone, live_server)
        expect(phone.get_by_text("Phiên bản 99.0.0")).to_be_visible()
        expect(phone.get_by_text("Chờ gửi: 1 phiếu, 1 ảnh.")).to_be_visible()
        after = kept_on(phone, world.surveyor)
        assert [entry["body"] for entry in after["queue"]] == [entry["body"] for entry in before["queue"]]
        assert [one["hash"] for one in after["photos"]] == [one["hash"] for one in before["photos"]]
    send_now(phone)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    expect(phone.get_by_text("Đang làm dở: 1 phiếu.")).to_be_visible()
    assert rows() == (1, 1)


def test_what_waits_longer_than_a_day_is_warned_of(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    finish_house(phone, live_server, world, 0)
    warning = phone.get_by_text("Có phiếu nằm trên máy hơn 24 giờ chưa gửi.")
    now = datetime.datetime.now(datetime.UTC)
    for hours, count in ((23, 0), (25, 1)):
        phone.clock.set_system_time(now + datetime.timedelta(hours=hours))
        phone.reload()
        expect(phone.get_by_text("Chưa có mạng.")).to_be_visible()
        expect(warning).to_have_count(count)
    look(phone, "late")
    phone.get_by_role("link", name="Bản dự phòng").click()
    expect(phone.get_by_role("button", name="Lưu tệp dự phòng")).to_be_visible()


def test_a_backup_opens_with_its_passphrase_alone(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    phone.goto(live_server.url + house_address(world, 0))
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.goto(f"{live_server.url}/survey/#/phone")
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Lưu tệp dự phòng").click()
    file = tmp_path / "kept.sonhasv"
    coming.value.save_as(file)
    assert "cổng xanh".encode() not in file.read_bytes()
    phone.goto("about:blank")  # nobody reads there what is about to go
    cleared = {"origin": live_server.url, "storageTypes": "indexeddb"}
    phone.context.new_cdp_session(phone).send("Storage.clearDataForOrigin", cleared)
    open_phone(phone, live_server)
    phone.get_by_label("Chọn tệp dự phòng").set_input_files(file)
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba năm")
    phone.get_by_role("button", name="Nạp tệp dự phòng").click()
    expect(phone.get_by_text("Không mở được: sai mật khẩu")).to_be_visible()
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    phone.get_by_role("button", name="Nạp tệp dự phòng").click()
    expect(phone.get_by_text("Đã nạp: 0 phiếu chờ gửi, 1 phiếu dở, 0 ảnh.")).to_be_visible()


def test_a_backup_brings_back_nothing_that_was_finished_since(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.goto(live_server.url + house_address(world, 0))
    phone.get_by_label("Ghi chú về nhà").fill("cũ")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    open_phone(phone, live_server)
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Lưu tệp dự phòng").click()
    file = tmp_path / "kept.sonhasv"
    coming.value.save_as(file)
    finish_house(phone, live_server, world, 0)
    open_phone(phone, live_server)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    phone.get_by_label("Chọn tệp dự phòng").set_input_files(file)
    phone.get_by_role("button", name="Nạp tệp dự phòng").click()
    expect(phone.get_by_text("Đã nạp: 0 phiếu chờ gửi, 0 phiếu dở, 0 ảnh. Bỏ qua 1 phiếu cũ")).to_be_visible()
    look(phone, "backup_skipped")
    expect(phone.get_by_text("Đang làm dở")).to_have_count(0)


def test_a_backup_goes_on_from_another_phone_and_nothing_is_doubled(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path,
    browser: Browser, browser_context_args: dict[str, Any],
) -> None:  # fmt: skip
    take_along()
    phone.context.set_offline(True)
    finish_with_photos(phone, live_server, world, 0, [large_photo(tmp_path)])
    open_phone(phone, live_server)
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Lưu tệp dự phòng").click()
    expect(phone.get_by_text("Đã tạo tệp: 1 phiếu chờ gửi, 0 phiếu dở, 1 ảnh. Hãy xem tệp")).to_be_visible()
    file = tmp_path / "kept.sonhasv"
    coming.value.save_as(file)

    def load(person: User) -> Page:
        other = browser.new_context(**browser_context_args).new_page()
        client = Client()
        client.force_login(person)
        session = client.cookies[configured.SESSION_COOKIE_NAME].value
        other.context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        open_phone(other, live_server)
        other.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
        other.get_by_label("Chọn tệp dự phòng").set_input_files(file)
        expect(other.get_by_text("kept.sonhasv")).to_be_visible()
        other.get_by_role("button", name="Nạp tệp dự phòng").click()
        return other

    stranger = load(survey_world.surveyor(world.round, "tuan"))
    expect(stranger.get_by_text("Bản dự phòng này của mai.")).to_be_visible()
    stranger.context.close()
    other = load(world.surveyor)
    expect(other.get_by_text("Đã nạp: 1 phiếu chờ gửi, 0 phiếu dở, 1 ảnh.")).to_be_visible()
    expect(other.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    assert rows() == (1, 1)
    [there] = receipts_on(other, world.surveyor)
    phone.context.set_offline(False)
    send_now(phone)
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    kept = kept_on(phone, world.surveyor)
    assert receipts_on(phone, world.surveyor) == [there]
    assert rows() == (1, 1)
    [picture] = pictures()
    assert [one["receipt"]["sha256"] for one in kept["photos"]] == [picture.sha256]
    other.context.close()

"""Photos on a bad line: they go on where they were, arrive once, and wait while nobody is signed in."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyPhoto
from tests.browser.survey import line
from tests.browser.survey.conftest import World, show_house
from tests.browser.survey.installed import kept_on
from tests.browser.survey.test_sending import DONE, at_rest, open_phone, rows, send_now

PHOTOS = "/api/survey/photos/"


def large_photo(folder: Path, number: int = 0) -> Path:
    """A photo that goes up in several pieces."""
    image = Image.effect_noise((1600, 1200), 60 + number).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG")
    path = folder / f"{number}.jpg"
    path.write_bytes(out.getvalue())
    return path


def finish_with_photos(phone: Page, live_server: LiveServer, world: World, place: int, photos: list[Path]) -> None:
    """Say that nobody lives in a house, show it, and hand it over."""
    show_house(phone, live_server, world, place)
    phone.get_by_label("Bỏ không").check()
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(photos)
    expect(phone.get_by_text(f"{len(photos)} ảnh,")).to_be_visible()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)


def pictures() -> list[SurveyPhoto]:
    with transaction.atomic():
        return list(SurveyPhoto.objects.select_related("file"))


@pytest.mark.parametrize("how", ["portal", "portal json", "broken", "cut after", "signed out"])
def test_a_photo_goes_on_where_it_was_and_arrives_once(
    how: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    finish_with_photos(phone, live_server, world, 0, [large_photo(tmp_path)])
    [kept] = kept_on(phone, world.surveyor)["photos"]
    assert kept["size"] > 2 * 256 * 1024
    with line.bad(how, PHOTOS, after=2):  # where it stands, and the first piece
        phone.context.set_offline(False)
        open_phone(phone, live_server)
        expect(phone.get_by_text("Chờ gửi: 0 phiếu, 1 ảnh.")).to_be_visible()
        send_now(phone)
        at_rest(phone)
        expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
        expect(phone.get_by_text("Chờ gửi: 0 phiếu, 1 ảnh.")).to_be_visible()
        if how == "signed out":
            expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
    send_now(phone)
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    [picture] = pictures()
    [sent] = kept_on(phone, world.surveyor)["photos"]
    assert sent["receipt"]["sha256"] == picture.sha256 == kept["hash"]
    assert sent["receipt"]["size"] == picture.offset == kept["length"]
    assert rows() == (1, 1)


def test_a_session_that_ends_in_the_middle_keeps_what_is_left(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    for place in range(4):
        finish_with_photos(phone, live_server, world, place, [large_photo(tmp_path, place)])
    with line.bad("signed out", "/api/survey/operations", after=2):
        phone.context.set_offline(False)
        expect(phone.get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
        open_phone(phone, live_server)
        expect(phone.get_by_text("Biên nhận: 2.")).to_be_visible()
        expect(phone.get_by_text("Chờ gửi: 2 phiếu, 4 ảnh.")).to_be_visible()
        assert rows() == (2, 2)
    with line.bad("signed out", PHOTOS, after=4):
        send_now(phone)
        at_rest(phone)
        expect(phone.get_by_text("Biên nhận: 4.")).to_be_visible()
        expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
    send_now(phone)
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    expect(phone.get_by_role("link", name="Đăng nhập")).to_have_count(0)
    assert rows() == (4, 4)
    kept = kept_on(phone, world.surveyor)["photos"]
    assert sorted(one["sha256"] for one in kept) == sorted(one.sha256 for one in pictures())

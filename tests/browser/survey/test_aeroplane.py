"""A whole village in aeroplane mode: thirty houses with photos, the browser closed and once killed, then a network."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

from django.db import transaction
from PIL import Image
from playwright.sync_api import Page, expect

from households.models import SurveyOperation, SurveyPhoto, SurveyVisit
from mapping.models import Unit
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address, world_of
from tests.browser.survey.installed import InstalledPhone, kept_on
from tests.browser.survey.test_sending import DONE, at_rest
from tests.survey import world as survey_world

HOUSES, KNOWN = 30, 28
CLOSED_AFTER, KILLED_AFTER = 8, 19
TWO_PHOTOS = {3, 11, 17, 25}


def picture(folder: Path, number: int) -> Path:
    """A photo unlike all others; every fourth is large enough to go up in several pieces."""
    size = (2000, 1500) if number % 4 == 0 else (640, 480)
    image = Image.effect_noise(size, 40 if number % 4 == 0 else 20).convert("RGB")
    image.putpixel((0, 0), (number, number, number))
    out = io.BytesIO()
    image.save(out, "JPEG")
    path = folder / f"nha-{number}.jpg"
    path.write_bytes(out.getvalue())
    return path


def note_of(number: int) -> str:
    return f"Cổng số {number}, cạnh cây đa 🌳"


def open_form(phone: InstalledPhone, world: World, number: int) -> Page:
    """Open a house by its number in the walk; the last two are not in the register."""
    if number < KNOWN:
        phone.open(house_address(world, number))
    else:
        lng, lat = survey_world.WEST
        new = f"0190a000-0000-7000-8000-0000000000{number}"
        place = f"{lng + 0.001:.7f}/{lat + number / 10_000 - 0.002:.7f}"
        phone.open(f"/survey/#/new/{world.round.pk}/{new}/{world.village.code}/{place}")
    expect(phone.page.get_by_label("Bỏ không")).to_be_visible()
    return phone.page


def fill_house(phone: InstalledPhone, world: World, number: int, photos: list[Path]) -> None:
    """Answer, measure where the house is new or every fifth, take photos."""
    page = open_form(phone, world, number)
    page.get_by_label("Bỏ không").check()
    page.get_by_label("Ghi chú về nhà").fill(note_of(number))
    page.get_by_label("Chọn ảnh có sẵn").set_input_files(photos)
    expect(page.get_by_text(f"{len(photos)} ảnh,")).to_be_visible()
    if number >= KNOWN or number % 5 == 0:
        page.get_by_role("button", name="Đo vị trí").click()
        expect(page.get_by_text("Đang đo:")).to_be_visible()
        page.get_by_role("button", name="Dừng, lấy kết quả này").click()
        expect(page.get_by_text("Đã đo:")).to_be_visible()


def finish(phone: InstalledPhone, world: World, number: int) -> None:
    """Hand a house over; the second new one was measured where the first was, and is asked about."""
    phone.page.get_by_role("button", name=DONE).click()
    if number > KNOWN:
        expect(phone.page.get_by_text("Có thể nhà này đã có. Nếu vẫn là nhà khác")).to_be_visible()
        phone.page.get_by_role("button", name=DONE).click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text(world.village.name)


def test_thirty_houses_with_photos_in_aeroplane_mode_all_arrive_once(
    installed: InstalledPhone, commune: Unit, tmp_path: Path
) -> None:
    world = world_of(commune, KNOWN)
    photos: dict[int, list[Path]] = {}
    for number in range(HOUSES):
        names = [number, number + 100] if number in TWO_PHOTOS else [number]
        photos[number] = [picture(tmp_path, name) for name in names]
    count = sum(len(paths) for paths in photos.values())

    installed.take_along(world.surveyor)
    at_rest(installed.page)  # nothing may arrive any more
    installed.close()
    arrived = len(line.seen)

    installed.start(offline=True)
    for number in range(HOUSES):
        if number == CLOSED_AFTER:
            installed.close()
            installed.start(offline=True)
        fill_house(installed, world, number, photos[number])
        if number == KILLED_AFTER:
            expect(installed.page.get_by_text("Đã giữ trên máy.")).to_be_visible()
            assert installed.kill() >= 1  # the others of a browser end with its first
            installed.start(offline=True)
            open_form(installed, world, number)
            expect(installed.page.get_by_label("Ghi chú về nhà")).to_have_value(note_of(number))
            expect(installed.page.get_by_label("Bỏ không")).to_be_checked()
        finish(installed, world, number)
    installed.close()
    page = installed.start(offline=True)
    installed.open()
    page.get_by_role("link", name="Mở").click()
    expect(page.get_by_role("button", name=f"xong, chờ gửi {HOUSES}")).to_be_visible()
    waiting = kept_on(page, world.surveyor)
    assert len(line.seen) == arrived  # nothing of all this had a network
    assert (len(waiting["queue"]), len(waiting["photos"]), waiting["receipts"]) == (HOUSES, count, [])

    installed.online()
    expect(page.get_by_role("button", name=f"đã gửi {HOUSES}")).to_be_visible(timeout=180_000)
    installed.open("/survey/#/phone")
    expect(page.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible(timeout=300_000)
    expect(page.get_by_text(f"Biên nhận: {HOUSES}.")).to_be_visible()

    sent = kept_on(page, world.surveyor)
    assert (sent["queue"], sent["drafts"]) == ([], [])
    bodies = {entry["id"]: hashlib.sha256(entry["body"].encode()).hexdigest() for entry in waiting["queue"]}
    assert {one["operation"]: one["digest"] for one in sent["receipts"]} == bodies
    hashes = {photo["hash"] for photo in waiting["photos"]}
    assert (
        {photo["receipt"]["sha256"] for photo in sent["photos"]}
        == hashes
        == {one["sha256"] for one in waiting["photos"]}
    )
    with transaction.atomic():
        operations = {str(row.pk): row.digest for row in SurveyOperation.objects.all()}
        rows = list(SurveyVisit.objects.all())
        pictures = list(SurveyPhoto.objects.all())
    assert operations == bodies
    assert len(rows) == len({row.house_id for row in rows}) == HOUSES
    assert {row.answers["house_note"] for row in rows} == {note_of(number) for number in range(HOUSES)}
    assert sum(row.is_new_house for row in rows) == HOUSES - KNOWN
    assert Counter(row.sha256 for row in pictures) == Counter(dict.fromkeys(hashes, 1))
    assert all(row.file_id and row.offset == row.size for row in pictures)
    figures = {
        "houses": HOUSES, "receipts": len(sent["receipts"]), "visits": len(rows), "photos": len(pictures),
        "photo_bytes": sum(row.size for row in pictures), "pieces": line.count("PUT /api/survey/photos/"),
        "posts": line.count("POST /api/survey/operations"),
    }  # fmt: skip
    print(json.dumps(figures))

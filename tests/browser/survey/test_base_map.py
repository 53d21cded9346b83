"""The base map on a phone: offered with its size, fetched in pieces over a bad line, drawn without any, taken off."""

from __future__ import annotations

import base64
import gzip
import io
import random
import time
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import pytest
from django.core.management import call_command
from django.db import transaction
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Street, SurveyAssignment
from households.survey import basemap
from mapping import pmtiles
from mapping.files import path_of
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import PATIENCE_MS
from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.installed import SHELL_IS_KEPT
from tests.households import streets
from tests.mapping.test_tiles import tile_at
from tests.survey import world as survey_world

OFFERED = "Kèm bản đồ nền của xã"
HERE = "đã có trên máy"
BASE_MAP = "**/survey/basemap/**"


def village_on_the_map(page: Page, live_server: LiveServer, world: World) -> Locator:
    """The village's map, with all of its houses in view."""
    page.goto(f"{live_server.url}/survey/#/map/{world.round.pk}/{world.village.code}")
    box = page.locator(".survey-map")
    expect(box).to_be_visible()
    return box


def colour_of(box: Locator) -> tuple[int, int, int]:
    """The colour 60 pixels north of the middle of the houses, where none stands."""
    picture = Image.open(io.BytesIO(box.screenshot(animations="disabled"))).convert("RGB")
    colour = picture.getpixel((picture.width // 2, picture.height // 2 - 60))
    assert isinstance(colour, tuple)
    return colour[0], colour[1], colour[2]


def becomes(box: Locator, colour: tuple[int, int, int]) -> None:
    """Wait for a colour there: tiles come one after the other."""
    seen: set[tuple[int, int, int]] = set()
    last = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < last:
        now = colour_of(box)
        if all(abs(one - other) < 6 for one, other in zip(now, colour, strict=True)):
            return
        seen.add(now)
    raise AssertionError(f"not {colour}, but {seen}")


LAND, STREET = (0xFA, 0xF6, 0xEC), (0xB9, 0xAE, 0x98)
PROTOMAPS_EARTH = (0xE2, 0xDF, 0xDA)


@pytest.fixture
def street_of_the_base_map(world: World, commune: Unit, officer: User) -> None:
    """A road between the houses that only the base map knows; the pack does not."""
    lng, lat = survey_world.WEST[0] + 5.5 / 5_000, survey_world.WEST[1]
    shift = ((lng - factories.CENTRE[0]) * streets._EAST, (lat - factories.CENTRE[1]) * streets._NORTH)
    ends = [(shift[0], shift[1] + far) for far in (-1500, 1500)]
    streets.draw(officer, commune, "road", "Liên Xã", *ends, width_class=5)
    call_command("build_basemap", "--commune", commune.code)
    Street.objects.all().delete()


def supplied(folder: Path, commune: Unit, tiles: dict[int, bytes]) -> int:
    """Take these tiles of zoom 14, by their numbers, for the commune's base map; its bytes."""
    writer = pmtiles.Writer(io.BytesIO())
    for tile in sorted(tiles):
        writer.add(tile, gzip.compress(tiles[tile]))
    path = folder / "xa.pmtiles"
    with path.open("wb") as file:
        layers = [{"id": name} for name in ("earth", "roads")]
        bounds = (105.7, 19.6, 105.9, 19.8)
        metadata = {"vector_layers": layers, "attribution": '<a href="x">© OpenStreetMap</a>, <b>Sở</b>'}
        writer.finish(file, zooms=(14, 14), bounds=bounds, metadata=metadata)
    call_command("build_basemap", "--commune", commune.code, "--from", str(path))
    return path.stat().st_size


def large(commune: Unit, folder: Path, *, seed: int = 1, tile_bytes: int = 210_000) -> int:
    """A supplied base map of nine tiles, some 1.9 MB, four pieces; its bytes."""
    noise = random.Random(seed)
    z, x, y = tile_at(*factories.CENTRE, 14)
    return supplied(
        folder,
        commune,
        {
            pmtiles.tile_id(z, x + east, y + south): noise.randbytes(tile_bytes)
            for east in range(3)
            for south in range(3)
        },
    )


def test_the_map_draws_its_tiles_in_aeroplane_mode(
    street_of_the_base_map: None, phone: Page, context: BrowserContext, live_server: LiveServer, world: World,
    commune: Unit, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_label(OFFERED)).to_be_checked()
    size = basemap.base_maps([commune.pk])[commune.pk].size
    expect(phone.get_by_text(f"{round(size / 1000)} kB: đường, ngõ")).to_be_visible()
    assert_accessible()
    with phone.expect_request(BASE_MAP):  # from now on until the map is there its progress is shown
        phone.get_by_role("button", name="Tải về máy").click()
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()
    phone.evaluate(SHELL_IS_KEPT)

    context.set_offline(True)
    phone.reload()
    box = village_on_the_map(phone, live_server, world)
    becomes(box, STREET)

    phone.goto(f"{live_server.url}/survey/#/phone")
    expect(phone.get_by_text(HERE)).to_be_visible()
    assert_accessible()
    phone.get_by_role("button", name="Bỏ bản đồ nền khỏi máy").click()
    expect(phone.get_by_text(HERE)).to_be_hidden()
    becomes(village_on_the_map(phone, live_server, world), LAND)


def test_a_map_that_somebody_supplied_is_drawn_by_its_own_style(
    phone: Page, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path, take_along: Callable[[], None]
) -> None:
    z, x, y = tile_at(*survey_world.WEST, 14)
    ring = "POLYGON((-64 -64, 4160 -64, 4160 4160, -64 4160, -64 -64))"
    land = mapbox_vector_tile.encode(
        [{"name": "earth", "features": [{"geometry": ring, "properties": {"kind": "earth"}}]}]
    )
    supplied(tmp_path, commune, {pmtiles.tile_id(z, x, y): land})
    with phone.expect_request(BASE_MAP):
        take_along()
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()
    phone.context.set_offline(True)

    becomes(village_on_the_map(phone, live_server, world), PROTOMAPS_EARTH)
    expect(phone.locator(".map-credit")).to_have_text("© OpenStreetMap, Sở")


def test_without_a_base_map_the_map_is_as_it_was(
    phone: Page, live_server: LiveServer, world: World, take_along: Callable[[], None]
) -> None:
    take_along()
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()
    phone.context.set_offline(True)
    becomes(village_on_the_map(phone, live_server, world), LAND)


@pytest.mark.parametrize("how", ["portal", "broken", "cut after"])
def test_what_came_before_the_line_broke_stays(
    how: str, phone: Page, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path,
    take_along: Callable[[], None],
) -> None:  # fmt: skip
    whole = large(commune, tmp_path)
    with line.bad(how, "/survey/basemap/", after=2):
        take_along()
        expect(phone.get_by_text("Phần đã tải vẫn được giữ")).to_be_visible()
        expect(phone.get_by_text("mới tải được 1 MB trên 1,9 MB")).to_be_visible()
    phone.reload()
    asked: list[str] = []
    phone.on("request", lambda r: asked.append(r.headers.get("range", "")) if "/basemap/" in r.url else None)
    phone.get_by_role("button", name="Tải tiếp bản đồ nền").click()
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()
    assert asked == [f"bytes=1048576-{1048576 + 524287}", f"bytes=1572864-{whole - 1}"]
    assert kept_bytes(phone, commune) == path_of(basemap.base_maps([commune.pk])[commune.pk]).read_bytes()


def test_a_newer_one_is_offered_and_the_old_one_stays_until_it_is_whole(
    phone: Page, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path, take_along: Callable[[], None]
) -> None:
    large(commune, tmp_path)
    with phone.expect_request(BASE_MAP):
        take_along()
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()
    old = kept_bytes(phone, commune)
    large(commune, tmp_path, seed=2)
    phone.goto(f"{live_server.url}/survey/#/phone")
    phone.reload()
    expect(phone.get_by_text("Máy chủ có bản mới hơn")).to_be_visible()
    with line.bad("broken", "/survey/basemap/", after=1):
        phone.get_by_role("button", name="Tải lại bản đồ nền").click()
        expect(phone.get_by_text("Phần đã tải vẫn được giữ")).to_be_visible()
    assert kept_bytes(phone, commune) == old
    large(commune, tmp_path, seed=3)  # and once more, so that what was begun is of no use any more
    phone.get_by_role("button", name="Tải tiếp bản đồ nền").click()
    expect(phone.get_by_text("Máy chủ có bản mới hơn")).to_be_hidden()
    assert kept_bytes(phone, commune) == (tmp_path / "xa.pmtiles").read_bytes()


def test_what_was_begun_can_be_taken_off_once_nobody_offers_it_any_more(
    phone: Page, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path, take_along: Callable[[], None]
) -> None:
    large(commune, tmp_path)
    with line.bad("broken", "/survey/basemap/", after=2):
        take_along()
        expect(phone.get_by_text("mới tải được 1 MB trên 1,9 MB")).to_be_visible()
    with transaction.atomic():
        SurveyAssignment.objects.all().delete()
    phone.goto(f"{live_server.url}/survey/#/phone")
    phone.reload()
    begun = phone.get_by_text("mới tải được 1 MB trên 1,9 MB")
    expect(begun).to_be_visible()
    expect(phone.get_by_role("button", name="Tải tiếp bản đồ nền")).to_be_hidden()
    phone.get_by_role("button", name="Bỏ bản đồ nền khỏi máy").click()
    expect(begun).to_have_count(0)
    expect(phone.get_by_role("heading", name="Bản đồ nền")).to_be_hidden()


def kept_bytes(page: Page, commune: Unit) -> bytes:
    """All of the whole base map on the phone, read as the map reads it."""
    read = """async ([code, module]) => {
        const { baseMaps } = await import(module);
        const maps = await baseMaps();
        const { kept } = await maps.of(code);
        const { data } = await maps.source(kept).getBytes(0, kept.bytes);
        let text = "";
        for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
        return btoa(text);
    }"""
    return base64.b64decode(page.evaluate(read, [commune.code, "/static/js/survey/base_maps.js"]))


def test_a_full_phone_says_so_and_the_village_is_there(
    phone: Page, context: BrowserContext, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path,
    sign_in: Callable[[User], None],
) -> None:  # fmt: skip
    large(commune, tmp_path, tile_bytes=1_500_000)
    sign_in(world.surveyor)
    # Before the page opens its database: the browser measures seldom what is left. The page itself takes 2.4 MB.
    browser = context.new_cdp_session(phone)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": 8_000_000})
    phone.goto(f"{live_server.url}/survey/")
    phone.get_by_role("button", name="Tải về máy").click()

    expect(phone.get_by_text("Bộ nhớ của máy đã đầy nên bản đồ nền chưa tải xong.")).to_be_visible(timeout=60_000)
    expect(phone.get_by_text("mới tải được")).to_be_visible()
    phone.get_by_role("link", name="Mở").click()
    expect(phone.get_by_text("Nguyễn Văn 3")).to_be_visible()

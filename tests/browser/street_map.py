"""Places on the street editor's map, in metres from the commune's middle, and what a hand does there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from playwright.sync_api import Page, expect

from households.models import Street
from mapping.models import Unit
from tests import factories
from tests.browser.leaflet_map import at_rest

LNG, LAT = factories.CENTRE
EAST, NORTH = 1 / 104_800, 1 / 111_320  # degrees a metre, here
Metres = tuple[float, float]  # east and north of the commune's middle


def place(at: Metres) -> tuple[float, float]:
    """Return longitude and latitude."""
    return LNG + at[0] * EAST, LAT + at[1] * NORTH


def street(of: Unit, kind: str, name: str, *points: Metres, **fields: Any) -> Street:
    """A street through these places."""
    line = LineString([place(point) for point in points], srid=4326)
    return Street.objects.create(commune=of, kind=kind, name=name, line=line, **fields)


def ready(page: Page) -> None:
    """Wait until streets and tiles are drawn."""
    page.wait_for_selector("html[data-streets=drawn][data-map=drawn]")


def pixel(page: Page, at: Metres) -> tuple[float, float]:
    """Where a place stands in the window, once the map is at rest."""
    at_rest(page)
    lng, lat = place(at)
    x, y = page.evaluate(
        """([lng, lat]) => {
            const box = leafletmapmap.getContainer().getBoundingClientRect();
            const { x, y } = leafletmapmap.latLngToContainerPoint([lat, lng]);
            return [box.left + x, box.top + y];
        }""",
        [lng, lat],
    )
    return x, y


def tap(page: Page, *places: Metres) -> None:
    """Click these places, one after the other."""
    for at in places:
        x, y = pixel(page, at)
        page.mouse.move(x, y)
        page.mouse.click(x, y)


def drag(page: Page, start: Metres, end: Metres) -> None:
    """Drag from one place to another."""
    page.mouse.move(*pixel(page, start))
    page.mouse.down()
    page.mouse.move(*pixel(page, end), steps=5)
    page.mouse.up()


def middle(page: Page) -> Metres:
    """What lies in the middle of the map, once the map is at rest."""
    at_rest(page)
    lng, lat = page.evaluate("(({ lng, lat }) => [lng, lat])(leafletmapmap.getCenter())")
    return (lng - LNG) / EAST, (lat - LAT) / NORTH


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def choose(page: Page, name: str) -> None:
    """Choose a street in the list."""
    page.locator("#street-list").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_focused()


def done(page: Page, what: str) -> None:
    """Wait until the page says that this was saved."""
    expect(page.locator("#map-toast")).to_contain_text(f"Đã lưu: {what}.")


def metres(line: Any) -> list[Metres]:
    """The places of a line's points."""
    return [((lng - LNG) / EAST, (lat - LAT) / NORTH) for lng, lat in line.coords]


def near(*points: Metres) -> Any:
    """Places that may be a metre off: a pixel is half of one."""
    return [pytest.approx(point, abs=1.2) for point in points]


def moved(page: Page, key: str) -> None:
    """Press an arrow key and wait until the map has come to rest elsewhere, which its address tells."""
    at_rest(page)
    before = page.evaluate("location.href")
    expect(page).to_have_url(before)  # which Playwright learns a moment later
    page.keyboard.press(key)
    expect(page).not_to_have_url(before)
    at_rest(page)

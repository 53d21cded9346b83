"""The soil map's page as tests drive it: where things are on it, and what is drawn there."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from playwright.sync_api import Page

from mapping.models import Unit
from soil_map import shapes
from soil_map.models import Campaign, Sample, SoilMapVersion
from tests import factories
from tests.soil_map import soil_factories, surface_factories

LNG, LAT = factories.CENTRE
READ_COLOUR = """([pane, lng, lat]) => new Promise((tell) => {
  const until = performance.now() + 20000;
  const look = () => {
    const found = read();
    if (found || performance.now() > until) tell(found);
    else requestAnimationFrame(look);
  };
  const read = () => {
    const box = leafletmapmap.getContainer().getBoundingClientRect();
    const at = leafletmapmap.latLngToContainerPoint([lat, lng]);
    for (const canvas of document.querySelectorAll(`.leaflet-${pane}-pane canvas`)) {
        const its = canvas.getBoundingClientRect();
        const [x, y] = [box.left + at.x - its.left, box.top + at.y - its.top];
        if (x < 0 || y < 0 || x >= its.width || y >= its.height) continue;
        const scale = canvas.width / its.width;
        const found = canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data;
        const two = (one) => one.toString(16).padStart(2, "0");
        if (found[3] > 200) return "#" + [...found.slice(0, 3)].map(two).join("");
    }
    return null;
  };
  look();
})"""


def a_surveyed_commune(commune: Unit, *, with_older: bool = False, private: int = 0) -> tuple[Campaign, SoilMapVersion]:
    """A published campaign with surfaces of pH and organic matter, and a published soil map; years before, another."""
    campaign = surveyed(commune, "Đợt 2025", 2025, private=private)
    if with_older:
        surveyed(commune, "Đợt 2019", 2019, shift=-0.5)
    with transaction.atomic():
        soil_map = soil_factories.soil_map(commune, is_published=True)
        shapes.draw_map(soil_map)
    return campaign, soil_map


def surveyed(commune: Unit, name: str, year: int, *, shift: float = 0.0, private: int = 0) -> Campaign:
    """A published campaign of 80 samples with its surfaces."""
    started = datetime.date(year, 3, 1)
    campaign = soil_factories.campaign(commune, name, is_published=True, started_on=started)
    taken: list[Sample] = surface_factories.samples(campaign, shift=shift, private=private, seed=year)
    for sample in taken:
        soil_factories.result(sample, "om_walkley_black", sample.results.get().value / 2)
    surface_factories.made(campaign)
    surface_factories.made(campaign, "om_walkley_black")
    return campaign


def drawn(page: Page) -> None:
    """Wait until every tile that was asked for has come."""
    page.wait_for_selector("html[data-map=drawn]")


def tap(page: Page, lng: float = LNG, lat: float = LAT) -> None:
    """Click the map at a place."""
    at: dict[str, Any] = page.evaluate(f"leafletmapmap.latLngToContainerPoint([{lat}, {lng}])")
    page.locator("#map").click(position={"x": at["x"], "y": at["y"]})


def colour(page: Page, pane: str, lng: float = LNG, lat: float = LAT) -> str | None:
    """The colour that a layer has at a place of the map, as soon as it is painted; None if it never is."""
    found: str | None = page.evaluate(READ_COLOUR, [pane, lng, lat])
    return found

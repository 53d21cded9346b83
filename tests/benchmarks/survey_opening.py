"""How long the survey takes to open on a phone without a network, its processor four times slower than this one.

The browser is started anew for each figure, on the profile of one that took a village of 500 houses along and was
closed, so that nothing is in its memory. Timed is from the navigation until a screen's content is drawn.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from tests.benchmarks import measure

SLOWER: Final = 4
HOUSES: Final = 500
_DRAWN: Final = """(selector) => new Promise((resolve, reject) => {
  const late = setTimeout(() => reject(new Error(`no ${selector}`)), 60000);
  const look = () => {
    if (!document.querySelector(selector)) return requestAnimationFrame(look);
    clearTimeout(late);
    return requestAnimationFrame(() => resolve(performance.now()));
  };
  look();
})"""
_KEPT: Final = "() => navigator.serviceWorker.ready.then(() => true)"


def run(report: measure.Report, address: str) -> None:
    """Take a village along from the server at `address`, then open the survey without it, time after time."""
    session = _session(_filled())
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        village = _taken_along(playwright, Path(profile), address, session)
        opening, listing = [], []
        for _ in range(measure.RUNS):
            opening.append(_opened(playwright, Path(profile), f"{address}/survey/", ".survey-card a.button"))
            listing.append(_opened(playwright, Path(profile), f"{address}/survey/{village}", ".survey-list li"))
    report("offline_open_ms", "ms", statistics.median(opening), None, None, HOUSES)
    report("offline_village_ms", "ms", statistics.median(listing), None, None, HOUSES)


def _filled() -> Any:
    """Somebody with a village of 500 houses of the commune that is there."""
    from django.contrib.gis.geos import Point
    from django.db import transaction

    from households import codes
    from households.models import House, Household, SurveyAssignment, SurveyRound
    from mapping import wall
    from mapping.access import Role
    from tests import factories

    with wall.acting_as_system("bench"), transaction.atomic():
        round_ = SurveyRound.objects.get()
        village = factories.village(round_.commune, 2)
        houses = House.objects.bulk_create(
            House(
                commune=round_.commune, village=village, code=codes.house_code(1_000_000 + number),
                number=str(number + 1),
                location=Point(105.8151 + number % 25 * 0.000115, 19.6651 + number // 25 * 0.000108, srid=4326),
                location_source="map",
            )
            for number in range(HOUSES)
        )  # fmt: skip
        Household.objects.bulk_create(
            Household(house=house, commune=round_.commune, head_name=f"Nguyễn Văn {number}", size=4)
            for number, house in enumerate(houses)
        )
        person = factories.user("opener", role=Role.SURVEYOR, at=village)
        SurveyAssignment.objects.create(round=round_, surveyor=person, village=village)
    return person


def _session(person: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def _browser(playwright: Playwright, profile: Path, *, offline: bool) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox"] if os.geteuid() == 0 else [],
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
        offline=offline,
    )


def _taken_along(playwright: Playwright, profile: Path, address: str, session: str) -> str:
    """Take the one village along; return the part of its screen's address that follows the page's."""
    context = _browser(playwright, profile, offline=False)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address, "expires": time.time() + 86_400}])
    page = context.pages[0]
    page.goto(f"{address}/survey/")
    page.get_by_role("button", name="Tải về máy").click()
    link = page.get_by_role("link", name="Mở")
    expect(link).to_be_visible(timeout=30_000)
    page.evaluate(_KEPT)
    village = link.get_attribute("href")
    context.close()
    assert village is not None
    return village


def _opened(playwright: Playwright, profile: Path, address: str, selector: str) -> float:
    """Milliseconds from the navigation until what `selector` finds is drawn, in a browser just started."""
    context = _browser(playwright, profile, offline=True)
    page: Page = context.pages[0]
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    taken = float(page.evaluate(_DRAWN, selector))
    context.close()
    return taken

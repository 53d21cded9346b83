"""How a screen of the phone is looked at: it fits, axe finds nothing, contrast is enough for the sun (AAA)."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.widths import width_of

RULES = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}


def look(page: Page, name: str, *, whole: bool = True) -> None:
    """Look at what the page shows; a picture of all of it, or of the window, goes into the folder SONHA_PICTURES."""
    size = page.viewport_size
    if folder := os.environ.get("SONHA_PICTURES"):
        page.screenshot(path=Path(folder) / f"survey-{name}.png", full_page=whole)
    assert size is not None
    assert width_of(page) <= size["width"], name
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"

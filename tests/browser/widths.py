"""How wide a page came out."""

from __future__ import annotations

from playwright.sync_api import Page


def width_of(page: Page) -> int:
    """Width that the page's content needs, in CSS pixels, once the document that a click leads to is there."""
    page.wait_for_load_state("domcontentloaded")
    return int(page.evaluate("document.documentElement.scrollWidth"))


def is_as_wide_as_the_screen(page: Page) -> bool:
    """Whether the page needs no scrolling sideways on the screen as it is set."""
    page.wait_for_load_state("domcontentloaded")
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

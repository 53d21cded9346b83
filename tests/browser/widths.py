"""How wide a page came out."""

from __future__ import annotations

from playwright.sync_api import Page


def width_of(page: Page) -> int:
    """Width that the page's content needs, in CSS pixels, once its stylesheets are there.

    After a click that leads to another page, wait with `expect` for what stands only there before this is called.
    """
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth"))


def is_as_wide_as_the_screen(page: Page) -> bool:
    """Whether the page needs no scrolling sideways on the screen as it is set."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

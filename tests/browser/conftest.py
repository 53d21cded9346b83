"""A real browser on a real server: Chromium, the test database, nothing from outside."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Street
from mapping.models import Unit, User
from tests import factories
from tests.browser import street_map

# Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PATIENCE_MS = 30_000  # for what is right but slow to come, on a machine that does something else at the same time
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where there is one, Playwright's own elsewhere; root cannot use the sandbox."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        **({"executable_path": found} if found else {}),
        "args": ["--no-sandbox"] if os.geteuid() == 0 else [],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Always the same reader: in Vietnam, in Vietnamese, at a desk."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": DESK}


@pytest.fixture(autouse=True)
def everything_is_answered(transactional_db: None) -> Iterator[None]:
    """Let the server finish what a closed page asked for before the tables are emptied: answers write the audit.

    Of a page that goes in the middle of an upload nobody tells the end: the thread of its connection ends, that is all.
    """
    busy: dict[int, threading.Thread] = {}
    changed = threading.Condition()

    def started(sender: type, **_: Any) -> None:
        if issubclass(sender, WSGIHandler):
            with changed:
                busy[threading.get_ident()] = threading.current_thread()

    def finished(**_: Any) -> None:
        with changed:
            busy.pop(threading.get_ident(), None)
            changed.notify_all()

    request_started.connect(started)
    request_finished.connect(finished)
    yield
    last = time.monotonic() + 60
    with changed:
        while (is_busy := any(thread.is_alive() for thread in busy.values())) and time.monotonic() < last:
            changed.wait(timeout=0.1)
    request_started.disconnect(started)
    request_finished.disconnect(finished)
    assert not is_busy, "the server still answers a request of this test"


@pytest.fixture
def page(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """A page on which no script fails, nothing breaks the content policy and nothing is asked of another host."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None)
    ours = (live_server.url, f"blob:{live_server.url}", "data:")
    page.on("request", lambda r: None if r.url.startswith(ours) else wrong.append(f"asked for {r.url}"))
    page.set_default_timeout(PATIENCE_MS)
    yield page
    assert wrong == []


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer) -> Callable[[User], None]:
    """Sign someone in to the browser."""

    def signed_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return signed_in


# What is half faded in has the contrast of neither its beginning nor its end.
AT_REST = """() => {
    const ends = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime < Infinity;
    return Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""


@pytest.fixture
def assert_accessible(page: Page) -> Callable[[], None]:
    """Let axe-core look at the page once nothing on it fades or moves any more; it must find nothing.

    After a click that leads to another page, wait with `expect` for what stands only there before this is called.
    """

    def look() -> None:
        page.wait_for_load_state()
        page.evaluate(AT_REST)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return look


@pytest.fixture
def road(commune: Unit) -> Street:
    """Đường Liên Xã, 400 m from east to west through the middle, with a house beside it."""
    factories.house(commune, *street_map.place((20, 12)), number="12", street="đường Liên Xã")
    return street_map.street(commune, "road", "Liên Xã", (200, 0), (0, 0), (-200, 0), width_class=4)


@pytest.fixture
def alley(commune: Unit, road: Street) -> Street:
    """Ngõ Đình, 100 m to the north, from the road's eastern half."""
    return street_map.street(commune, "ngo", "Đình", (100, 0), (100, 50), (110, 100), parent=road, width_class=2)


@pytest.fixture
def open_editor(page: Page, live_server: LiveServer, sign_in: Callable[[User], None]) -> Callable[..., None]:
    """Open the editor as somebody, so that a pixel is about 0.56 m, and wait until streets and tiles are there."""

    def opened(user: User, rest: str = f"#18/{street_map.LAT}/{street_map.LNG}") -> None:
        sign_in(user)
        page.goto(f"{live_server.url}/streets/map/{rest}")
        street_map.ready(page)

    return opened

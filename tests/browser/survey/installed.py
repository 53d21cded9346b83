"""A phone whose browser can be closed, or killed, and opened again on the same profile: what it kept is on the disk."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, BrowserType, CDPSession, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.conftest import PATIENCE_MS, PHONE
from tests.survey import world as survey_world

SHELL_IS_KEPT = """() => {
    const worker = navigator.serviceWorker;
    const claimed = new Promise((heard) => worker.addEventListener("controllerchange", heard, { once: true }));
    return Promise.race([
        worker.ready.then(() => worker.controller ?? claimed).then(() => true),
        new Promise((_, reject) => setTimeout(() => reject(new Error("no service worker")), 60_000)),
    ]);
}"""
"""The page's files lie there, and this page too gets them from there: screens are loaded when they are first opened."""
KEPT = """async (user) => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(`sonha-survey-${user}`);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const all = (name) => new Promise((resolve, reject) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const hash = async (bytes) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
    .map((one) => one.toString(16).padStart(2, "0")).join("");
  const kept = {};
  for (const name of ["drafts", "queue", "receipts", "visits"]) kept[name] = await all(name);
  kept.photos = [];
  const keyOf = ({ round, house, sha256 }) => [round, house, sha256].join();
  const pictures = new Map((await all("pictures")).map((one) => [keyOf(one), one.bytes]));
  for (const photo of await all("photos")) {
    const bytes = pictures.get(keyOf(photo));
    kept.photos.push({ ...photo, hash: bytes ? await hash(bytes) : null, length: bytes?.byteLength ?? 0 });
  }
  kept.pictures = pictures.size;
  database.close();
  return kept;
}"""


def kept_on(page: Page, user: User) -> dict[str, Any]:
    """What lies in a person's database on the phone; of a photo the hash of the bytes that are there."""
    kept: dict[str, Any] = page.evaluate(KEPT, user.pk)
    return kept


@contextlib.contextmanager
def ended(processes: list[int]) -> Iterator[None]:
    """Let the block end these processes, and wait until they have: only then nobody holds the profile any more."""
    watched = []
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            watched.append(os.pidfd_open(pid))
    yield
    for one in watched:
        select.select([one], [], [], PATIENCE_MS / 1000)
        os.close(one)


class InstalledPhone:
    """One profile of Chromium on the disk. `page` is the survey's while the browser runs."""

    page: Page

    def __init__(self, browser_type: BrowserType, live_server: LiveServer, profile: Path) -> None:
        self.browser_type, self.live_server, self.profile = browser_type, live_server, profile
        self.context: BrowserContext | None = None
        self.quota: CDPSession
        self.wrong: list[str] = []

    def start(self, *, offline: bool) -> Page:
        """Start the browser, with or without a network, and open the survey."""
        lng, lat = survey_world.WEST
        self.context = self.browser_type.launch_persistent_context(
            self.profile,
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
            viewport={"width": PHONE["width"], "height": PHONE["height"]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            permissions=["geolocation"],
            geolocation={"longitude": lng, "latitude": lat, "accuracy": 4},
            offline=offline,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        return self.page

    def full(self, is_full: bool = True) -> None:
        """Let the browser give the page not one byte more, or as much as it likes.

        To be full it must be told before the page opens its database: the browser measures seldom what is left.
        """
        assert self.context is not None
        if is_full:
            self.quota = self.context.new_cdp_session(self.page)  # holds for as long as this session is there
        room = {"quotaSize": 1} if is_full else {}
        self.quota.send("Storage.overrideQuotaForOrigin", {"origin": self.live_server.url, **room})

    def online(self, is_online: bool = True) -> None:
        """Have a network, or none."""
        assert self.context is not None
        self.context.set_offline(not is_online)

    def offline(self) -> None:
        """Aeroplane mode."""
        self.online(False)

    def open(self, address: str = "/survey/") -> None:
        """Go to an address of the server."""
        self.page.goto(self.live_server.url + address)

    def sign_in(self, user: User) -> None:
        """As a form of the server would: for a week, so that it outlives the browser."""
        client = Client()
        client.force_login(user)
        assert self.context is not None
        self.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": self.live_server.url,
                    "expires": time.time() + settings.SESSION_COOKIE_AGE,
                }
            ]
        )

    def take_along(self, user: User) -> None:
        """Sign somebody in with a network and take their village along, until all of it works without one."""
        page = self.start(offline=False)
        self.sign_in(user)
        self.open()
        page.get_by_role("button", name="Tải về máy").click()
        expect(page.get_by_role("link", name="Mở")).to_be_visible()
        page.evaluate(SHELL_IS_KEPT)

    def close(self) -> None:
        """Close the browser as a person does: its process ends."""
        if self.context is not None:
            with ended(self.processes()), contextlib.suppress(Error):  # it may have been killed
                self.context.close()
            self.context = None
        assert not self.processes()

    def kill(self) -> int:
        """End every process of the browser at once, as an empty battery does; return how many there were."""
        found = self.processes()
        assert self.context is not None
        with ended(found):
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(Error):
                self.context.close()
        self.context = None
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.profile / name).unlink(missing_ok=True)  # names a process that is gone
        return len(found)

    def processes(self) -> list[int]:
        """Processes that were started with this profile's folder and still run, and those of their groups."""
        mark = f"--user-data-dir={self.profile}".encode()
        begun, groups = set(), {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            pid = int(folder.name)
            with contextlib.suppress(OSError):
                groups[pid] = os.getpgid(pid)
                if mark in (folder / "cmdline").read_bytes().split(b"\0"):
                    begun.add(pid)
        return [pid for pid, leader in groups.items() if pid in begun or leader in begun]

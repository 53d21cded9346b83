"""A page that holds one house's form and nothing else: real modules, real database of the browser, a pack made here.

The page is put in the way of one address of the live server, under the content policy of `/survey/`.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.survey.form_words import form_words
from households.survey.rules import rules

LNG, LAT = 105.81, 19.67
NORTH = LAT + 3e-4
HOUSE, NEIGHBOUR, NEW = (f"0190a000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
ROUND = "0190a000-0000-7000-8000-0000000000aa"
NONCE = "stage"
POLICY = (
    f"default-src 'none'; script-src 'nonce-{NONCE}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'"
)
_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Nhà</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/sonha.css"><link rel="stylesheet" href="/static/leaflet/leaflet.css">
<link rel="stylesheet" href="/static/css/survey.css"></head>
<body><main class="survey"><h1>Nhà</h1><div id="root"></div><p id="done"></p></main>
<script type="application/json" id="stage">STAGE</script>
<script nonce="NONCE" src="/static/leaflet/leaflet.js"></script>
<script nonce="NONCE" type="module">
import { openKeeping } from "/static/js/survey/keeping.js";
import { openHouse } from "/static/js/survey/house_page.js";
const stage = JSON.parse(document.getElementById("stage").textContent);
const keeping = await openKeeping("stage");
const packs = await keeping.packs.all();
if (packs.length === 0) await keeping.takeIn(stage.taken);
window.keeping = keeping;
window.stage = await openHouse({
  root: document.getElementById("root"), keeping, pack: stage.taken.pack, house: stage.house, place: stage.place,
  words: stage.words, language: stage.language, seesSensitive: stage.sensitive,
  done: (draft) => { document.getElementById("done").textContent = JSON.stringify(draft); },
  left: () => { document.getElementById("done").textContent ||= "left"; },
  opened: (house) => { document.getElementById("done").textContent = house; },
});
document.documentElement.dataset.ready = "yes";
</script></body></html>"""


def taken() -> dict[str, Any]:
    """What keeping.js takes in: a village of 400 m with two houses."""
    far = 0.002
    ring = [[LNG + x * far, LAT + y * far] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    place = {"round": ROUND, "village": "01"}
    return {
        "isWhole": True,
        "gone": {"houses": [], "households": []},
        "visits": [],
        "households": [{"id": "h1", "house": HOUSE, "head_name": "Nguyễn Văn An", "phone": "09••••678", "size": 4}],
        "houses": [
            {"house": HOUSE, "code": "123456780", "number": "12", "street": "ngõ Đình", "lng": LNG, "lat": LAT},
            {"house": NEIGHBOUR, "code": "223456780", "number": "14", "street": "ngõ Đình", "lng": LNG, "lat": NORTH},
        ],
        "pack": {
            **place, "cursor": "1", "name": "Thôn Đình", "round_name": "Đợt 1", "rules": rules().table, "bytes": 1,
            "outline": {"type": "Polygon", "coordinates": [ring]}, "taken_at": "2026-01-01T00:00:00Z",
            "commune": {"code": "1", "name": "Xã", "bounds": [LNG - 0.01, LAT - 0.01, LNG + 0.01, LAT + 0.01]},
            "streets": [{"id": "s", "kind": "ngo", "name": "ngõ Đình", "line": [[LNG - far, LAT], [LNG + far, LAT]]}],
        },
    }  # fmt: skip


def open_house(page: Page, live_server: LiveServer, house: str = HOUSE, **more: Any) -> None:
    """Open the form of a house; `place` {lng, lat} for one that is being added, `sensitive` for who may see that."""
    stage = {
        "taken": taken(),
        "house": house,
        "words": form_words(),
        "language": "vi",
        "sensitive": False,
        "place": None,
    }
    text = json.dumps({**stage, **more}).replace("<", "\\u003c")
    body = _PAGE.replace("NONCE", NONCE).replace("STAGE", text)
    address = f"{live_server.url}/survey/stage/"
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    page.unroute(address)
    page.route(address, lambda route: route.fulfill(body=body, headers=headers))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def keep(page: Page) -> None:
    """Wait until all that was typed so far is kept: that something is, the page has said since the first key."""
    expect(page.get_by_text("Đã giữ trên máy.")).to_be_visible()
    page.evaluate("window.stage.keeper.flush()")


def finished(page: Page) -> dict[str, Any]:
    """The draft that was handed over."""
    page.wait_for_selector("#done:not(:empty)")
    found: dict[str, Any] = json.loads(page.text_content("#done") or "")
    return found

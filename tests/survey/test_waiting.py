"""How often a phone asks by itself: seldom where nothing may be sent, the longer the more often it was in vain."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import Any

from households.models import SurveyOperation, SurveyPhoto
from tests.node import answer
from tests.survey.held_phone import Held, picture
from tests.survey.node_phone import Answer, Request
from tests.survey.test_refused_again import Refusing

TEN_MINUTES = 610_000  # and what the test itself takes
NOW = 1_800_000_000_000


class Counted:
    """What a phone asks over a line, by the last word of the address."""

    def __init__(self, line: Any) -> None:
        self.line, self.asked = line, Counter[str]()

    def __call__(self, request: Request) -> Answer | None:
        self.asked[request.url.split("?")[0].removeprefix("/api/survey/").split("/")[0]] += 1
        told: Answer | None = self.line(request)
        return told


def pass_by(held: Held, line: Any, ms: int = TEN_MINUTES) -> Counter[str]:
    """What the phone asks in so long a time with its page open; the first pass, on opening, is not counted."""
    held.phone.do("sync", line, all=False)
    counted = Counted(line)
    held.phone.do("pass", counted, ms=ms)
    return counted.asked


def test_a_phone_with_an_unfinished_house_and_its_photo_asks_twice_in_ten_minutes(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1), is_put_off=True)
    asked = pass_by(ba, ba.line)
    assert (asked["me"], asked["devices"], asked["photos"]) == (2, 2, 0)
    assert asked.total() <= 6


def test_a_photo_whose_house_was_refused_waits_with_it(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, picture(1))
    ba.fill_in(house, {"number": "2"})
    server = Refusing(ba, 422, "faults", "/operations")
    asked = pass_by(ba, server.line)
    assert (asked["me"], asked["operations"], asked["photos"]) == (2, 0, 0)


def test_a_server_that_takes_nothing_is_asked_ever_more_seldom(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"})
    server = Refusing(ba, 500, "down", "/operations")
    asked = pass_by(ba, server.line)
    assert 6 <= asked["operations"] <= 9
    assert asked["me"] <= 10


def test_what_failed_once_goes_up_by_itself_within_seconds(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    ba.happenings = ["good", "good", "500"]
    pass_by(ba, ba.line, ms=10_000)
    assert SurveyOperation.objects.count() == 1
    assert SurveyPhoto.objects.exclude(received_at=None).count() == 1


def test_two_phones_that_tell_their_names_too_often_send_all_the_same(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    server = Refusing(ba, 429, "too_many", "/devices")
    assert ba.phone.do("sync", server.line, all=False) == {"reason": ""}
    assert server.asked > 0
    assert ba.phone.do("look")["left"] == []
    assert SurveyOperation.objects.count() == 1


def test_when_something_is_tried_next() -> None:
    def entry(house: str, state: str = "waiting", at: int = 0) -> dict[str, Any]:
        return {"house": house, "state": state, "notBefore": at}

    def when(entries: list[Any], photos: list[Any] | None = None, code: str = "") -> Any:
        given = {"entries": entries, "photos": photos or [], "now": NOW}
        work = f"module.nextTry({{ ...given, mayGoAgain: (one) => one.code === {json.dumps(code or 'never')} }})"
        return answer("survey/next_try.js", work, given)

    soon, later = NOW + 2_000, NOW + 8_000
    assert when([]) is None
    assert when([entry("a")]) == NOW
    assert when([entry("a", at=soon), entry("a"), entry("b", at=later)]) == soon
    assert when([entry("a", "refused"), entry("a")]) is None
    assert when([{**entry("a", "refused", soon), "code": "closed"}, entry("a")], code="closed") == soon
    assert when([], [{"not_before": later}, {"state": "refused"}]) == later
    assert when([entry("a", at=NOW + 400_000)]) == NOW, "a clock that has been put right since"


def test_a_tab_that_finds_another_one_sending_says_so_and_looks_again() -> None:
    work = """await (async () => {
        const timers = [];
        globalThis.setTimeout = (work, wait) => timers.push({ work, wait });
        globalThis.clearTimeout = () => {};
        let lock = null;
        const locks = { request: async (_name, _how, work) => work(lock) };
        Object.defineProperty(globalThis, "navigator", { value: { onLine: false, locks }, configurable: true });
        const none = { entries: async () => [], all: async () => [] };
        const keeping = { queue: none, photos: none, visits: none };
        const sync = new module.Sync({ keeping, person: { id: 1 }, device: { key: "k" } });
        await sync.run();
        const seen = [[sync.state.isElsewhere, timers.length, timers.at(-1).wait]];
        lock = {};
        timers.at(-1).work();
        await sync.running;
        seen.push([sync.state.isElsewhere, timers.length]);
        return seen;
    })()"""
    assert answer("survey/sync.js", work, None) == [[True, 1, 10_000], [False, 2]]


def test_photos_that_lie_here_for_more_than_a_day_are_late_too() -> None:
    work = """given.map((taken_at) => {
        const photo = { round: "r", house: "h", sha256: "a", receipt: null, ...(taken_at ? { taken_at } : {}) };
        return module.unsent({ queue: [], drafts: [], photos: [photo], visits: [] }).isLate;
    })"""
    assert answer("survey/standing.js", work, ["2026-01-01T00:00:00.000Z", None, "2999-01-01T00:00:00.000Z"]) == [
        True, False, False,
    ]  # fmt: skip

"""A phone whose clock is off says so and holds nothing back for it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest

from tests.node import answer
from tests.survey.held_phone import Held, picture

DAY = 86_400_000
MINUTE = 60_000
NOW = 1_800_000_000_000
YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("server", "heard", "now", "told"),
    [
        (NOW, NOW, NOW + DAY, None),
        (NOW, NOW + 9 * MINUTE, NOW + DAY, None),
        (NOW, NOW + YEAR, NOW + YEAR + DAY, ["clockAhead", YEAR]),
        (NOW, NOW + YEAR, NOW + DAY, None),  # it has been put right since
        (NOW, NOW - YEAR, NOW - YEAR + DAY, ["clockBehind", YEAR]),
        (NOW, NOW - YEAR, NOW + DAY, None),  # likewise
        (NOW, NOW, NOW - YEAR, ["clockBehind", YEAR]),  # put back without a network
    ],
)
def test_a_clock_is_held_against_what_the_server_said_last(server: int, heard: int, now: int, told: Any) -> None:
    fault = answer("survey/clock.js", "module.clockFault(given)", {"server": server, "heard": heard, "now": now})
    assert (fault and [fault["code"], fault["ms"]]) == told


def test_a_phone_that_has_heard_nobody_says_nothing() -> None:
    assert answer("survey/clock.js", "given.map((me) => module.faultOf(me))", [None, {}, {"now": "2026-01-01"}]) == [
        None, None, None,
    ]  # fmt: skip


def test_a_child_of_this_year_is_no_mistake_where_the_phone_is_a_year_behind() -> None:
    me = {"now": "2027-06-01T00:00:00Z"}
    behind = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC).timestamp() * 1000
    assert answer("survey/clock.js", "module.thisYear(given[0], given[1])", [me, behind]) == 2027
    assert answer("survey/clock.js", "module.thisYear(null, given)", behind) == 2026


@pytest.mark.parametrize(
    ("ms", "language", "said"),
    [
        (YEAR, "vi", "365 ngày"),
        (YEAR, "en", "365 days"),
        (3 * 3_600_000, "vi", "3 giờ"),
        (11 * MINUTE, "en", "11 minutes"),
    ],
)
def test_how_far_is_said_as_people_say_it(ms: int, language: str, said: str) -> None:
    assert answer("survey/amounts.js", "module.spanOf(given[0], given[1])", [ms, language]) == said


def test_all_that_a_phone_writes_down_carries_its_own_time(ba: Held) -> None:
    ba.phone.do("wait", ms=DAY)
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1), is_put_off=True)
    told = ba.phone.do("look")
    (draft,), (photo,) = told["drafts"], told["photos"]
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=23)
    times = (draft["started_at"], draft["changed_at"], photo["taken_at"])
    assert [one for one in times if datetime.datetime.fromisoformat(one) < tomorrow] == []


def test_a_try_that_a_wrong_clock_put_off_for_a_year_is_due() -> None:
    dues = [NOW - 1, NOW, NOW + 1, NOW + 300_000, NOW + 300_001, NOW + YEAR]
    told = answer("survey/judging.js", "given[0].map((at) => module.isDue(at, given[1]))", [dues, NOW])
    assert told == [True, True, False, False, True, True]

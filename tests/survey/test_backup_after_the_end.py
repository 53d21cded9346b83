"""A backup holds as much of its villages as its forms need: after the last day the server hands out none any more."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from mapping.models import Unit
from tests import factories
from tests.survey.held_phone import Held
from tests.survey.node_phone import Answer, Request
from tests.survey.test_refused_again import Refusing
from tests.survey.world import WEST

DAY = datetime.timedelta(days=1)
HOUR_MS = 3_600_000


@pytest.fixture
def houses(commune: Unit) -> list[House]:
    """Two houses with a household each; before the village is taken along."""
    made = []
    for place, name in enumerate(("Lê Thị Hoa", "Phạm Văn Sơn")):
        lng, lat = WEST
        made.append(factories.house(commune, lng + place / 1_000, lat, village=factories.village(commune), number="7"))
        factories.household(made[-1], name)
    return made


def round_over() -> None:
    SurveyRound.objects.update(starts_on=timezone.localdate() - 60 * DAY, ends_on=timezone.localdate() - DAY)


def taken_back() -> None:
    SurveyAssignment.objects.update(ended_at=timezone.now())


def move(held: Held, *, is_too_late: bool) -> dict[str, Any]:
    """The phone breaks, and another one loads its backup."""
    device = {"key": str(uuid.uuid4()), "name": "Android"}
    told: dict[str, Any] = held.phone.do("move", held.line, device=device, isTooLate=is_too_late)
    return told


def village_on(held: Held) -> dict[str, Any] | None:
    """The one village that lies on the phone, or None."""
    packs = held.phone.do("look")["packs"]
    assert len(packs) < 2
    return packs[0] if packs else None


def test_a_draft_is_finished_after_the_last_day(houses: list[House], ba: Held) -> None:
    house = str(houses[0].pk)
    ba.fill_in(house, {"house_note": "cổng xanh"}, is_put_off=True)
    round_over()
    ba.is_welcome = False  # no village is taken along any more
    assert move(ba, is_too_late=True)["drafts"] == 1
    here = village_on(ba)
    assert here is not None
    assert [one["house"] for one in here["houses"]] == [house]
    assert [one["head_name"] for one in here["households"]] == ["Lê Thị Hoa"]
    ba.fill_in(house, {"number": "7A"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    visit = SurveyVisit.objects.get()
    assert (visit.answers["house_note"], visit.answers["number"]) == ("cổng xanh", "7A")


def test_what_was_refused_is_mended_after_the_last_day(houses: list[House], ba: Held) -> None:
    house = str(houses[0].pk)
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("sync", Refusing(ba, 422, "faults", "/operations").line)
    round_over()
    ba.is_welcome = False  # no village is taken along any more
    assert move(ba, is_too_late=True)["queue"] == 1
    assert village_on(ba) is not None
    ba.fill_in(house, {"number": "2"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert SurveyVisit.objects.get().answers["number"] == "2"


def test_while_the_round_goes_on_the_next_changes_bring_the_village_whole(houses: list[House], ba: Held) -> None:
    ba.fill_in(str(houses[0].pk), {"house_note": "x"}, is_put_off=True)
    move(ba, is_too_late=True)
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    here = village_on(ba)
    assert here is not None
    assert {one["house"] for one in here["houses"]} == {str(one.pk) for one in houses}
    assert len(here["households"]) == 2


def test_the_village_comes_whole_over_a_line_on_which_changes_take_too_long(houses: list[House], ba: Held) -> None:
    def slow(request: Request) -> Answer | None:
        told = ba.line(request)
        return None if "/changes" in request.url else told

    ba.fill_in(str(houses[0].pk), {"house_note": "x"}, is_put_off=True)
    move(ba, is_too_late=True)
    assert ba.phone.do("sync", slow) == {"reason": ""}
    here = village_on(ba)
    assert here is not None
    assert len(here["houses"]) == 2


def test_who_walks_there_no_more_gets_nothing_new(houses: list[House], ba: Held) -> None:
    ba.fill_in(str(houses[0].pk), {"house_note": "x"}, is_put_off=True)
    taken_back()
    ba.is_welcome = False
    move(ba, is_too_late=True)
    ba.phone.do("wait", ms=HOUR_MS)
    ba.phone.do("sync", ba.line)
    here = village_on(ba)
    assert here is not None
    assert len(here["houses"]) == 1
    assert "Thôn Đông Hoà" in here["ended"]


def test_a_village_of_which_nothing_is_left_to_do_does_not_come_along(houses: list[House], ba: Held) -> None:
    house, village = str(houses[0].pk), SurveyAssignment.objects.get().village
    ba.fill_in(house, {"house_note": "x"}, is_put_off=True)
    ba.phone.do("backup")
    ba.fill_in(house, {"number": "7A"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert ba.phone.do("drop", village=village.code) is True
    assert ba.phone.do("load")["skipped"] == 1
    assert village_on(ba) is None

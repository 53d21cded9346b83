"""Villages that are taken off the phone, or do not fit on it any more, while changes are asked for."""

from __future__ import annotations

import dataclasses
import re

import pytest

from households.models import House, SurveyAssignment, SurveyRound
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories
from tests.survey.held_phone import Held
from tests.survey.node_phone import Answer, Request
from tests.survey.test_moved_on_phones import cursor
from tests.survey.world import WEST

LATER_MS = 600_000


def numbers(held: Held) -> dict[str, list[str]]:
    """Village on the phone → numbers of its houses."""
    packs = held.phone.do("look")["packs"]
    return {pack["village"]: sorted(house["number"] for house in pack["houses"]) for pack in packs}


@pytest.mark.parametrize("is_told_whole", [False, True], ids=["what changed", "all"])
def test_a_village_that_is_taken_off_while_its_changes_come_stays_off(
    ba: Held, commune: Unit, is_told_whole: bool
) -> None:
    village = factories.village(commune)

    def line(request: Request) -> Answer | None:
        if "/changes" not in request.url:
            return ba.line(request)
        url = re.sub(r"(?<=[?&]cursor=)[0-9-]+", "0-1", request.url) if is_told_whole else request.url
        answer = ba.line(dataclasses.replace(request, url=url))
        assert ba.phone.meanwhile("drop", village=village.code) is True
        return answer

    ba.phone.do("wait", ms=LATER_MS)
    assert ba.phone.do("sync", line) == {"reason": ""}
    assert numbers(ba) == {}


@pytest.mark.django_db(transaction=True)  # the changes alone: within one transaction all is told anew each time
@pytest.mark.parametrize("is_taken_off", [False, True])
def test_newer_rules_bring_no_village_back(ba: Held, is_taken_off: bool) -> None:
    [village] = numbers(ba)
    since = cursor()
    SurveyRound.objects.update(rules_version=2)
    asked = []

    def line(request: Request) -> Answer | None:
        asked.append(request.url)
        if "/pack" in request.url and is_taken_off:
            assert ba.phone.meanwhile("drop", village=village) is True
        return ba.line(dataclasses.replace(request, url=re.sub(r"(?<=[?&]cursor=)[0-9-]+", since, request.url)))

    ba.phone.do("wait", ms=LATER_MS)
    assert ba.phone.do("sync", line) == {"reason": ""}
    assert any("/pack" in url for url in asked)
    assert numbers(ba) == ({} if is_taken_off else {village: []})


def test_a_village_that_does_not_fit_holds_up_none_after_it(ba: Held, commune: Unit) -> None:
    first, second = (factories.village(commune, number) for number in (1, 2))
    Grant.objects.create(user=ba.user, unit=second, role=Role.SURVEYOR)
    SurveyAssignment.objects.create(round=SurveyRound.objects.get(), surveyor=ba.user, village=second)
    house = factories.house(commune, WEST[0] + 0.02, WEST[1], village=second, number="số nhà 12A")
    ba.phone.do("take", ba.line, village={"code": second.code})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    factories.house(commune, *WEST, village=first, number="7")
    House.objects.filter(pk=house.pk).update(number="12")
    ba.phone.do("wait", ms=LATER_MS)
    ba.phone.do("full", isFull=True)
    assert ba.phone.do("sync", ba.line) == {"reason": "no_room"}
    assert numbers(ba) == {first.code: [], second.code: ["12"]}
    ba.phone.do("full", isFull=False)
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert numbers(ba) == {first.code: ["7"], second.code: ["12"]}

"""A house that is given another village, as the phones of those see it who walk the one, or both."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest

from households.models import House, SurveyAssignment, SurveyPhoto, SurveyRound
from households.survey import changes_since
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories, node
from tests.survey.held_phone import GOOD, Held, picture
from tests.survey.node_phone import Answer, NodePhone, Request
from tests.survey.test_moved_houses import moved
from tests.survey.world import WEST, surveyor

ANSWERS_ONLY = [GOOD] * 3
"""Who is it, which phone, one operation."""
Taken = Callable[..., Held]


@pytest.fixture
def phones() -> Any:
    """Phones that end with the test."""
    with NodePhone() as phone:
        yield phone


@pytest.fixture
def taken(phones: NodePhone, survey: SurveyRound, commune: Unit) -> Taken:
    """Gives a phone to Bốn, who walks these villages, the first by the right that is named."""

    def held(*villages: int, at: Unit | None = None) -> Held:
        first, *others = villages
        if at is None:
            user = surveyor(survey, "bon", village=first)
        else:
            user = factories.user("bon", role=Role.SURVEYOR, at=at)
            SurveyAssignment.objects.create(round=survey, surveyor=user, village=factories.village(commune, first))
        found = Held(phones, user)
        found.take_along(str(survey.pk), factories.village(commune, first))
        for number in others:
            place = factories.village(commune, number)
            Grant.objects.create(user=user, unit=place, role=Role.SURVEYOR)
            SurveyAssignment.objects.create(round=survey, surveyor=user, village=place)
            phones.do("take", found.line, village={"code": place.code})
        return found

    return held


def cursor() -> str:
    """The cursor that a phone has where nothing else runs on the server: other tests' transactions would tell more."""
    now = changes_since.cursor_now()
    return f"{now.table}-{now.newest}"


def send(held: Held, happenings: list[str] | None = None, since: str = "") -> dict[str, Any]:
    """Ten minutes later the phone speaks with the server; what lies on it then. `since` goes for the cursors it has."""

    def line(request: Request) -> Answer | None:
        url = re.sub(r"(?<=[?&]cursor=)[0-9-]+", since, request.url) if since else request.url
        return held.line(dataclasses.replace(request, url=url))

    held.happenings = list(happenings or [])
    held.phone.do("wait", ms=600_000)
    held.phone.do("sync", line)
    held.happenings = []
    held.look()
    told: dict[str, Any] = held.phone.do("look")
    return told


def places(told: dict[str, Any], house: House) -> list[tuple[str, str]]:
    """(village, name of a head) wherever the phone has the house; "" of one without households."""
    found = []
    for pack in told["packs"]:
        heads = [one["head_name"] for one in pack["households"] if one["house"] == str(house.pk)]
        rows = [one for one in pack["houses"] if one["house"] == str(house.pk)]
        found += [(pack["village"], head) for _ in rows for head in heads or [""]]
    return found


def arrived(house: House) -> list[str]:
    """Villages in which photos of the house lie whole."""
    rows = SurveyPhoto.objects.filter(house_id=house.pk).exclude(received_at=None)
    return list(rows.values_list("village__code", flat=True))


@pytest.mark.parametrize("pieces", [[], [GOOD] * 2], ids=["nothing of it", "a piece of it"])
@pytest.mark.parametrize("sees", ["the village alone", "the commune"])
def test_photos_of_a_house_that_has_left_the_phones_village_arrive(
    taken: Taken, house: House, commune: Unit, sees: str, pieces: list[str]
) -> None:
    held = taken(1, at=commune if sees == "the commune" else None)
    held.fill_in(str(house.pk), {"house_note": "cổng xanh"}, picture(0))
    assert send(held, [*ANSWERS_ONLY, *pieces, *["cut before"] * 9])["left"] != []
    moved(house, commune)
    assert send(held)["left"] == []
    assert arrived(house) == [factories.village(commune, 2).code]


@pytest.mark.parametrize("hears", [True, False], ids=["of the move first", "of it after"])
def test_they_arrive_from_who_walks_both_villages(taken: Taken, house: House, commune: Unit, hears: bool) -> None:
    held = taken(1, 2)
    held.fill_in(str(house.pk), {"house_note": "cổng xanh"}, picture(1))
    send(held, [*ANSWERS_ONLY, *["cut before"] * 9])
    moved(house, commune)
    if hears:
        assert send(held, [GOOD, GOOD, "cut before"])["left"] != []
    assert send(held)["left"] == []
    assert arrived(house) == [factories.village(commune, 2).code]


@pytest.mark.django_db(transaction=True)  # the changes alone: within one transaction all is told anew each time
@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1)])
def test_a_house_that_moves_from_one_to_the_other_of_a_phones_villages_stays_on_it(
    taken: Taken, commune: Unit, before: int, after: int
) -> None:
    house = factories.house(commune, *WEST, village=factories.village(commune, before), number="5")
    factories.household(house, "Lê Thị Năm")
    held = taken(1, 2)
    assert places(send(held), house) == [(factories.village(commune, before).code, "Lê Thị Năm")]
    since = cursor()
    moved(house, commune, after)
    assert places(send(held, since=since), house) == [(factories.village(commune, after).code, "Lê Thị Năm")]


@pytest.mark.django_db(transaction=True)  # the changes alone: within one transaction all is told anew each time
def test_a_house_that_leaves_for_a_village_of_somebody_else_goes_from_the_phone(
    taken: Taken, house: House, commune: Unit
) -> None:
    factories.household(house, "Lê Thị Năm")
    held = taken(1)
    assert places(send(held), house) != []
    since = cursor()
    moved(house, commune)
    assert places(send(held, since=since), house) == []


@pytest.mark.parametrize(
    ("left", "held"),
    [
        ({}, []),
        ({"photos": [{"village": "A"}]}, ["A", "B"]),
        ({"photos": [{}]}, ["B"]),
        ({"photos": [{"house": "elsewhere"}]}, ["A", "B"]),
        ({"photos": [{"village": "A", "receipt": {}}]}, []),
        ({"drafts": [{"village": "A"}]}, ["A", "B"]),
        ({"queue": [{"draft": {"round": "r", "house": "h", "village": "A"}}]}, ["A", "B"]),
        ({"drafts": [{"village": "A", "round": "other"}]}, []),
    ],
)
def test_neither_village_goes_from_the_phone_while_something_of_a_moved_house_is_unsent(
    left: dict[str, list[dict[str, Any]]], held: list[str]
) -> None:
    """The house was in A, and its visit is in B by now."""
    kept: dict[str, list[dict[str, Any]]] = {
        "queue": [],
        "drafts": [],
        "photos": [],
        "visits": [{"round": "r", "house": "h", "village": "B"}],
    }
    kept |= {name: [{"round": "r", "house": "h", **row} for row in rows] for name, rows in left.items()}
    is_held = "['A', 'B'].filter((village) => module.isHeld({ round: 'r', village }, given))"
    assert node.answer("survey/standing.js", is_held, kept) == held

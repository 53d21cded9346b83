"""Photos that were left behind when their house's answers went up, and what else happened before the next line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from households.models import SurveyOperation, SurveyPhoto, SurveyVisit
from mapping.models import Unit
from tests import factories
from tests.survey.held_phone import GOOD, Held, picture
from tests.survey.node_phone import NodePhone
from tests.survey.world import round_in, surveyor

ANSWERS_ONLY = [GOOD, GOOD, GOOD, *["cut before"] * 9]
"""Who is it, which phone, one operation; then nothing more."""


@pytest.fixture
def held(commune: Unit) -> Iterator[Held]:
    survey = round_in(commune)
    with NodePhone() as phone:
        held = Held(phone, surveyor(survey, "ba"))
        held.take_along(str(survey.pk), factories.village(commune))
        yield held


def send(held: Held, happenings: list[str] | None = None) -> None:
    held.happenings = list(happenings or [])
    held.phone.do("wait", ms=600_000)
    held.phone.do("sync", held.line)
    held.happenings = []
    held.look()


def test_a_photo_goes_although_its_house_was_filled_in_again_before(held: Held) -> None:
    house = str(uuid.uuid4())
    held.fill_in(house, {"house_note": "cổng xanh"}, picture(1))
    send(held, ANSWERS_ONLY)
    assert held.arrived == set() and len(held.receipts) == 1
    held.fill_in(house, {"house_note": "cổng đỏ"})
    send(held)
    assert held.arrived == set(held.photos)
    assert SurveyPhoto.objects.filter(house_id=house, file__isnull=False).count() == 1


def test_what_a_backup_held_goes_up_from_another_phone_photos_of_sent_answers_too(held: Held) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    held.fill_in(first, {"house_note": "một"}, picture(1))
    send(held, ANSWERS_ONLY)
    held.fill_in(second, {"house_note": "hai"}, picture(3), east=0.001)
    brought = held.phone.do("move", held.line, device={"key": str(uuid.uuid4()), "name": "iPhone"})
    assert brought == {"drafts": 0, "queue": 1, "photos": 2, "skipped": 0, "beside": []}
    assert held.phone.do("sync", held.line) == {"reason": ""}
    kept = held.phone.do("look")
    assert kept["entries"] == [] and all(photo["receipt"] for photo in kept["photos"])
    assert SurveyOperation.objects.filter(visit__house_id__in=[first, second]).count() == 2
    assert SurveyPhoto.objects.filter(file__isnull=False).count() == 2


def test_a_photo_that_a_draft_gave_way_with_comes_with_the_next_backup_into_the_houses_form(held: Held) -> None:
    house = str(uuid.uuid4())
    held.fill_in(house, {"house_note": "cổng xanh"}, is_put_off=True)
    held.phone.do("backup")
    held.fill_in(house, {"house_note": "cổng đỏ"}, picture(1), is_put_off=True)
    held.phone.do("load")
    assert held.phone.do("choose", house=house) is True
    held.phone.do("move", held.line, device={"key": str(uuid.uuid4()), "name": "iPhone"})
    assert held.phone.do("look")["visits"] == []
    held.fill_in(house, {"number": "4"})
    send(held)
    assert held.arrived == set(held.photos)
    assert len(SurveyVisit.objects.get().answers["photos"]) == 1
    assert SurveyPhoto.objects.filter(house_id=house, file__isnull=False).count() == 1

"""A full phone says so whichever way its browser tells: at a transaction's end, or by the write that finds no room."""

from __future__ import annotations

import uuid

import pytest

from households.models import SurveyOperation
from tests.survey.held_phone import Held, picture


@pytest.fixture(params=[False, True], ids=["at the end", "at once"])
def is_told_at_once(request: pytest.FixtureRequest) -> bool:
    """How the browser tells."""
    told: bool = request.param
    return told


def test_a_photo_that_does_not_fit_is_said_and_what_was_kept_stays(ba: Held, is_told_at_once: bool) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, is_put_off=True)
    ba.phone.do("full", isFull=True, isToldAtOnce=is_told_at_once)
    assert ba.fill_in(house, {"number": "12 bis"}, picture(1)) is False
    told = ba.phone.do("look")
    assert [draft["answers"]["number"] for draft in told["drafts"]] == ["1"]
    assert (told["photos"], told["left"], told["entries"]) == ([], [], [])


def test_what_does_not_fit_into_the_queue_stays_a_draft(ba: Held, is_told_at_once: bool) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, is_put_off=True)
    ba.phone.do("full", isFull=True, isToldAtOnce=is_told_at_once)
    assert ba.phone.do("finish", house=house) == {"noRoom": True}
    told = ba.phone.do("look")
    assert (len(told["drafts"]), told["entries"]) == (1, [])


def test_photos_that_the_server_has_make_room(ba: Held, is_told_at_once: bool) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert len(ba.phone.do("look")["photos"]) == 1
    ba.phone.do("full", isFull=True, isToldAtOnce=is_told_at_once)
    assert ba.fill_in(str(uuid.uuid4()), {"number": "2"}, picture(3)) is False
    assert ba.phone.do("look")["photos"] == []


def test_a_receipt_that_does_not_fit_is_asked_for_again_and_holds_nothing_up(ba: Held, is_told_at_once: bool) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("full", isFull=True, isToldAtOnce=is_told_at_once)
    assert ba.phone.do("sync", ba.line) == {"reason": "no_room"}
    ba.phone.do("full", isFull=False)
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    ba.look()
    assert SurveyOperation.objects.count() == len(ba.receipts) == 1


def test_a_database_that_has_no_id_yet_opens_all_the_same(ba: Held, is_told_at_once: bool) -> None:
    ba.phone.do("forgetOrigin")
    ba.phone.do("full", isFull=True, isToldAtOnce=is_told_at_once)
    ba.phone.restart()
    assert ba.phone.do("look")["entries"] == []
    ba.phone.do("full", isFull=False)
    assert ba.fill_in(str(uuid.uuid4()), {"number": "1"})

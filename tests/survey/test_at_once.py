"""Two programs of the server get the same operation, or two of one house, in the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from households.models import House, HousePhoto, SurveyConflict, SurveyOperation, SurveyPhoto, SurveyVisit
from households.survey import house_photos, turns
from mapping import wall
from mapping.access import Role
from mapping.models import StoredFile
from tests import factories
from tests.households.test_doubled_races import Acting
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WEST, WHOLE, Phone, phone, round_in, surveyor

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Call all in the same moment, each over a connection of its own."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        barrier.wait(20)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


@pytest.fixture
def phones(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Phone]:
    """Two; the last of four waits longer than a second and a half where the machine has much to do."""
    monkeypatch.setattr(turns, "LONGEST_MS", 60_000)
    commune = factories.commune()
    survey = round_in(commune)
    return [phone(survey, surveyor(survey, name)) for name in ("ba", "hoa")]


@pytest.fixture
def house(phones: list[Phone]) -> Any:
    commune = phones[0].round.commune
    return factories.house(commune, *WEST, village=factories.village(commune))


def test_one_operation_in_four_hands_is_one(phones: list[Phone], house: Any) -> None:
    for note in range(5):
        body = json.dumps(phones[0].operation(house, WHOLE | {"house_note": str(note)})).encode()
        answers = together(*[lambda body=body: phones[0].post(body)] * 4)
        assert [answer.status_code for answer in answers] == [200] * 4
        assert len({answer.content for answer in answers}) == 1
    with transaction.atomic():
        assert (SurveyOperation.objects.count(), SurveyVisit.objects.count()) == (5, 1)


def test_two_phones_at_one_house_lose_nothing(phones: list[Phone], house: Any) -> None:
    for n in range(5):
        sent = [one.operation(house, WHOLE | {"house_note": f"{one.user} {n}"}, base=n if n else 0) for one in phones]
        answers = together(*(lambda one=one, body=body: one.post(body) for one, body in zip(phones, sent, strict=True)))
        assert [answer.status_code for answer in answers] == [200, 200]
    with transaction.atomic():
        held = SurveyVisit.objects.get().answers["house_note"]
        known = {held, *SurveyConflict.objects.values_list("sent", flat=True)}
        changed = SurveyOperation.objects.values_list("changes", flat=True)
        assert SurveyOperation.objects.count() == 10
        assert {one["house_note"]["to"] for one in changed} >= known
        assert SurveyConflict.objects.filter(field="house_note").count() >= 1


def test_one_photo_in_two_hands_is_kept_once(phones: list[Phone], house: Any) -> None:
    uploads = [Upload(one, house, picture(300, 200)) for one in phones]
    receipts = together(*(lambda one=one: one.put(0, one.content).json() for one in uploads))
    assert receipts[0]["receipt"] == receipts[1]["receipt"]
    with transaction.atomic():
        assert (SurveyPhoto.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_late_photos_pressed_twice_are_put_in_the_record_once(phones: list[Phone], house: Any) -> None:
    upload = Upload(phones[0], house, picture(300, 200))
    phones[0].send(house, WHOLE | {"photos": [upload.sha256]})
    with transaction.atomic(), wall.acting_as_system("test"):
        SurveyVisit.objects.update(state="approved")
    upload.send()
    officer = factories.user("an", role=Role.COMMUNE_OFFICER, at=phones[0].round.commune)
    with wall.acting(officer), transaction.atomic():
        visit = SurveyVisit.objects.select_related("commune").get()
        house_photos.take_late(user=officer, visit=visit)
        again = Acting(officer, lambda: house_photos.take_late(user=officer, visit=visit))
        again.start()
        assert again.waits()
    again.join()
    assert again.outcome == "photos"
    with transaction.atomic(), wall.acting_as_system("test"):
        assert HousePhoto.objects.count() == 1


def test_a_house_that_moves_while_it_is_sent_has_its_visit_with_it(phones: list[Phone], house: Any) -> None:
    commune = phones[0].round.commune

    def move(number: int) -> None:
        with transaction.atomic(), wall.acting_as_system("test"):
            House.objects.filter(pk=house.pk).update(village=factories.village(commune, number))

    for n in range(6):
        body = phones[0].operation(house, WHOLE | {"house_note": str(n)}, base=n)
        answer, _moved = together(lambda body=body: phones[0].post(body), lambda n=n: move(2 - n % 2))
        assert answer.status_code == 200, answer.content
        with transaction.atomic(), wall.acting_as_system("test"):
            village = House.objects.get(pk=house.pk).village_id
            for table in (SurveyVisit, SurveyOperation):
                assert set(table.objects.values_list("village", flat=True)) == {village}

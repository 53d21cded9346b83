"""An import that moves a house holds its round until it ends: phones are told to come again, and stand in no line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from households.models import House, SurveyOperation, SurveyPhoto
from households.survey import photo_files, photos
from mapping import wall
from tests import factories
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WEST, WHOLE, Phone, phone, round_in, surveyor

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(acting: AbstractContextManager[Any], act: Callable[[], Any]) -> Iterator[None]:
    """Somebody else has done this, in a transaction that ends with the block."""
    is_done, may_end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic(), acting:
                act()
                is_done.set()
                may_end.wait(30)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    other.start()
    try:
        assert is_done.wait(20)
        yield
    finally:
        may_end.set()
        other.join(20)


def moving(house: House) -> AbstractContextManager[None]:
    """Somebody else has given the house another village."""
    return meanwhile(
        wall.acting_as_system("test"),
        lambda: House.objects.filter(pk=house.pk).update(village=factories.village(house.commune, 2)),
    )


@pytest.fixture
def lan(transactional_db: None, settings: Any) -> Phone:
    survey = round_in(factories.commune())
    return phone(survey, surveyor(survey, "ba"))


@pytest.fixture
def houses(lan: Phone) -> list[House]:
    commune = lan.round.commune
    return [factories.house(commune, WEST[0] + n / 1000, WEST[1], village=factories.village(commune)) for n in (0, 1)]


def test_an_operation_waits_not_long_and_comes_again(lan: Phone, houses: list[House]) -> None:
    moves, stays = houses
    body = json.dumps(lan.operation(stays, WHOLE)).encode()
    with moving(moves):
        began = time.monotonic()
        told = lan.post(body)
        waited = time.monotonic() - began
    assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "busy", "10"), told.content
    assert "máy sẽ tự gửi lại" in told.json()["error"]
    assert 1 < waited < 10
    with transaction.atomic(), wall.acting_as_system("test"):
        assert not SurveyOperation.objects.exists()
    assert lan.post(body).status_code == 200


def test_so_does_a_piece_of_a_photo(lan: Phone, houses: list[House]) -> None:
    moves, stays = houses
    upload = Upload(lan, stays, picture(300, 200))
    lan.send(stays, WHOLE | {"photos": [upload.sha256]})
    with moving(moves):
        told = upload.put(0, upload.content)
    assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "busy", "10"), told.content
    assert upload.send()["sha256"] == upload.sha256
    with transaction.atomic(), wall.acting_as_system("test"):
        assert SurveyPhoto.objects.get().received_at is not None


def test_a_photo_that_begins_again_while_another_comes_keeps_what_has_come(lan: Phone, houses: list[House]) -> None:
    """Its first pieces were lost with the disk; counting the house's photos neither waits for it nor empties it."""
    again, other = (Upload(lan, houses[0], picture(300, 200, seed=seed), village=lan.village) for seed in (1, 2))
    lan.send(houses[0], WHOLE | {"photos": [again.sha256, other.sha256]})
    again.put(0, again.content[:1000])
    with transaction.atomic(), wall.acting_as_system("test"):
        photo_files.part_of(SurveyPhoto.objects.get(sha256=again.sha256)).unlink()
    wanted = photos.Wanted(again.sha256, lan.round.pk, houses[0].pk, lan.village)

    def begin() -> None:
        photos.add(
            user=lan.user, wanted=wanted, question="photos", size=len(again.content), offset=0,
            piece=again.content[:500],
        )  # fmt: skip

    with meanwhile(wall.acting(lan.user), begin):
        told = other.put(0, other.content)
    assert told.status_code == 200, told.content
    assert again.arrived() == 500
    assert again.send()["sha256"] == again.sha256

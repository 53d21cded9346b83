"""An import that moves a house holds its round until it ends: phones are told to come again, and stand in no line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from households.models import House, SurveyOperation, SurveyPhoto
from mapping import wall
from tests import factories
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WEST, WHOLE, Phone, phone, round_in, surveyor

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def moving(house: House) -> Iterator[None]:
    """Somebody else has given the house another village, in a transaction that ends with the block."""
    has_moved, may_end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic(), wall.acting_as_system("test"):
                House.objects.filter(pk=house.pk).update(village=factories.village(house.commune, 2))
                has_moved.set()
                may_end.wait(30)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    other.start()
    try:
        assert has_moved.wait(20)
        yield
    finally:
        may_end.set()
        other.join(20)


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

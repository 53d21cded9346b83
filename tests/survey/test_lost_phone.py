"""What a lost phone's backup brings is sent from another phone of its person; the lost one itself stays out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyDevice, SurveyOperation, SurveyPhoto
from tests.survey.held_phone import Held, picture
from tests.survey.test_photos import Upload
from tests.survey.test_photos import picture as photo
from tests.survey.world import WHOLE, Phone


def revoke(key: str) -> None:
    """As the desk does."""
    assert SurveyDevice.objects.filter(key=key).update(revoked_at=timezone.now()) == 1


def other(lan: Phone) -> Phone:
    """Another phone of the same person, signed in by itself."""
    return Phone(lan.user, lan.round, lan.village)


def test_the_backup_of_a_lost_phone_arrives_whole_from_the_next_one(ba: Held) -> None:
    ba.phone.do("sync", ba.line)
    for place in range(2):
        ba.fill_in(str(uuid.uuid4()), {"number": str(place)}, picture(place), east=place / 1000)
    revoke(ba.key)
    lost, ba.client = ba.client, Client(enforce_csrf_checks=True)
    fresh = str(uuid.uuid4())
    ba.sign_in()
    ba.phone.do("move", ba.line, device={"key": fresh, "name": "Android"})
    ba.fill_in(str(uuid.uuid4()), {"number": "3"}, east=0.003)
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    ba.look()
    assert set(ba.receipts) == {made.id for made in ba.made}
    assert SurveyPhoto.objects.exclude(received_at=None).count() == 2
    made_on = SurveyOperation.objects.order_by("id").values_list("device__key", flat=True)
    assert [str(key) for key in made_on] == [ba.key, ba.key, fresh]
    told = lost.get("/api/survey/pack", {"round": ba.made[0].body["round"], "village": ba.made[0].body["village"]})
    assert told.json()["code"] == "device_revoked"


def test_another_phones_key_is_not_remembered_in_the_session_of_the_one_that_sends(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    body = lan.operation(house, {"house_note": "trước"}, base=1)
    revoke(lan.key)
    next_one = other(lan)
    assert next_one.post(body, **{"survey-phone": next_one.key}).status_code == 200
    revoked = SurveyDevice.objects.get(key=lan.key)
    assert revoked.revoked_at is not None
    where = {"round": str(lan.round.pk), "village": lan.village}
    assert next_one.client.get("/api/survey/pack", where).status_code == 200
    assert next_one.send(house, {"street": "Ngõ Đình"}, base=2)["outcome"] == "merged"
    assert Upload(next_one, house, photo(40, 40)).put(0, b"x").status_code == 200


@pytest.mark.parametrize("who", ["itself", "a phone nobody knows", "a phone that is let"])
def test_a_revoked_phone_does_not_get_in_by_calling_itself_another(lan: Phone, house: House, who: str) -> None:
    lan.send(house, WHOLE)
    let = other(lan)
    let.send(house, {"house_note": "y"}, base=1)
    revoke(lan.key)
    called = {"itself": lan.key, "a phone nobody knows": str(uuid.uuid4()), "a phone that is let": let.key}[who]
    for device in (lan.key, called):
        body = lan.operation(house, {"house_note": "x"}, device=device, base=2)
        assert lan.post(body, **{"survey-phone": called}).json()["code"] == "device_revoked"
    assert SurveyOperation.objects.count() == 2


def test_a_revoked_phone_brings_no_other_ones_work_either(lan: Phone, house: House) -> None:
    revoked = other(lan)
    revoked.send(house, WHOLE)
    body = lan.operation(house, {"house_note": "x"})
    revoke(revoked.key)
    again = Phone(lan.user, lan.round, lan.village, key=revoked.key)
    assert again.post(body, **{"survey-phone": again.key}).json()["code"] == "device_revoked"


def test_another_persons_work_is_taken_from_nobody(lan: Phone, hoa: Phone, house: House) -> None:
    told = hoa.post(lan.operation(house, WHOLE), **{"survey-phone": hoa.key})
    assert told.json()["code"] == "other_person"


@pytest.mark.parametrize("key", ["", "x", "1" * 31, "null"])
def test_a_phone_that_has_no_id_is_none(lan: Phone, house: House, key: str) -> None:
    answer: Any = lan.post(lan.operation(house, WHOLE), **{"survey-phone": key})
    assert answer.status_code == 400
    assert not SurveyDevice.objects.exists()

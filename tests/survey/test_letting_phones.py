"""A revoked phone is let in again by nothing but the desk, and nobody makes phones without end."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.utils import timezone

from households.models import House, SurveyDevice
from mapping import rate_limits
from mapping.access import Role
from mapping.models import Grant
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WHOLE, Phone


def named(lan: Phone, key: str) -> Any:
    """What the server says to a phone that tells its name."""
    body = {"key": key, "name": "Máy"}
    return lan.client.post("/api/survey/devices", body, content_type="application/json")


def again(lan: Phone) -> Phone:
    """The same phone after its person signed out and in."""
    return Phone(lan.user, lan.round, lan.village, key=lan.key)


def test_other_ids_bring_a_revoked_phone_back_however_many(lan: Phone, house: House) -> None:
    assert named(lan, lan.key).status_code == 200
    SurveyDevice.objects.update(revoked_at=timezone.now())
    for _ in range(12):
        assert named(lan, str(uuid.uuid4())).json()["code"] == "device_revoked"
    assert SurveyDevice.objects.count() == 1
    where = {"round": str(lan.round.pk), "village": lan.village}
    assert lan.client.get("/api/survey/pack", where).json()["code"] == "device_revoked"


def test_ids_made_before_the_revocation_do_not_push_the_phone_out_of_its_session(lan: Phone, house: House) -> None:
    named(lan, lan.key)
    told = [named(lan, str(uuid.uuid4())) for _ in range(12)]
    assert (told[0].status_code, told[-1].status_code, told[-1].json()["code"]) == (200, 403, "too_many_devices")
    assert "đăng xuất" in told[-1].json()["error"]
    assert named(lan, lan.key).status_code == 200
    SurveyDevice.objects.filter(key=lan.key).update(revoked_at=timezone.now())
    other = Phone(lan.user, lan.round, lan.village, client=lan.client)
    assert other.refused(house, WHOLE)["code"] == "device_revoked"


def test_a_phone_that_only_sent_is_known_in_its_session_too(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    SurveyDevice.objects.update(revoked_at=timezone.now())
    other = Phone(lan.user, lan.round, lan.village, client=lan.client)
    assert other.refused(house, {"house_note": "x"}, base=1)["code"] == "device_revoked"
    assert Upload(other, house, picture(40, 40)).put(0, b"x").json()["code"] == "device_revoked"


def test_a_person_makes_ten_phones_known_a_day_and_thirty_a_month(lan: Phone, hoa: Phone, house: House) -> None:
    def more() -> list[Any]:
        return [named(again(lan), str(uuid.uuid4())) for _ in range(11)]

    first = more()
    assert [one.status_code for one in first] == [200] * 10 + [403]
    assert (first[-1].json()["code"], "10 máy" in first[-1].json()["error"]) == ("too_many_devices", True)
    assert Phone(lan.user, lan.round, lan.village).refused(house, WHOLE)["code"] == "too_many_devices"
    assert named(hoa, hoa.key).status_code == 200
    known = str(SurveyDevice.objects.filter(user=lan.user)[0].key)
    assert named(again(lan), known).status_code == 200
    for days in (2, 4):
        SurveyDevice.objects.update(created_at=timezone.now() - datetime.timedelta(days=days))
        more()
    SurveyDevice.objects.update(created_at=timezone.now() - datetime.timedelta(days=6))
    assert SurveyDevice.objects.filter(user=lan.user).count() == 30
    assert named(again(lan), str(uuid.uuid4())).json()["code"] == "too_many_devices"
    SurveyDevice.objects.update(created_at=timezone.now() - datetime.timedelta(days=31))
    assert named(again(lan), str(uuid.uuid4())).status_code == 200


@pytest.mark.parametrize("scope", ["survey_devices", "survey_operations", "survey_photos"])
def test_a_program_that_sends_without_end_has_to_wait(lan: Phone, house: House, settings: Any, scope: str) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {scope: (0.001, 2)}
    lan.send(house, WHOLE)
    rate_limits.forget()
    upload = Upload(lan, house, picture(40, 40))
    asked = {
        "survey_devices": lambda: named(lan, lan.key),
        "survey_operations": lambda: lan.post(lan.operation(house, {"house_note": str(uuid.uuid4())}, base=1)),
        "survey_photos": lambda: upload.put(0, b"x"),
    }[scope]
    told = [asked() for _ in range(3)]
    rate_limits.forget()
    assert [one.status_code for one in told] == [200, 200, 429]
    assert (told[-1].json()["code"], "vẫn còn trên máy" in told[-1].json()["error"]) == ("too_many", True)


@pytest.mark.parametrize("left", [None, Role.VIEWER])
def test_who_has_no_right_left_is_told_so_by_the_word_on_which_phones_keep_and_try_again(
    lan: Phone, house: House, left: Role | None
) -> None:
    upload = Upload(lan, house, picture(40, 40))
    Grant.objects.filter(user=lan.user).delete()
    if left is not None:
        Grant.objects.create(user=lan.user, role=left, unit=house.commune)
    where = {"round": str(lan.round.pk), "village": lan.village, "cursor": "1-1"}
    told = [
        named(lan, lan.key),
        lan.post(lan.operation(house, WHOLE)),
        upload.put(0, b"x"),
        lan.client.get("/api/survey/changes", where),
        lan.client.get("/api/survey/pack", where),
    ]
    assert [(one.status_code, one.json()["code"]) for one in told] == [(403, "assignment_ended")] * 5
    assert all("vẫn còn trên máy" in one.json()["error"] for one in told)
    assert not SurveyDevice.objects.exists()


def test_the_limits_let_forty_houses_with_six_photos_each_through_at_once(settings: Any) -> None:
    pieces = 1 + 8  # one question and two megabytes of a photo
    assert settings.RATE_LIMITS["survey_operations"][1] >= 40 * 3
    assert settings.RATE_LIMITS["survey_photos"][1] >= 40 * 6 * pieces

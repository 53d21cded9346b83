"""After a household asked to be forgotten, the round goes on at its house, with whoever lives there now."""

from __future__ import annotations

import datetime
import html
import importlib
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from households.models import House, HousePhoto, SurveyConflict, SurveyOperation, SurveyPhoto, SurveyRound, SurveyVisit
from households.survey import retaining
from mapping import files, wall
from mapping.access import Role
from mapping.models import StoredFile
from tests.survey import pack_world
from tests.survey.test_photos import PIECE, Upload, picture
from tests.survey.test_photos_taken_out import decide, photos, take_out, undo
from tests.survey.world import WHOLE, Phone, phone, position, surveyor

NEXT = {"occupied": "yes", "head_name": "Phạm Thị Tư", "phone": "0987 654 321"}


@pytest.fixture
def officers(survey: SurveyRound) -> list[Phone]:
    """Two who see sensitive answers and walk."""
    return [phone(survey, surveyor(survey, name, role=Role.COMMUNE_OFFICER)) for name in ("cb1", "cb2")]


def forget() -> None:
    """As `redact_household` does it with the visit of the household."""
    with wall.acting_as_system("test"):
        retaining.empty(list(SurveyVisit.objects.all()))


def visits_told(lan: Phone) -> list[dict[str, Any]]:
    return pack_world.rows(pack_world.read(lan.client, "pack", round=lan.round.pk, village=lan.village), "visits")


def page(officer: Client) -> str:
    text: str = officer.get(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/").content.decode()
    return html.unescape(text)


def meet(officers: list[Phone], house: House) -> None:
    """Two people write different things, sensitive ones too."""
    officers[0].send(house, WHOLE | {"poverty": "poor"})
    assert set(officers[1].send(house, {"phone": "0900 000 001", "poverty": "near_poor"})["conflicts"]) == {
        "phone", "poverty",
    }  # fmt: skip


def test_the_next_households_visit_is_approved_as_it_was_sent(
    officers: list[Phone], house: House, officer_client: Client
) -> None:
    meet(officers, house)
    forget()
    assert officers[0].send(house, NEXT, base=1)["outcome"] == "merged"
    assert "0900 000 001" not in page(officer_client)
    assert decide(officer_client, "approve") == 302
    (told,) = visits_told(officers[0])
    assert (told["answers"], told["conflicts"]) == (NEXT, [])


def test_what_was_emptied_before_waits_for_nobody_any_more(officers: list[Phone], house: House) -> None:
    meet(officers, house)
    forget()
    SurveyConflict.objects.update(settled_at=None)
    officers[0].send(house, NEXT, base=1)
    officers[1].send(house, {"phone": "0900 000 002"})  # a new one, which waits
    migration = importlib.import_module("households.migrations.0054_survey_settled_by_nobody")
    migration.close_what_was_emptied(None, None)
    assert list(SurveyConflict.objects.filter(settled_at=None).values_list("sent", flat=True)) == ["0900 000 002"]


def test_what_an_operation_alone_still_holds_is_found_and_emptied(lan: Phone, house: House) -> None:
    """As it was left by one that had been taken at the moment of emptying."""
    lan.send(house, WHOLE, position=position())
    changes = SurveyOperation.objects.get().changes
    forget()
    SurveyOperation.objects.update(changes=changes)
    SurveyRound.objects.update(closed_at=timezone.now() - datetime.timedelta(days=400))
    assert retaining.empty_past_retention() == 1
    assert SurveyOperation.objects.get().changes == {}
    assert retaining.empty_past_retention() == 0


def test_a_photo_that_was_let_go_goes_into_no_record_until_it_comes_again(
    lan: Phone, house: House, officer_client: Client
) -> None:
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    upload.send()
    forget()
    files.remove_expired()
    lan.send(house, NEXT | {"photos": [upload.sha256]}, base=1)

    assert upload.arrived() == 0
    text = page(officer_client)
    assert ("Còn 1 ảnh chưa gửi đến" in text, "<img src" in text) == (True, False)
    assert decide(officer_client, "approve") == 302
    assert photos() == []
    assert "ảnh đến sau khi duyệt, chưa có" not in page(officer_client)

    assert upload.send()["sha256"] == upload.sha256
    assert "1 ảnh đến sau khi duyệt" in page(officer_client)
    officer_client.post(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/photos/")
    (photo,) = photos()
    address = f"/houses/{house.code}/photos/{photo}/"
    assert officer_client.get(address)["Content-Type"] == "image/jpeg"


def test_who_missed_a_receipt_gets_it_and_brings_no_forgotten_photo_back(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(300, 200))
    body = json.dumps(lan.operation(house, WHOLE | {"photos": [upload.sha256]})).encode()
    lan.post(body)
    receipt = upload.send()
    forget()
    lan.post(body)
    assert upload.arrived() == len(upload.content)
    assert upload.put(0, upload.content[:PIECE]).json()["receipt"] == receipt
    assert not StoredFile.objects.filter(kept_until=None).exists()


def test_a_photo_that_was_taken_out_and_let_go_since_does_not_come_back(
    lan: Phone, house: House, officer_client: Client
) -> None:
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    upload.send()
    assert decide(officer_client, "approve") == 302
    take_out(officer_client, house)
    forget()
    for _removed in (False, True):
        status, told = undo(officer_client, "survey.photo_removed")
        assert (status, "ảnh này đã được xóa" in told, photos()) == (409, True, [])
        files.remove_expired()


def test_a_photo_in_the_record_stays_there(lan: Phone, house: House, officer_client: Client) -> None:
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    upload.send()
    assert decide(officer_client, "approve") == 302
    forget()
    files.remove_expired()
    with transaction.atomic(), wall.acting_as_system("test"):
        assert files.path_of(HousePhoto.objects.select_related("file").get().file).exists()
    assert SurveyPhoto.objects.get().file is not None


def test_a_photo_that_is_named_anew_under_another_question_comes_again(
    lan: Phone, house: House, officer_client: Client
) -> None:
    """As where a newer version of the rules asks for it elsewhere."""
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    upload.send()
    SurveyPhoto.objects.update(question="gate")
    forget()
    lan.send(house, NEXT | {"photos": [upload.sha256]}, base=1)

    assert upload.arrived() == 0
    assert upload.send()["sha256"] == upload.sha256
    text = page(officer_client)
    assert ("Còn 1 ảnh chưa gửi đến" in text, "<img src" in text) == (False, True)


def test_a_photo_that_was_let_go_is_shown_to_nobody_who_kept_its_address(
    lan: Phone, house: House, officer_client: Client
) -> None:
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    upload.send()
    address = f"/survey/desk/photos/{SurveyPhoto.objects.get().pk}/"
    assert officer_client.get(address).status_code == 200
    forget()
    for _removed in (False, True):
        told = officer_client.get(address)
        assert (told.status_code, "Ảnh này đã được xóa" in told.content.decode()) == (410, True)
        files.remove_expired()

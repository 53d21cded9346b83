"""What phones send of a house that has left their village: receipts that were lost come again, and nothing is told."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyConflict, SurveyOperation, SurveyRound, SurveyVisit
from mapping import wall
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories
from tests.security.test_audit_redaction import as_owner
from tests.survey.held_phone import GOOD, Held, picture
from tests.survey.node_phone import NodePhone
from tests.survey.test_moved_houses import moved
from tests.survey.test_photos import Upload
from tests.survey.test_photos import picture as photo
from tests.survey.world import WHOLE, Phone, phone, position, surveyor


@pytest.fixture
def far(survey: SurveyRound) -> Phone:
    """The phone of Xa, who walks the village that the house goes to."""
    return phone(survey, surveyor(survey, "xa", village=2), village=2)


def body_of(lan: Phone, house: House, changes: dict[str, Any], **fields: Any) -> bytes:
    return json.dumps(lan.operation(house, changes, **fields)).encode()


@pytest.mark.parametrize("walks", ["still", "no more"])
def test_the_same_again_gets_its_receipt_where_the_house_has_moved_meanwhile(
    lan: Phone, house: House, commune: Unit, walks: str
) -> None:
    body = body_of(lan, house, WHOLE)
    first = lan.post(body)
    moved(house, commune)
    if walks == "no more":
        SurveyAssignment.objects.update(ended_at=timezone.now())
    again = lan.post(body)
    assert (again.status_code, again.content) == (200, first.content), again.content.decode()
    assert (SurveyOperation.objects.count(), SurveyVisit.objects.get().version) == (1, 1)


def test_so_does_what_was_taken_after_the_move(lan: Phone, house: House, commune: Unit) -> None:
    moved(house, commune)
    body = body_of(lan, house, WHOLE)
    assert lan.post(body).content == lan.post(body).content
    assert SurveyOperation.objects.count() == 1


def test_another_body_under_its_id_is_refused_as_ever(lan: Phone, house: House, commune: Unit) -> None:
    sent = lan.operation(house, WHOLE)
    lan.post(sent)
    moved(house, commune)
    told = lan.post(sent | {"base": 1})
    assert (told.status_code, told.json()["code"]) == (409, "other_body")


@pytest.mark.parametrize("with_photo", [False, True], ids=["alone", "with a photo"])
def test_a_phone_whose_answer_was_lost_is_through_with_a_house_that_has_moved(
    survey: SurveyRound, house: House, commune: Unit, with_photo: bool
) -> None:
    with NodePhone() as engine:
        held = Held(engine, surveyor(survey, "bon"))
        held.take_along(str(survey.pk), factories.village(commune))
        held.fill_in(str(house.pk), {"house_note": "cổng xanh"}, picture(1) if with_photo else None)
        held.happenings = [GOOD, GOOD, "cut after"]
        engine.do("sync", held.line)
        assert SurveyOperation.objects.count() == 1
        moved(house, commune)
        held.happenings = []
        engine.do("wait", ms=600_000)
        engine.do("sync", held.line)
        held.look()
        assert list(held.receipts) == [held.made[0].id]
        assert engine.do("look")["left"] == []


def test_nothing_is_told_of_what_people_of_the_new_village_found(
    lan: Phone, far: Phone, house: House, commune: Unit
) -> None:
    lan.send(house, WHOLE)
    moved(house, commune)
    far.send(house, {"house_note": "cổng đỏ", "size": {"from": None, "to": 7}}, position=position(accuracy_m=2.0))
    late = lan.send(house, {"size": {"from": None, "to": 5}}, base=1)
    assert (late["moved"], late["conflicts"], late["others"]) == (True, ["size"], {})
    # Its version is no proof of having seen the rest, though she was the first to send.
    again = lan.send(house, {"size": {"from": 5, "to": 6}}, base=late["version"], position=position(accuracy_m=3.0))
    assert (set(again["conflicts"]), again["others"]) == ({"size", "position"}, {})
    assert SurveyVisit.objects.get().answers == WHOLE | {"house_note": "cổng đỏ", "size": 7}


def test_what_they_send_is_told_where_they_walk_both(lan: Phone, far: Phone, house: House, commune: Unit) -> None:
    SurveyAssignment.objects.create(round=lan.round, surveyor=far.user, village=factories.village(commune))
    Grant.objects.create(user=far.user, unit=factories.village(commune), role=Role.SURVEYOR)
    lan.send(house, WHOLE)
    moved(house, commune)
    told = far.send(house, {"size": 7, "head_name": "Lê Văn Bốn"}, village=lan.village)
    assert ("moved" in told, told["conflicts"], told["others"]) == (False, ["head_name"], {"head_name": "Lê Văn Ba"})


def test_sensitive_answers_are_those_of_the_village_that_the_house_is_in(
    survey: SurveyRound, house: House, commune: Unit
) -> None:
    of_the_village = phone(survey, surveyor(survey, "can", role=Role.COMMUNE_OFFICER))
    person = factories.user("bo", role=Role.COMMUNE_OFFICER, at=commune)
    SurveyAssignment.objects.create(round=survey, surveyor=person, village=factories.village(commune))
    of_the_commune = phone(survey, person)
    moved(house, commune)
    told = of_the_village.refused(house, WHOLE | {"poverty": "poor"})
    assert [(one["field"], one["code"]) for one in told["faults"]] == [("poverty", "not_yours")]
    of_the_village.send(house, WHOLE)
    assert of_the_commune.send(house, {"poverty": "poor"})["outcome"] == "merged"


def test_a_photo_comes_after_its_own_operation_there_too(lan: Phone, hoa: Phone, house: House, commune: Unit) -> None:
    lan.send(house, WHOLE)
    moved(house, commune)
    sent, stray = (Upload(one, house, photo(300, 200), village=one.village) for one in (lan, hoa))
    assert stray.put(0, stray.content).status_code == 404
    assert sent.send()["sha256"] == sent.sha256


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("days", "ahead", "is_taken"),
    [(13, 0, True), (15, 0, False), (15, -3, True), (13, 400, True), (15, 400, False)],
)
def test_what_was_made_long_after_the_move_is_refused(
    lan: Phone, house: House, commune: Unit, days: int, ahead: int, is_taken: bool
) -> None:
    """By the phone's clock, which may be `ahead` by days: it then counts as now."""
    with wall.acting_as_system("test"), transaction.atomic():
        began = timezone.localdate() - datetime.timedelta(days=40)
        SurveyRound.objects.update(starts_on=began)
    with wall.acting_as_system("test"):
        moved(house, commune)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:  # time passes in no other way here
        cursor.execute(
            "SELECT tgname FROM pg_trigger "
            "WHERE tgrelid = 'households_houseevent'::regclass AND NOT tgisinternal AND tgenabled = 'O'"
        )
        triggers = [name for (name,) in cursor.fetchall()]
        for name in triggers:
            cursor.execute(f'ALTER TABLE households_houseevent DISABLE TRIGGER "{name}"')
        cursor.execute(
            "UPDATE households_houseevent SET pgh_created_at = pgh_created_at - %s", [datetime.timedelta(days=days)]
        )
        for name in triggers:
            cursor.execute(f'ALTER TABLE households_houseevent ENABLE TRIGGER "{name}"')
    made_at = timezone.now() + datetime.timedelta(days=ahead)
    if is_taken:
        assert lan.send(house, WHOLE, made_at=made_at.isoformat())["moved"] is True
        return
    told = lan.refused(house, WHOLE, made_at=made_at.isoformat())
    assert (told["status"], told["faults"][0]["code"]) == (422, "elsewhere")
    with wall.acting_as_system("test"), transaction.atomic():
        assert not SurveyConflict.objects.exists() and not SurveyVisit.objects.exists()

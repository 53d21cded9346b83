"""What a phone tells the desk of what still lies on it, and whom it forgets when a house is no longer its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction

from households.models import House, SurveyDevice, SurveyOperation, SurveyRound, SurveyVisit
from households.survey.operations import MOST_OF_A_HOUSE
from mapping import wall
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories
from tests.survey import pack_world
from tests.survey.held_phone import Held, picture
from tests.survey.node_phone import NodePhone
from tests.survey.world import WEST, WHOLE, Phone, phone, round_in, surveyor


@pytest.fixture
def ba(transactional_db: None) -> Iterator[Held]:
    """A person with a phone, and a village with one household on it."""
    commune = factories.commune()
    survey = round_in(commune)
    house = factories.house(commune, *WEST, village=factories.village(commune), number="12")
    factories.household(house, "Trần Thị Bí")
    with NodePhone() as phone:
        held = Held(phone, surveyor(survey, "ba"))
        held.take_along(str(survey.pk), factories.village(commune))
        yield held


def test_a_form_that_was_put_off_counts_as_unsent(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1), is_put_off=True)
    ba.phone.do("sync", ba.line)
    assert SurveyDevice.objects.get().unsent == 2  # the house and its photo


def test_a_house_that_left_takes_its_people_off_the_phone(ba: Held) -> None:
    assert [one["head_name"] for one in ba.phone.do("look")["people"]] == ["Trần Thị Bí"]
    house = House.objects.get()
    with transaction.atomic(), wall.acting_as_system("test"):
        House.objects.update(village=factories.village(house.commune, 2))
    ba.phone.do("wait", ms=130_000)
    ba.phone.do("sync", ba.line)
    assert ba.phone.do("look")["people"] == []


def test_who_sees_sensitive_answers_in_one_village_is_asked_for_them_there_alone(commune: Unit) -> None:
    survey = round_in(commune)
    person = surveyor(survey, "ba")
    other = factories.village(commune, 2)
    survey.assignments.create(surveyor=person, village=other)
    Grant.objects.create(user=person, unit=other, role=Role.SURVEYOR)
    Grant.objects.filter(user=person, unit=factories.village(commune)).update(role=Role.COMMUNE_OFFICER)
    client = pack_world.client_of(person)
    (told,) = pack_world.read(client, "me")["rounds"]
    assert [one["sees_sensitive"] for one in told["villages"]] == [True, False]
    packs = [pack_world.read(client, "pack", round=survey.pk, village=one["code"]) for one in told["villages"]]
    assert [pack["village"]["sees_sensitive"] for pack in packs] == [True, False]


def test_one_house_is_not_sent_without_end(lan: Phone, hoa: Phone, house: House, survey: SurveyRound) -> None:
    lan.send(house, WHOLE)
    first = SurveyOperation.objects.get()
    copies = [SurveyOperation.objects.get() for _number in range(MOST_OF_A_HOUSE - 2)]
    for one in copies:
        one.pk = uuid.uuid4()
    SurveyOperation.objects.bulk_create(copies)
    assert lan.send(house, {"size": 3}, base=1)["version"] == 2
    told = lan.refused(house, {"size": 4}, base=2)
    assert (told["status"], told["faults"][0]["code"]) == (422, "too_many")
    assert "200 lần" in told["faults"][0]["error"]
    again = phone(survey, lan.user)
    assert again.refused(house, {"size": 4}, base=2)["faults"][0]["code"] == "too_many"
    assert hoa.send(house, {"size": 5})["outcome"] == "conflict"
    assert lan.send(factories.house(house.commune, village=house.village), WHOLE)["version"] == 1
    assert SurveyVisit.objects.get(house_id=house.pk).operations.filter(user=first.user).count() == MOST_OF_A_HOUSE

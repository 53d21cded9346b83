"""A house that is given another village during a round: what was found goes with it, and so does work under way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from households import house_editing
from households.models import House, SurveyConflict, SurveyOperation, SurveyPhoto, SurveyRound, SurveySensitive
from households.models import SurveyVisit as Visit
from mapping import changes, wall
from mapping.access import Role
from mapping.models import ChangeSet, Unit
from tests import factories
from tests.survey import pack_world
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WHOLE, Phone, phone, surveyor


@pytest.fixture
def far(survey: SurveyRound) -> Phone:
    """The phone of Xa, who walks the village that the house goes to."""
    return phone(survey, surveyor(survey, "xa", village=2), village=2)


def moved(house: House, commune: Unit, number: int = 2) -> ChangeSet:
    """As the desk does it."""
    officer = factories.user(f"desk{number}", role=Role.COMMUNE_OFFICER, at=commune)
    house = House.objects.get(pk=house.pk)
    with wall.acting(officer), transaction.atomic():
        return house_editing.edit_house(
            user=officer, house=house, version=house.version, number=house.number, street=house.street, note=house.note,
            village=factories.village(commune, number),
        )  # fmt: skip


def visits_in(phone: Phone) -> list[dict[str, Any]]:
    pack = pack_world.read(phone.client, "pack", round=phone.round.pk, village=phone.village)
    return pack_world.rows(pack, "visits")


def test_all_that_was_found_follows_the_house(lan: Phone, hoa: Phone, far: Phone, house: House, commune: Unit) -> None:
    officer = phone(lan.round, surveyor(lan.round, "canbo", role=Role.COMMUNE_OFFICER))
    lan.send(house, WHOLE | {"photos": ["a" * 64]}, photos=[{"sha256": "a" * 64, "question": "photos", "size": 9}])
    hoa.send(house, {"phone": "0999 999 999"})
    officer.send(house, {"poverty": "poor"})
    moved(house, commune)
    of = factories.village(commune, 2)
    for table in (Visit, SurveyOperation, SurveyConflict, SurveySensitive, SurveyPhoto):
        assert set(table.objects.values_list("village", flat=True)) == {of.pk}, table
    assert visits_in(lan) == []
    assert [one["state"] for one in visits_in(far)] == ["received"]


def test_who_walks_there_now_answers_what_was_returned(lan: Phone, far: Phone, house: House, commune: Unit) -> None:
    lan.send(house, WHOLE)
    Visit.objects.update(state="returned", comment="Chụp lại")
    moved(house, commune)
    assert [(one["state"], one["comment"]) for one in visits_in(far)] == [("returned", "Chụp lại")]
    assert far.send(house, {"size": 4})["state"] == "received"
    assert Visit.objects.get().answers == WHOLE | {"size": 4}


def test_what_was_done_before_the_house_moved_still_arrives(
    lan: Phone, far: Phone, house: House, commune: Unit
) -> None:
    upload = Upload(lan, house, picture(300, 200), village=lan.village)
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    moved(house, commune)
    receipt = lan.send(house, {"size": {"from": None, "to": 5}}, base=1)
    assert (receipt["outcome"], receipt["version"]) == ("merged", 2)
    assert upload.send()["sha256"] == upload.sha256
    assert upload.arrived() == len(upload.content)
    assert {one.village_id for one in SurveyOperation.objects.all()} == {factories.village(commune, 2).pk}


def test_the_first_visit_may_be_of_a_house_that_has_just_moved(lan: Phone, house: House, commune: Unit) -> None:
    moved(house, commune)
    lan.send(house, WHOLE)
    assert Visit.objects.get().village == factories.village(commune, 2)


def test_who_never_had_the_house_does_not_reach_it(
    lan: Phone, house: House, commune: Unit, survey: SurveyRound
) -> None:
    third = phone(survey, surveyor(survey, "ngoai", village=2), village=2)
    told = third.refused(house, WHOLE)
    assert (told["status"], told["faults"][0]["code"]) == (422, "elsewhere")
    upload = Upload(third, house, picture(300, 200), village=third.village)
    assert upload.put(0, upload.content).status_code == 404


def test_a_house_in_no_village_leaves_its_visit_where_it_was(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    House.objects.filter(pk=house.pk).update(village=None)
    assert Visit.objects.get().village.code == lan.village
    lan.send(house, {"size": 3})


def test_an_undone_move_takes_the_visit_back(lan: Phone, house: House, commune: Unit) -> None:
    lan.send(house, WHOLE)
    changeset = moved(house, commune)
    with wall.acting_as_system("test"):
        changes.undo(changeset=changeset, user=lan.user)
    assert Visit.objects.get().village.code == lan.village
    assert [one["mine"] for one in visits_in(lan)] == [True]

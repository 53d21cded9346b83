"""Photos that somebody took out of a house's record: by whom that is undone, and what else is undone without them."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction
from django.test import Client

from households.models import House, Household, HousePhoto, SurveyRound, SurveyVisit
from mapping import wall
from mapping.access import Role
from mapping.models import ChangeSet, Unit
from tests import factories
from tests.survey import pack_world
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WHOLE, Phone, position

NEW = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def head(commune: Unit) -> Client:
    """A browser of the head of the village where the house stands."""
    return pack_world.client_of(factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune)))


def decide(officer: Client, do: str, **typed: object) -> int:
    visit = SurveyVisit.objects.get()
    typed = {"do": do, "version": visit.version, **typed}
    if House.objects.filter(pk=visit.house_id).exists():
        typed["house_version"] = House.objects.get(pk=visit.house_id).version
    return officer.post(f"/survey/desk/visits/{visit.pk}/review/", typed).status_code


def photos() -> list[uuid.UUID]:
    with transaction.atomic(), wall.acting_as_system("test"):
        return list(HousePhoto.objects.values_list("pk", flat=True))


def act(kind: str) -> ChangeSet:
    with transaction.atomic(), wall.acting_as_system("test"):
        return ChangeSet.objects.filter(kind=kind).latest("created_at")


def undo(client: Client, kind: str) -> tuple[int, str]:
    answer = client.post(f"/changes/{act(kind).pk}/undo/")
    return answer.status_code, answer.content.decode()


def send_with_photo(lan: Phone, house: House | str, seed: int = 1, base: int = 0, **fields: object) -> Upload:
    upload = Upload(lan, house, picture(300, 200, seed=seed))
    lan.send(house, WHOLE | {"photos": [upload.sha256]}, base=base, **fields)
    return upload


def take_out(client: Client, house: House) -> None:
    (photo,) = photos()
    assert client.post(f"/houses/{house.code}/photos/{photo}/remove/").status_code == 302
    assert photos() == []


def test_a_village_head_brings_a_photo_back_that_they_took_out(
    lan: Phone, house: House, officer_client: Client, head: Client
) -> None:
    send_with_photo(lan, house).send()
    assert decide(officer_client, "approve") == 302
    before = photos()
    take_out(head, house)
    assert f"/changes/{act('survey.photo_removed').pk}/undo/" in head.get(f"/houses/{house.code}/").content.decode()
    assert undo(head, "survey.photo_removed")[0] == 302
    assert photos() == before


def test_a_village_head_undoes_nothing_of_another_village_or_of_others(
    lan: Phone, house: House, officer_client: Client, head: Client, commune: Unit
) -> None:
    send_with_photo(lan, house).send()
    assert decide(officer_client, "approve") == 302
    assert undo(head, "survey.approve")[0] == 404
    take_out(head, house)
    House.objects.filter(pk=house.pk).update(village=factories.village(commune, 2))
    assert undo(head, "survey.photo_removed")[0] == 404
    assert photos() == []


def test_an_approval_is_undone_without_the_photo_that_was_taken_out_of_it(
    lan: Phone, house: House, officer_client: Client
) -> None:
    send_with_photo(lan, house).send()
    assert decide(officer_client, "approve") == 302
    take_out(officer_client, house)
    assert undo(officer_client, "survey.approve")[0] == 302
    with transaction.atomic(), wall.acting_as_system("test"):
        assert Household.objects.count() == 0
    assert decide(officer_client, "approve") == 302
    assert photos() == []  # it was taken out, and no approval puts it back
    assert undo(officer_client, "survey.photo_removed")[0] == 302
    assert len(photos()) == 1


def test_a_refusal_with_undo_goes_without_the_photo_that_was_taken_out(
    lan: Phone, house: House, officer_client: Client
) -> None:
    send_with_photo(lan, house).send()
    assert decide(officer_client, "approve") == 302
    take_out(officer_client, house)
    lan.send(house, {"toilet": "flush"}, base=1)
    assert decide(officer_client, "reject", undo="yes") == 302
    assert (SurveyVisit.objects.get().state, photos()) == ("rejected", [])


def test_a_photo_does_not_come_back_to_a_house_that_is_gone(lan: Phone, officer_client: Client) -> None:
    send_with_photo(lan, NEW, is_new=True, position=position()).send()
    assert decide(officer_client, "approve") == 302
    take_out(officer_client, House.objects.get())
    assert undo(officer_client, "survey.approve")[0] == 302
    assert not House.objects.exists()
    status, told = undo(officer_client, "survey.photo_removed")
    assert (status, "nhà của ảnh này không còn trong hồ sơ" in told) == (409, True)


@pytest.mark.parametrize("takes_out", [False, True])
def test_photos_that_were_put_in_later_go_with_a_new_house_whose_approval_is_undone(
    survey: SurveyRound, lan: Phone, officer_client: Client, takes_out: bool
) -> None:
    upload = send_with_photo(lan, NEW, is_new=True, position=position())
    assert decide(officer_client, "approve") == 302
    upload.send()
    assert officer_client.post(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/photos/").status_code == 302
    assert len(photos()) == 1
    if takes_out:
        take_out(officer_client, House.objects.get())
    assert undo(officer_client, "survey.approve") == (302, "")
    assert (House.objects.count(), photos(), SurveyVisit.objects.get().state) == (0, [], "received")
    assert decide(officer_client, "approve") == 302
    assert len(photos()) == (0 if takes_out else 1)

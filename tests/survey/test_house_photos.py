"""Photos of a visit go to the house's record with its approval, and leave it with the undo."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from households.models import House, HousePhoto, SurveyPhoto, SurveyVisit
from households.models.house import HouseState
from mapping import files, wall
from mapping.access import Role
from mapping.models import AuditEntry, ChangeSet, StoredFile, Unit
from tests import factories
from tests.survey import pack_world as world
from tests.survey.test_gone_houses import close

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(commune: Unit, settings: Any, tmp_path: Any) -> SurveyVisit:
    """A new house with two photos, of which the second has not arrived, and one that was taken out of the answers."""
    settings.MEDIA_ROOT = tmp_path
    village = factories.village(commune)
    survey_round = world.survey_round(commune)
    house = factories.house(commune, 105.803, 19.671, village=village)
    House.objects.filter(pk=house.pk).delete()
    user = world.surveyor(village, survey_round)
    answers = {"number": "12A", "photos": ["a" * 64, "b" * 64]}
    with transaction.atomic(), wall.acting_as_system("test"):
        made = world.visit(survey_round, house, user, answers, is_new_house=True)
        for hash_ in "abc":
            SurveyPhoto.objects.create(
                round=survey_round, house_id=house.pk, commune=commune, village=village, question="photos", size=9,
                sha256=hash_ * 64, user=user,
            )  # fmt: skip
    _arrive("a", commune)
    _arrive("c", commune)
    return made


def _arrive(hash_: str, commune: Unit) -> None:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), (ord(hash_), 0, 0)).save(content, "JPEG")
    content.seek(0)
    with transaction.atomic(), wall.acting_as_system("test"):
        kept = files.store(source=content, name=f"{hash_}.jpg", content_type="image/jpeg", commune=commune, user=None)
        SurveyPhoto.objects.filter(sha256=hash_ * 64).update(file=kept, received_at=timezone.now())


def _approve(client: Client, visit: SurveyVisit) -> SurveyVisit:
    answer = client.post(f"/survey/desk/visits/{visit.pk}/review/", {"do": "approve", "version": visit.version})
    assert answer.status_code == 302
    with transaction.atomic(), wall.acting_as_system("test"):
        return SurveyVisit.objects.get(pk=visit.pk)


def _photos(house: uuid.UUID) -> list[HousePhoto]:
    with transaction.atomic(), wall.acting_as_system("test"):
        return list(HousePhoto.objects.filter(house=house).select_related("file"))


def test_an_approval_brings_the_photos_that_arrived_and_its_undo_takes_them_back(
    commune: Unit, officer_client: Client, visit: SurveyVisit
) -> None:
    page = officer_client.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert ("Còn 1 ảnh chưa gửi đến" in page, page.count("<img src")) == (True, 1)

    approved = _approve(officer_client, visit)

    (photo,) = _photos(visit.house_id)
    assert photo.file.name == "a.jpg"
    house = House.objects.get(pk=visit.house_id)
    record = officer_client.get(f"/houses/{house.code}/").content.decode()
    address = f"/houses/{house.code}/photos/{photo.pk}/"
    assert f'<img src="{address}"' in record
    assert officer_client.get(address)["Content-Type"] == "image/jpeg"
    assert officer_client.post(f"/changes/{approved.changeset_id}/undo/").status_code == 302
    assert (_photos(visit.house_id), House.objects.filter(pk=visit.house_id).exists()) == ([], False)
    with wall.acting_as_system("test"):
        assert StoredFile.objects.filter(name="a.jpg").exists()  # the visit has it still


def test_a_photo_that_comes_after_the_approval_is_put_in_by_hand(
    commune: Unit, officer_client: Client, visit: SurveyVisit
) -> None:
    _approve(officer_client, visit)
    _arrive("b", commune)

    page = officer_client.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert "1 ảnh đến sau khi duyệt" in page
    put = officer_client.post(f"/survey/desk/visits/{visit.pk}/photos/", follow=True)

    assert "Đã đưa 1 ảnh vào hồ sơ nhà." in put.content.decode()
    assert [one.file.name for one in _photos(visit.house_id)] == ["a.jpg", "b.jpg"]
    assert officer_client.post(f"/survey/desk/visits/{visit.pk}/photos/").status_code == 409


@pytest.mark.parametrize(
    ("becomes", "told"),
    [
        ("closed", "Nhà đã đóng nên không đưa ảnh vào được. Hãy mở lại nhà"),
        ("gone", "Nhà không còn trong hồ sơ nên không đưa ảnh vào được."),
    ],
)
def test_a_photo_that_comes_late_goes_into_no_house_that_is_closed_or_gone(
    commune: Unit, officer_client: Client, visit: SurveyVisit, becomes: str, told: str
) -> None:
    _approve(officer_client, visit)
    _arrive("b", commune)
    if becomes == "closed":
        close(House.objects.get())
    else:
        House.objects.filter(pk=visit.house_id).delete()
    before = len(_photos(visit.house_id))
    address = f"/survey/desk/visits/{visit.pk}/photos/"

    page = officer_client.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert (told in page, f'action="{address}"' in page) == (True, False)
    put = officer_client.post(address)
    assert (put.status_code, told in put.content.decode()) == (409, True)
    assert len(_photos(visit.house_id)) == before
    if becomes == "closed":
        House.objects.update(state=HouseState.ACTIVE, closed_on=None, closed_reason="", version=3)
        assert officer_client.post(address).status_code == 302
        assert len(_photos(visit.house_id)) == before + 1


def test_a_house_that_is_removed_takes_its_photos_along(
    commune: Unit, officer_client: Client, visit: SurveyVisit
) -> None:
    _approve(officer_client, visit)
    House.objects.filter(pk=visit.house_id).delete()
    assert _photos(visit.house_id) == []


def test_whoever_sees_no_people_sees_no_photo(commune: Unit, officer_client: Client, visit: SurveyVisit) -> None:
    _approve(officer_client, visit)
    (photo,) = _photos(visit.house_id)
    house = House.objects.get(pk=visit.house_id)
    viewer = world.client_of(factories.user("xem", viewer_of=commune))
    elsewhere = world.client_of(factories.user("kia", role=Role.VILLAGE_HEAD, at=factories.village(commune, 2)))

    assert "/photos/" not in viewer.get(f"/houses/{house.code}/").content.decode()
    assert viewer.get(f"/houses/{house.code}/photos/{photo.pk}/").status_code == 403
    assert elsewhere.get(f"/houses/{house.code}/photos/{photo.pk}/").status_code == 404


def test_one_photo_is_taken_out_of_the_record_and_may_come_back(
    commune: Unit, officer_client: Client, visit: SurveyVisit
) -> None:
    _approve(officer_client, visit)
    (photo,) = _photos(visit.house_id)
    house = House.objects.get(pk=visit.house_id)
    record = f"/houses/{house.code}/"
    assert f'action="{record}photos/{photo.pk}/remove/"' in officer_client.get(record).content.decode()

    done = officer_client.post(f"{record}photos/{photo.pk}/remove/", follow=True).content.decode()

    assert ("Đã bỏ ảnh khỏi hồ sơ nhà" in done, "bỏ một ảnh khỏi hồ sơ nhà" in done) == (True, True)
    assert _photos(visit.house_id) == []
    assert officer_client.post(f"{record}photos/{photo.pk}/remove/").status_code == 404
    page = officer_client.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert ("ảnh đến sau khi duyệt, chưa có" in page, page.count("<img src")) == (False, 1)
    assert officer_client.post(f"/survey/desk/visits/{visit.pk}/photos/").status_code == 409
    with transaction.atomic(), wall.acting_as_system("test"):
        act = ChangeSet.objects.get(kind="survey.photo_removed")
        assert AuditEntry.objects.get(action="house.photo_removed").row_id == photo.pk
    assert officer_client.post(f"/changes/{act.pk}/undo/").status_code == 302
    assert [one.pk for one in _photos(visit.house_id)] == [photo.pk]


def test_who_only_surveys_takes_no_photo_out(commune: Unit, officer_client: Client, visit: SurveyVisit) -> None:
    _approve(officer_client, visit)
    (photo,) = _photos(visit.house_id)
    house = House.objects.get(pk=visit.house_id)
    walker = world.client_of(factories.user("di", role=Role.SURVEYOR, at=factories.village(commune)))
    assert "/remove/" not in walker.get(f"/houses/{house.code}/").content.decode()
    assert walker.post(f"/houses/{house.code}/photos/{photo.pk}/remove/").status_code == 403
    assert len(_photos(visit.house_id)) == 1

"""Phones at the desk: whose, what lies on them, revoked with a reason and let again, all of it in the audit."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from households.models import SurveyAssignment, SurveyDevice, SurveyRound
from households.survey.running import LATE
from mapping import wall
from mapping.access import Role
from mapping.models import AuditEntry, Grant, Unit
from tests import factories
from tests.survey import world

pytestmark = pytest.mark.django_db


def _tell(phone: world.Phone, **more: object) -> int:
    body = json.dumps({"key": phone.key, "name": "Máy của Quý", **more})
    return phone.client.post("/api/survey/devices", body, content_type="application/json").status_code


def test_a_phone_says_what_lies_on_it_and_is_revoked_and_let_again(commune: Unit, officer_client: Client) -> None:
    survey_round = world.round_in(commune)
    phone = world.phone(survey_round, world.surveyor(survey_round, "quy"))
    house = factories.house(commune, *world.WEST, village=factories.village(commune))
    assert _tell(phone, unsent=7) == 200
    device = SurveyDevice.objects.get()
    page = officer_client.get("/survey/desk/phones/").content.decode()
    assert "Máy của Quý" in page and '<span class="tag warn">7</span>' in page

    wordless = officer_client.post(f"/survey/desk/phones/{device.pk}/revoke/", {"reason": " "})
    assert (wordless.status_code, "Hãy viết vì sao thu hồi" in wordless.content.decode()) == (400, True)
    assert phone.send(house, world.WHOLE)["outcome"] == "merged"
    revoked = officer_client.post(f"/survey/desk/phones/{device.pk}/revoke/", {"reason": "Mất máy"}, follow=True)
    assert "Mất máy" in revoked.content.decode()
    assert phone.refused(house, {"note": "sau"})["code"] == "device_revoked"
    assert _tell(phone, unsent=8) == 403
    again = officer_client.post(f"/survey/desk/phones/{device.pk}/let/", follow=True)

    assert "gửi được trở lại" in again.content.decode()
    assert _tell(phone, unsent=0) == 200
    device.refresh_from_db()
    assert (device.unsent, device.revoke_reason) == (0, "")
    with wall.acting_as_system("test"):
        told = AuditEntry.objects.filter(row_id=device.pk, subject="quy").order_by("at")
        assert [(one.action, one.commune_id) for one in told] == [
            ("survey.revoke_device", commune.pk), ("survey.let_device", commune.pk),
        ]  # fmt: skip
        assert not AuditEntry.objects.filter(detail__icontains="Mất máy").exists()


@pytest.mark.parametrize("unsent", [-1, 10**9, "7 nhà", 1.5])
def test_a_number_that_cannot_be_is_not_taken(commune: Unit, unsent: object) -> None:
    survey_round = world.round_in(commune)
    phone = world.phone(survey_round, world.surveyor(survey_round, "quy"))
    assert 400 <= _tell(phone, unsent=unsent) < 500
    assert not SurveyDevice.objects.exists()


def test_phones_of_other_communes_are_not_there(commune: Unit, officer_client: Client) -> None:
    there = factories.neighbour_commune()
    user = world.surveyor(world.round_in(there), "xa")
    device = SurveyDevice.objects.create(key=uuid.uuid4(), user=user, name="Máy xã khác")

    assert "Máy xã khác" not in officer_client.get("/survey/desk/phones/").content.decode()
    assert officer_client.post(f"/survey/desk/phones/{device.pk}/revoke/", {"reason": "x"}).status_code == 404


@pytest.fixture
def stolen(commune: Unit) -> SurveyDevice:
    """A phone that was revoked, of somebody who walks in the commune."""
    owner = world.surveyor(world.round_in(commune), "quy")
    return SurveyDevice.objects.create(
        key=uuid.uuid4(), user=owner, name="Máy mất", revoked_at=timezone.now(), revoke_reason="Mất máy"
    )


def _moved_away(device: SurveyDevice) -> Unit:
    """Its owner surveys in the commune beside from now on."""
    there = factories.neighbour_commune()
    Grant.objects.filter(user=device.user).delete()
    Grant.objects.create(user=device.user, role=Role.SURVEYOR, unit=there)
    return there


def _let(officer: Client, device: SurveyDevice) -> tuple[int, bool]:
    """The status of letting it again, and whether it is revoked then."""
    status = officer.post(f"/survey/desk/phones/{device.pk}/let/").status_code
    device.refresh_from_db()
    return status, device.revoked_at is not None


def test_who_left_the_commune_is_let_again_by_the_one_that_has_them_now(
    officer_client: Client, stolen: SurveyDevice
) -> None:
    there = _moved_away(stolen)
    page = officer_client.get("/survey/desk/phones/").content.decode()
    assert "Máy mất" in page and "Cho gửi lại" not in page and "không còn quyền điều tra ở xã bạn quản lý" in page
    assert _let(officer_client, stolen) == (403, True)

    beside = Client()
    beside.force_login(factories.user("xabên", officer_of=there))
    assert "Cho gửi lại" in beside.get("/survey/desk/phones/").content.decode()
    assert _let(beside, stolen) == (302, False)
    with wall.acting_as_system("test"):
        assert AuditEntry.objects.get(action="survey.let_device").commune_id == there.pk


@pytest.mark.parametrize("ends", ["closed", "over"])
def test_phones_of_a_round_that_is_over_are_nobodys_of_its_commune(
    officer_client: Client, stolen: SurveyDevice, ends: str
) -> None:
    _moved_away(stolen)
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    SurveyRound.objects.update(starts_on=today - 90 * day, ends_on=today - LATE)
    assert "Máy mất" in officer_client.get("/survey/desk/phones/").content.decode()
    if ends == "closed":
        SurveyRound.objects.update(closed_at=timezone.now())
    else:
        SurveyRound.objects.update(ends_on=today - LATE - day)
    assert "Máy mất" not in officer_client.get("/survey/desk/phones/").content.decode()
    assert _let(officer_client, stolen) == (404, True)
    assert officer_client.post(f"/survey/desk/phones/{stolen.pk}/revoke/", {"reason": "x"}).status_code == 404


def test_who_still_has_the_right_there_is_looked_after_without_any_round(
    officer_client: Client, stolen: SurveyDevice
) -> None:
    SurveyAssignment.objects.all().delete()
    assert _let(officer_client, stolen) == (302, False)
    with wall.acting_as_system("test"):
        entry = AuditEntry.objects.get(action="survey.let_device")
    assert entry.commune_id == SurveyRound.objects.get().commune_id


def test_a_right_that_was_given_above_counts(commune: Unit, officer_client: Client, stolen: SurveyDevice) -> None:
    Grant.objects.filter(user=stolen.user).update(role=Role.PROVINCE_OFFICER, unit=commune.parent)
    assert _let(officer_client, stolen) == (302, False)

"""Phones at the desk: whose, what lies on them, revoked with a reason and let again, all of it in the audit."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client

from households.models import SurveyDevice
from mapping import wall
from mapping.models import AuditEntry, Unit
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

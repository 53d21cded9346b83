"""Rounds end by themselves, may be given another last day, and are seen on a map."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyRound
from households.survey import running
from mapping import wall
from mapping.models import AuditEntry, Unit
from tests import factories
from tests.survey import pack_world as world
from tests.survey import world as survey_world

pytestmark = pytest.mark.django_db


def _ended(commune: Unit, days_ago: int, name: str = "Đợt 1") -> SurveyRound:
    last = timezone.localdate() - datetime.timedelta(days=days_ago)
    return world.survey_round(commune, name, starts_on=last - datetime.timedelta(days=30), ends_on=last)


def test_a_round_takes_what_comes_late_and_then_closes_by_itself(commune: Unit) -> None:
    late, over = _ended(commune, running.LATE.days), _ended(commune, running.LATE.days + 1, "Đợt cũ")
    village = factories.village(commune)
    house = factories.house(commune, *survey_world.WEST, village=village)
    phone = survey_world.phone(late, survey_world.surveyor(late, "quy"))

    running.close_ended()

    assert phone.send(house, survey_world.WHOLE)["outcome"] == "merged"
    assert SurveyRound.objects.get(pk=late.pk).closed_at is None
    assert SurveyRound.objects.get(pk=over.pk).closed_at is not None
    with wall.acting_as_system("test"):
        assert AuditEntry.objects.get(action="survey.round").row_id == over.pk
    closed = survey_world.phone(over, survey_world.surveyor(over, "tu")).refused(house, survey_world.WHOLE)
    assert (closed["status"], closed["code"]) == (403, "round_closed")


def test_a_closed_round_goes_on_with_another_last_day(commune: Unit, officer_client: Client) -> None:
    survey_round = world.survey_round(commune)
    village = factories.village(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    officer_client.post(f"/survey/desk/rounds/{survey_round.pk}/close/")
    assert world.read(client, "me")["rounds"] == []
    today = timezone.localdate()

    past = officer_client.post(
        f"/survey/desk/rounds/{survey_round.pk}/last-day/",
        {"ends_on": (today - datetime.timedelta(days=1)).isoformat(), "version": 2},
    )
    again = officer_client.post(
        f"/survey/desk/rounds/{survey_round.pk}/last-day/", {"ends_on": today.isoformat(), "version": 2}, follow=True
    )

    assert (past.status_code, "Hãy chọn từ" in past.content.decode()) == (400, True)
    assert f"Đợt nay đến hết ngày {today:%d/%m/%Y}." in again.content.decode()
    assert world.read(client, "me")["rounds"][0]["ends_on"] == today.isoformat()


def test_the_map_knows_villages_areas_and_each_house(commune: Unit, officer_client: Client) -> None:
    survey_round = world.survey_round(commune)
    village = factories.village(commune)
    user = world.surveyor(village, survey_round)
    survey_round.assignments.update(area=village.outline[0])
    done, _left = (factories.house(commune, village=village, number=number) for number in ("1", "2"))
    new = factories.house(commune, village=village)
    House.objects.filter(pk=new.pk).delete()
    with transaction.atomic(), wall.acting_as_system("test"):
        visit = world.visit(survey_round, done, user, {"head_name": "Bí mật"}, state="approved")
        world.visit(survey_round, new, user, {"number": "3", "street": "ngõ Mới"}, is_new_house=True)

    answer = officer_client.get(f"/survey/desk/rounds/{survey_round.pk}/map.json")

    found = answer.json()
    assert {(row[2], row[3], row[4] == str(visit.pk)) for row in found["houses"]} == {
        ("approved", "1", True), ("todo", "2", False), ("received", "3 ngõ Mới", False),
    }  # fmt: skip
    assert [(one["name"], one["done"], one["houses"], one["share"]) for one in found["villages"]] == [
        ("Thôn Đông Hoà", 2, 2, 100), ("Thôn Xa Thư", 0, 0, 0),
    ]  # fmt: skip
    assert [(one["person"], one["village"]) for one in found["areas"]] == [("Đỗ Thị Quý", "Thôn Đông Hoà")]
    assert "Bí mật" not in answer.content.decode()

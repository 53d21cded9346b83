"""A phone is told which fields wait for an officer, and that they do no longer once one has chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from households.models import House, SurveyRound, SurveyVisit
from households.survey import changes_since
from mapping.access import Role
from tests.survey import pack_world
from tests.survey.test_settling import met, settle
from tests.survey.world import WHOLE, Phone, phone, surveyor

__all__ = ("met",)


def told(phone: Phone, cursor: str = "") -> list[Any]:
    """The conflicts of the visits that a pack or changes tell of."""
    where = {"round": phone.round.pk, "village": phone.village}
    path, more = ("changes", {"cursor": cursor}) if cursor else ("pack", {})
    answer = pack_world.read(phone.client, path, **where, **more)
    return [row["conflicts"] for row in pack_world.rows(answer, "visits")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("met")
def test_what_waits_is_told_to_both_until_it_is_settled(
    officer_client: Client, lan: Phone, hoa: Phone, house: House
) -> None:
    assert told(lan) == told(hoa) == [["head_name"]]
    with transaction.atomic():
        assert SurveyVisit.objects.get().house_id == house.pk
    now = changes_since.cursor_now()
    with transaction.atomic():
        assert settle(officer_client, "sent") == 302
    assert told(lan, f"{now.table}-{now.newest}") == told(hoa, f"{now.table}-{now.newest}") == [[]]


def test_that_something_sensitive_waits_is_told_only_to_who_may_see_it(
    lan: Phone, survey: SurveyRound, house: House
) -> None:
    officers = [surveyor(survey, name, role=Role.COMMUNE_OFFICER) for name in ("cb1", "cb2")]
    one, other = (phone(survey, officer) for officer in officers)
    lan.send(house, WHOLE)
    one.send(house, {"poverty": "poor"})
    assert other.send(house, {"poverty": "near_poor"})["conflicts"] == ["poverty"]
    assert told(other) == [["poverty"]]
    assert told(lan) == [[]]

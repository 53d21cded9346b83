"""A house that was added in the field is a row of its own on the phone until the register has it, and again after."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.test import Client

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world
from tests.survey.held_phone import Held
from tests.survey.node_phone import Answer, NodePhone, Request
from tests.survey.test_earlier_approval import decide, undo_button
from tests.survey.test_moved_on_phones import cursor, send
from tests.survey.test_register_changes import page
from tests.survey.world import WEST, Phone, surveyor

NEW = str(uuid.UUID(int=7))


@pytest.fixture
def held(survey: SurveyRound, commune: Unit) -> Iterator[Held]:
    """The phone of Bốn, who has added a house, number 7."""
    with NodePhone() as phone:
        held = Held(phone, surveyor(survey, "bon"))
        held.take_along(str(survey.pk), factories.village(commune))
        held.fill_in(NEW, {"number": "7"})
        send(held)
        yield held


def row(told: dict[str, Any]) -> dict[str, Any] | None:
    """The house among those that the phone lists."""
    [pack] = told["packs"]
    found = [one for one in pack["houses"] if one["house"] == NEW]
    return found[0] if found else None


def in_register(told: dict[str, Any]) -> bool:
    """Whether the phone has the house as the register has it."""
    found = row(told)
    return found is not None and not found.get("is_new") and found["code"] == House.objects.get(pk=NEW).code


def only_the_visit(held: Held) -> Any:
    """A line of a server that tells of the visit and not of the house, and, as an older one did, that it is new."""

    def line(request: Request) -> Answer | None:
        told = held.line(request)
        if "/changes" not in request.url or told is None:
            return told
        body = json.loads(told.body)
        is_new = body["columns"]["visits"].index("is_new")
        visits = [[*one[:is_new], True, *one[is_new + 1 :]] for one in body["visits"]]
        assert visits != []
        body |= {"whole": False, "gone": {"houses": [], "households": []}, "houses": [], "visits": visits}
        return Answer(told.status, told.headers, json.dumps(body).encode())

    return line


@pytest.mark.django_db(transaction=True)  # the changes alone: within one transaction all is told anew each time
def test_what_is_returned_after_its_approval_was_undone_is_still_there(held: Held, officer_client: Client) -> None:
    with transaction.atomic():
        assert decide(officer_client, "approve").status_code == 302
    told = send(held)
    since = cursor()
    with transaction.atomic():
        assert in_register(told)
        officer_client.post(undo_button(page(officer_client)))
        assert not House.objects.filter(pk=NEW).exists()
        assert decide(officer_client, "return", comment="Đo lại").status_code == 302
    told = send(held, since=since)
    found = row(told)
    assert found is not None and (found["number"], found["is_new"]) == ("7", True)
    assert [one["state"] for one in told["visits"]] == ["returned"]


def test_a_house_of_the_register_stays_one_when_only_its_visit_changes(
    lan: Phone, held: Held, officer_client: Client
) -> None:
    assert decide(officer_client, "approve").status_code == 302
    assert in_register(send(held))

    lan.send(NEW, {"house_note": "Cổng đỏ"})
    assert decide(officer_client, "return", comment="Đo lại").status_code == 302
    held.phone.do("wait", ms=600_000)
    held.phone.do("sync", only_the_visit(held))
    told = held.phone.do("look")
    assert [one["state"] for one in told["visits"]] == ["returned"]
    assert in_register(told)


def test_it_stays_one_when_a_form_is_finished_that_was_begun_before_the_approval(
    held: Held, officer_client: Client
) -> None:
    held.fill_in(NEW, {"house_note": "cổng xanh"}, is_put_off=True)
    assert decide(officer_client, "approve").status_code == 302
    assert in_register(send(held))
    held.fill_in(NEW, {"number": "8"})
    assert in_register(held.phone.do("look"))


def test_a_visit_is_of_a_new_house_while_the_register_lacks_it(lan: Phone, held: Held, officer_client: Client) -> None:
    def told() -> tuple[bool, str]:
        answer = pack_world.read(lan.client, "pack", round=lan.round.pk, village=lan.village)
        [visit] = pack_world.rows(answer, "visits")
        return visit["is_new"], visit["number"]

    assert told() == (True, "7")
    assert decide(officer_client, "approve").status_code == 302
    assert told() == (False, "")
    officer_client.post(undo_button(page(officer_client)))
    assert SurveyVisit.objects.get().state == "received"
    assert told() == (True, "7")


def test_ones_own_outside_the_part_is_told_by_its_visit_after_its_approval_too(
    held: Held, survey: SurveyRound, commune: Unit, officer_client: Client
) -> None:
    assert decide(officer_client, "approve").status_code == 302
    far_east = Polygon.from_bbox((WEST[0] + 0.008, WEST[1], WEST[0] + 0.009, WEST[1] + 0.001))
    SurveyAssignment.objects.filter(surveyor=held.user).update(area=far_east)
    answer = pack_world.read(held.client, "pack", round=survey.pk, village=factories.village(commune).code)
    [visit] = pack_world.rows(answer, "visits")
    assert (answer["houses"], visit["is_new"], visit["number"]) == ([], True, "7")

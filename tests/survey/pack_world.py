"""A round in a village with a surveyor, for the tests of what phones read and what the desk does."""

from __future__ import annotations

import datetime
import gzip
import json
import random
from typing import Any

from django.test import Client
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from mapping.access import Role
from mapping.models import Unit
from tests import factories


def survey_round(commune: Unit, name: str = "Đợt 1", **fields: Any) -> SurveyRound:
    """A round of thirty days around today."""
    today = timezone.localdate()
    fields.setdefault("starts_on", today - datetime.timedelta(days=15))
    fields.setdefault("ends_on", today + datetime.timedelta(days=15))
    return SurveyRound.objects.create(commune=commune, name=name, rules_version=1, **fields)


def surveyor(village: Unit, in_round: SurveyRound | None, username: str = "quy", name: str = "Đỗ Thị Quý") -> Any:
    """A surveyor of the village, assigned to it in the round."""
    user = factories.user(username, name, role=Role.SURVEYOR, at=village)
    if in_round is not None:
        SurveyAssignment.objects.create(round=in_round, surveyor=user, village=village)
    return user


def visit(in_round: SurveyRound, house: House, by: Any, answers: dict[str, Any], **fields: Any) -> SurveyVisit:
    """A visit of a house, as if a phone had sent it."""
    return SurveyVisit.objects.create(
        round=in_round, house_id=house.pk, commune=house.commune, village=house.village, surveyor=by, answers=answers,
        field_versions={name: [1, "phone"] for name in answers}, location=house.location, **fields,
    )  # fmt: skip


def five_hundred(village: Unit) -> None:
    """Five hundred houses with names that do not repeat, as a register has them."""
    chance = random.Random(7)
    family, middle = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ", "Bùi"), ("Văn", "Thị", "Đình", "Minh", "Hữu")
    given = ("An", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khánh", "Lâm", "Mai", "Nga", "Oanh", "Phúc", "Quý", "Sơn")
    for at in range(500):
        lng, lat = village.outline.centroid.coords
        house = factories.house(
            village.parent, lng + chance.uniform(-0.008, 0.008), lat + chance.uniform(-0.015, 0.015), village=village,
            number=str(at + 1), street=f"ngõ {given[at % 14]} {at % 40}", accuracy_m=chance.uniform(2, 15),
        )  # fmt: skip
        name = f"{chance.choice(family)} {chance.choice(middle)} {chance.choice(given)}"
        factories.household(house, name, phone=f"09{chance.randrange(10**8):08d}", size=chance.randrange(1, 9))


def client_of(user: Any) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, path: str, **query: Any) -> dict[str, Any]:
    """The answer of an address of the survey."""
    response = client.get(f"/api/survey/{path}", query)
    assert response.status_code == 200, response.content
    content = response.content
    return json.loads(gzip.decompress(content) if response.get("Content-Encoding") == "gzip" else content)


def rows(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Rows of an answer by the names of their columns."""
    return [dict(zip(answer["columns"][kind], row, strict=True)) for row in answer[kind]]

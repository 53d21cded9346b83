"""What an officer sees of the place of a visit before approving it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from django.test import Client

from households.models import House, SurveyVisit
from mapping import wall
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
DOOR = (105.803, 19.671)
MEASURED = {
    "source": "averaged", "lng": DOOR[0], "lat": DOOR[1], "accuracy_m": 4.2, "fixes": 14, "used": 11, "spread_m": 1.6,
    "doubtful": True, "reason": "Dưới tán cây", "measured": {"lng": DOOR[0], "lat": DOOR[1] - 0.0002},
}  # fmt: skip


@pytest.fixture
def village() -> Unit:
    return factories.village(factories.commune())


@pytest.fixture
def officer(village: Unit) -> Client:
    return world.client_of(factories.user("lan", "Mai Thị Lan", officer_of=village.parent))


def _sent(village: Unit, house: House, at: tuple[float, float], **fields: Any) -> SurveyVisit:
    survey_round = world.survey_round(village.parent)
    user = world.surveyor(village, survey_round)
    with transaction.atomic(), wall.acting_as_system("test"):
        visit = world.visit(survey_round, house, user, {"number": "12A", "occupied": "vacant"}, **fields)
        visit.location = Point(*at, srid=4326)
        visit.save()
        return visit


def _seen(officer: Client, visit: SurveyVisit) -> tuple[str, dict[str, Any] | None]:
    page = officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    config = re.search(r'<script id="visit-map-config" type="application/json">(.*?)</script>', page)
    return page, json.loads(config[1])["place"] if config else None


def test_a_new_house_is_seen_with_how_it_was_measured_and_what_stands_beside(village: Unit, officer: Client) -> None:
    beside = factories.house(village.parent, DOOR[0] + 0.0001, DOOR[1], village=village, number="14", street="ngõ Đình")
    factories.house(village.parent, DOOR[0] + 0.01, DOOR[1], village=village, number="99")
    model = factories.house(village.parent, *DOOR, village=village)
    visit = _sent(village, model, DOOR, is_new_house=True, position=MEASURED)
    House.objects.filter(pk=model.pk).delete()

    page, drawn = _seen(officer, visit)

    assert drawn == {
        "pin": list(DOOR), "measured": [DOOR[0], pytest.approx(DOOR[1] - 0.0002)], "accuracy": 4.2, "register": None,
        "neighbours": [[*map(pytest.approx, beside.location.coords), "14 ngõ Đình", False]],
    }  # fmt: skip
    for said in (
        "định vị lấy trung bình", "4,2 m", "dùng 11 trong 14 lần", "1,6 m", "có lần máy báo sai số 0 m", "Dưới tán cây",
        "19.671000, 105.803000", "19.670800, 105.803000; người điều tra đã kéo đi 22,2 m",
    ):  # fmt: skip
        assert said in page


def test_a_known_house_is_seen_beside_its_place_in_the_register(village: Unit, officer: Client) -> None:
    house = factories.house(village.parent, *DOOR, village=village)
    visit = _sent(village, house, (DOOR[0], DOOR[1] + 0.0003), position={"source": "map"})

    page, drawn = _seen(officer, visit)

    assert drawn is not None
    assert (drawn["register"], drawn["measured"], drawn["accuracy"]) == (list(DOOR), None, None)
    assert "19.671000, 105.803000; cách vị trí ghi 33," in page
    assert "chấm trên bản đồ" in page
    assert "không có: không đo bằng định vị" in page


def test_without_a_place_there_is_no_map_but_a_sentence(village: Unit, officer: Client) -> None:
    house = factories.house(village.parent, *DOOR, village=village)
    visit = _sent(village, house, DOOR)
    with transaction.atomic(), wall.acting_as_system("test"):
        SurveyVisit.objects.update(location=None)

    page, drawn = _seen(officer, visit)

    assert drawn is None
    assert "Chưa đo vị trí: nhà vẫn ở chỗ ghi trong hồ sơ." in page


def test_a_neighbour_that_was_added_in_the_same_round_is_seen_too(village: Unit, officer: Client) -> None:
    house = factories.house(village.parent, *DOOR, village=village)
    other = factories.house(village.parent, DOOR[0] + 0.0002, DOOR[1], village=village)
    visit = _sent(village, house, DOOR, position={"source": "gps", "accuracy_m": 5})
    with transaction.atomic(), wall.acting_as_system("test"):
        world.visit(visit.round, other, visit.surveyor, {"number": "7"}, is_new_house=True)
    House.objects.filter(pk=other.pk).delete()

    _page, drawn = _seen(officer, visit)

    assert drawn is not None
    assert [(one[2], one[3]) for one in drawn["neighbours"]] == [("7", True)]

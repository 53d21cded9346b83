"""A part of a village that is drawn and given until a day: what the phone gets of it, and what the form refuses."""

from __future__ import annotations

import datetime
import html
import json
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound
from households.survey import changes_since
from mapping import wall
from mapping.models import AuditEntry, Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
WEST_HALF = [[105.790001, 19.6501], [105.8, 19.6501], [105.8, 19.6899], [105.790001, 19.6899]]
IN, OUT = (105.795, 19.67), (105.805, 19.67)


@pytest.fixture
def village(commune: Unit) -> Unit:
    return factories.village(commune)


@pytest.fixture
def survey_round(commune: Unit) -> SurveyRound:
    return world.survey_round(commune)


def _area(corners: list[list[float]] = WEST_HALF) -> Polygon:
    return Polygon([*map(tuple, corners), tuple(corners[0])], srid=4326)


def _give(client: Client, survey_round: SurveyRound, person: Any, village: Unit, **typed: Any) -> Any:
    typed = {"surveyor": person.pk, "village": village.code, **typed}
    return client.post(f"/survey/desk/rounds/{survey_round.pk}/assign/", typed, follow=True)


def _walker(survey_round: SurveyRound, village: Unit, **fields: Any) -> Any:
    user = world.surveyor(village, survey_round)
    SurveyAssignment.objects.filter(surveyor=user).update(**fields)
    return user


def test_an_area_and_a_last_day_are_given_and_told(
    village: Unit, survey_round: SurveyRound, officer_client: Client, commune: Unit
) -> None:
    person = world.surveyor(village, None)
    factories.house(commune, *IN, village=village)
    factories.house(commune, *OUT, village=village)
    day = survey_round.ends_on - datetime.timedelta(days=2)

    page = _give(officer_client, survey_round, person, village, polygon=json.dumps(WEST_HALF), ends_on=day.isoformat())

    assert "Đã giao 1 nhà trong vùng vẽ ở Thôn Đông Hoà cho Đỗ Thị Quý." in page.content.decode()
    given = SurveyAssignment.objects.get()
    assert (given.ends_on, len(given.area.coords[0])) == (day, 5)
    (told,) = world.read(world.client_of(person), "me")["rounds"][0]["villages"]
    assert told["assigned"] == 1
    with wall.acting_as_system("test"):
        assert AuditEntry.objects.get(action="survey.assign").row_id == given.pk


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"polygon": "[[105.79, 19.65], [105.8, 19.65]]"}, "ít nhất ba đỉnh"),
        ({"polygon": "[[105.79, 19.65], [105.8, 19.69], [105.8, 19.65], [105.79, 19.69]]"}, "không tự cắt mình"),
        ({"polygon": "[[1, 1], [2, 1], [2, 2]]"}, "Vùng vẽ không chạm Thôn Đông Hoà"),
        ({"polygon": "[[NaN, 1], [2, 1], [2, 2]]"}, "Không đọc được vùng vẽ"),
        ({"polygon": "{"}, "Không đọc được vùng vẽ"),
        ({"polygon": "[" * 5000}, "Không đọc được vùng vẽ"),
        ({"polygon": '["a"]'}, "Không đọc được vùng vẽ"),
        ({"polygon": "[[105.79, 19.65], \u0000]"}, "notice error"),
        ({"polygon": json.dumps([[105.79 + at / 1e6, 19.65] for at in range(2000)])}, "nhiều nhất là 1000"),
        ({"ends_on": "2001-01-01"}, "Ngày cuối 01/01/2001 nằm ngoài đợt"),
    ],
)
def test_an_area_or_a_day_that_cannot_be_is_said_and_nothing_given(
    village: Unit, survey_round: SurveyRound, officer_client: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = _give(officer_client, survey_round, world.surveyor(village, None), village, **typed)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not SurveyAssignment.objects.exists()


def test_a_pack_of_an_area_brings_its_houses_and_new_ones_inside(
    commune: Unit, village: Unit, survey_round: SurveyRound
) -> None:
    user = _walker(survey_round, village, area=_area())
    other = world.surveyor(village, survey_round, "tu", "Hồ Văn Tư")
    inside, outside, mine_outside = (factories.house(commune, *at, village=village) for at in (IN, OUT, OUT))
    factories.household(inside, "Trong")
    factories.household(outside, "Ngoài")
    new_inside, new_outside = (factories.house(commune, *at, village=village) for at in (IN, OUT))
    House.objects.filter(pk__in=[new_inside.pk, new_outside.pk]).delete()
    with transaction.atomic(), wall.acting_as_system("test"):
        world.visit(survey_round, outside, other, {})
        world.visit(survey_round, mine_outside, user, {}, state="returned", comment="Đo lại")
        for house in (new_inside, new_outside):
            world.visit(survey_round, house, other, {"number": "5"}, is_new_house=True)

    answer = world.read(world.client_of(user), "pack", round=survey_round.pk, village=village.code)

    assert [row["id"] for row in world.rows(answer, "houses")] == [str(inside.pk)]
    assert [row["head_name"] for row in world.rows(answer, "households")] == ["Trong"]
    visits = {row["house"]: row["comment"] for row in world.rows(answer, "visits")}
    assert visits == {str(new_inside.pk): "", str(mine_outside.pk): "Đo lại"}
    assert answer["village"]["area"]["type"] == "Polygon"


@pytest.mark.django_db(transaction=True)
def test_a_phone_takes_the_village_anew_when_its_area_is_changed(
    commune: Unit, village: Unit, survey_round: SurveyRound, officer_client: Client
) -> None:
    user = _walker(survey_round, village, area=_area())
    inside, outside = (factories.house(commune, *at, village=village) for at in (IN, OUT))
    client, where = world.client_of(user), {"round": survey_round.pk, "village": village.code}
    now = changes_since.cursor_now()
    cursor = f"{now.table}-{now.newest}"
    assert world.read(client, "changes", cursor=cursor, **where)["houses"] == []
    House.objects.filter(pk=inside.pk).update(location=outside.location)
    gone = world.read(client, "changes", cursor=cursor, **where)
    assert (gone["whole"], gone["gone"]["houses"]) == (False, [str(inside.pk)])

    assignment = SurveyAssignment.objects.get()
    saved = officer_client.post(
        f"/survey/desk/assignments/{assignment.pk}/", {"polygon": "", "ends_on": "", "version": 1}
    )
    answer = world.read(client, "changes", cursor=cursor, **where)

    assert saved.status_code == 302
    assert answer["whole"]
    assert {row["id"] for row in world.rows(answer, "houses")} == {str(inside.pk), str(outside.pk)}


def test_an_assignment_ends_with_its_day(village: Unit, survey_round: SurveyRound, officer_client: Client) -> None:
    today = timezone.localdate()
    user = _walker(survey_round, village, ends_on=today)
    client, where = world.client_of(user), {"round": survey_round.pk, "village": village.code}
    assert world.read(client, "me")["rounds"]
    SurveyAssignment.objects.update(ends_on=today - datetime.timedelta(days=1))

    assert world.read(client, "me")["rounds"] == []
    ended = client.get("/api/survey/pack", where)
    assert (ended.status_code, ended.json()["code"]) == (403, "assignment_ended")
    assert "đã hết hạn" in officer_client.get(f"/survey/desk/rounds/{survey_round.pk}/").content.decode()


def test_who_has_nobody_to_send_is_told_whom_to_invite(survey_round: SurveyRound) -> None:
    administrator = factories.user("quantri")
    administrator.is_superuser = True
    administrator.save()

    page = world.client_of(administrator).get(f"/survey/desk/rounds/{survey_round.pk}/assign/").content.decode()

    assert "Hãy mời người rồi phân công vai trò Người điều tra" in page
    assert 'href="/people/"' in page and "polygon-map" not in page


def test_who_amends_what_a_colleague_has_amended_sees_it_and_keeps_their_own(
    village: Unit, survey_round: SurveyRound, officer_client: Client, commune: Unit
) -> None:
    _walker(survey_round, village)
    factories.house(commune, *IN, village=village)
    address = f"/survey/desk/assignments/{SurveyAssignment.objects.get().pk}/"
    theirs = (survey_round.ends_on - datetime.timedelta(days=2)).isoformat()
    mine = (survey_round.ends_on - datetime.timedelta(days=4)).isoformat()
    east = [[105.8 + at, lat] for at, lat in ((0.001, 19.66), (0.005, 19.66), (0.005, 19.68))]
    west = json.dumps(WEST_HALF)
    assert officer_client.post(address, {"polygon": west, "ends_on": theirs, "version": 1}).status_code == 302

    typed = {"polygon": json.dumps(east), "ends_on": mine, "version": 1}
    refused = officer_client.post(address, typed)

    text = html.unescape(refused.content.decode())
    assert refused.status_code == 409
    held = text.partition('id="held"')[2].partition("</div>")[0]
    assert "vùng vẽ, số nhà 1" in held and f"{datetime.date.fromisoformat(theirs):%d/%m/%Y}" in held
    assert f'href="{address}"' in held
    assert json.dumps(east) in text and f'value="{mine}"' in text and 'name="version" value="2"' in text
    config = json.loads(text.partition('id="survey-map-config" type="application/json">')[2].partition("</script>")[0])
    assert config["assignment"] is None  # so that the map draws the colleague's area too
    assert SurveyAssignment.objects.get().ends_on.isoformat() == theirs
    again = officer_client.post(address, typed | {"version": 2})
    assert (again.status_code, SurveyAssignment.objects.get().ends_on.isoformat()) == (302, mine)

"""What a phone takes along, and what it is told later: sizes, changes, what is gone, who is let in."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connections, transaction
from django.utils import timezone

from households.models import House, Household, HouseState, SurveyAssignment
from households.survey import changes_since
from mapping import wall
from mapping.models import AuditEntry, Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
MOST_BYTES = 150_000


@pytest.fixture
def commune() -> Unit:
    return factories.commune()


@pytest.fixture
def village(commune: Unit) -> Unit:
    return factories.village(commune)


def test_me_names_the_villages_of_open_rounds_with_their_sizes(commune: Unit, village: Unit) -> None:
    open_round = world.survey_round(commune)
    over = world.survey_round(commune, "Đợt cũ", ends_on=timezone.localdate() - datetime.timedelta(days=1))
    user = world.surveyor(village, open_round)
    SurveyAssignment.objects.create(round=over, surveyor=user, village=village)
    west = village.outline.extent[0]
    half = Polygon.from_bbox((west, village.outline.extent[1], west + 0.005, village.outline.extent[3]))
    SurveyAssignment.objects.filter(round=open_round).update(area=half)
    factories.house(commune, west + 0.001, 19.67, village=village)
    factories.house(commune, west + 0.009, 19.67, village=village)

    answer = world.read(world.client_of(user), "me")

    assert answer["user"] == {"id": user.pk, "name": "Đỗ Thị Quý", "sees_sensitive": False}
    assert answer["csrf"]
    (told,) = answer["rounds"]
    assert told["id"] == str(open_round.pk)
    (place,) = told["villages"]
    assert (place["code"], place["houses"], place["assigned"]) == (village.code, 2, 1)


def test_five_hundred_houses_fit_and_are_as_large_as_said(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    world.five_hundred(village)

    response = client.get(
        "/api/survey/pack", {"round": survey_round.pk, "village": village.code}, headers={"accept-encoding": "gzip"}
    )

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= MOST_BYTES
    said = world.read(client, "me")["rounds"][0]["villages"][0]["pack_bytes"]
    print("pack of 500 houses:", len(response.content), "said", said)
    assert said == pytest.approx(len(response.content), rel=0.33)


def test_a_pack_masks_telephones_and_is_written_down(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    user = world.surveyor(village, survey_round)
    household = factories.household(factories.house(commune, village=village), phone="0987654321")
    factories.household(factories.house(commune, village=factories.village(commune, 2)), "Lê Thị Xa")

    answer = world.read(world.client_of(user), "pack", round=survey_round.pk, village=village.code)

    (row,) = world.rows(answer, "households")
    assert (row["id"], row["phone"]) == (str(household.pk), "0987 ••• •21")
    assert answer["rules"]["version"] == 1
    assert answer["village"]["outline"]["type"] == "MultiPolygon"
    with wall.acting_as_system("test"):
        entry = AuditEntry.objects.get(action="survey.pack")
        assert entry.rows == [household.pk]


def test_own_answers_come_back_and_others_do_not(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    user = world.surveyor(village, survey_round)
    other = world.surveyor(village, survey_round, "tu", "Hồ Văn Tư")
    house, theirs = (factories.house(commune, village=village) for _ in range(2))
    with transaction.atomic(), wall.acting_as_system("test"):
        world.visit(survey_round, house, user, {"head_name": "An"}, version=3, state="returned", comment="Thiếu ảnh")
        world.visit(survey_round, theirs, other, {"head_name": "Bí mật"}, version=2)

    answer = world.read(world.client_of(user), "pack", round=survey_round.pk, village=village.code)

    by_house = {row["house"]: row for row in world.rows(answer, "visits")}
    mine, foreign = by_house[str(house.pk)], by_house[str(theirs.pk)]
    assert (mine["version"], mine["comment"], mine["answers"]) == (3, "Thiếu ảnh", {"head_name": "An"})
    assert (foreign["version"], foreign["state"], foreign["answers"]) == (0, "received", {})


def _cursor() -> str:
    """The cursor that a pack has where nothing else runs on the server: other tests' transactions would tell more."""
    now = changes_since.cursor_now()
    return f"{now.table}-{now.newest}"


@pytest.mark.django_db(transaction=True)
def test_changes_tell_what_is_new_and_what_is_gone(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    kept, moved, closed, edited = (factories.house(commune, village=village, number=str(n)) for n in range(1, 5))
    removed = factories.household(kept, "Sẽ xóa")
    staying = factories.household(kept, "Ở lại")
    where = {"round": survey_round.pk, "village": village.code}
    assert len(world.read(client, "pack", **where)["houses"]) == 4
    cursor = _cursor()
    assert world.read(client, "changes", cursor=cursor, **where)["houses"] == []

    House.objects.filter(pk=moved.pk).update(village=factories.village(commune, 2))
    House.objects.filter(pk=closed.pk).update(state=HouseState.CLOSED, closed_on=timezone.localdate())
    House.objects.filter(pk=edited.pk).update(number="4A")  # and no `updated_at`: nothing here goes by clocks
    with transaction.atomic(), wall.acting_as_system("test"):
        Household.objects.filter(pk=removed.pk).delete()
    new = factories.house(commune, village=village, number="9")
    answer = world.read(client, "changes", cursor=cursor, **where)

    assert not answer["whole"]
    assert {(row["id"], row["number"]) for row in world.rows(answer, "houses")} == {
        (str(edited.pk), "4A"), (str(new.pk), "9"),
    }  # fmt: skip
    assert set(answer["gone"]["houses"]) == {str(moved.pk), str(closed.pk)}
    assert answer["gone"]["households"] == [str(removed.pk)]
    assert str(staying.pk) not in str(answer["households"])
    after = world.read(client, "changes", cursor=_cursor(), **where)
    assert (after["houses"], after["gone"]) == ([], {"houses": [], "households": []})


@pytest.mark.django_db(transaction=True)
def test_what_was_being_written_while_the_pack_was_read_comes_later(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    house = factories.house(commune, village=village, number="1")
    where = {"round": survey_round.pk, "village": village.code}
    slow = connections.create_connection("default")
    try:
        with slow.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE households_house SET number = '1B' WHERE id = %s", [house.pk])
            first = world.read(client, "pack", **where)
            assert [row["number"] for row in world.rows(first, "houses")] == ["1"]
            factories.house(commune, village=village, number="2")
            second = world.read(client, "changes", cursor=first["cursor"], **where)
            cursor.execute("COMMIT")
    finally:
        slow.close()

    third = world.read(client, "changes", cursor=second["cursor"], **where)

    assert "1B" in [row["number"] for row in world.rows(third, "houses")]


@pytest.mark.parametrize("cursor", ["", "nonsense", "1-1", "9999999999-1", "1-99999999999999999999"])
def test_a_cursor_of_another_database_gets_everything(commune: Unit, village: Unit, cursor: str) -> None:
    survey_round = world.survey_round(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    factories.house(commune, village=village)

    answer = world.read(client, "changes", round=survey_round.pk, village=village.code, cursor=cursor)

    assert answer["whole"]
    assert len(answer["houses"]) == 1
    assert answer["rules"]["sections"]


def test_a_cursor_that_is_no_text_is_refused_with_a_sentence(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    client = world.client_of(world.surveyor(village, survey_round))
    answer = client.get(
        "/api/survey/changes",
        {"round": survey_round.pk, "village": village.code, "cursor": "\u0000"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "address_not_text"
    assert answer.json()["error"]


def test_who_walks_there_no_longer_is_told_so(commune: Unit, village: Unit) -> None:
    survey_round = world.survey_round(commune)
    user = world.surveyor(village, survey_round)
    client = world.client_of(user)
    where = {"round": survey_round.pk, "village": village.code}

    SurveyAssignment.objects.update(ended_at=timezone.now())
    ended = client.get("/api/survey/pack", where)
    survey_round.closed_at = timezone.now()
    survey_round.save()
    closed = client.get("/api/survey/pack", where)
    unknown = client.get("/api/survey/pack", where | {"village": factories.village(commune, 2).code})

    assert (ended.status_code, ended.json()["code"]) == (403, "assignment_ended")
    assert "Thôn Đông Hoà" in ended.json()["error"]
    assert (closed.status_code, closed.json()["code"]) == (403, "round_closed")
    assert unknown.status_code == 404

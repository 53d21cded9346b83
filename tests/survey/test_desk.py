"""The desk of the survey: rounds, who walks where, progress, and what an officer decides about a visit."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from households.models import (
    House,
    Household,
    SurveyAssignment,
    SurveyConflict,
    SurveyDevice,
    SurveyOperation,
    SurveyRound,
    SurveyVisit,
)
from households.survey import progress
from mapping import wall
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
FOUND = {
    "number": "12A", "street": "ngõ Đình", "occupied": "yes", "head_name": "Trần Thị Bình", "phone": "0912 345 678",
    "size": 4, "shop_name": "Quán bỏ", "has_shop": False,
}  # fmt: skip


@pytest.fixture
def commune() -> Unit:
    return factories.commune()


@pytest.fixture
def village(commune: Unit) -> Unit:
    return factories.village(commune)


@pytest.fixture
def officer(commune: Unit) -> Client:
    return world.client_of(factories.user("lan", "Mai Thị Lan", officer_of=commune))


def _sent(village: Unit, house: House, answers: dict[str, Any] = FOUND, **fields: Any) -> SurveyVisit:
    """A visit that a surveyor sent in a round."""
    survey_round = SurveyRound.objects.first() or world.survey_round(village.parent)
    user = world.surveyor(village, survey_round)
    with transaction.atomic(), wall.acting_as_system("test"):
        return world.visit(survey_round, house, user, answers, **fields)


def _decide(officer: Client, visit: SurveyVisit, do: str, **typed: Any) -> Any:
    return officer.post(f"/survey/desk/visits/{visit.pk}/review/", {"do": do, "version": visit.version, **typed})


def _state(visit: SurveyVisit) -> SurveyVisit:
    with wall.acting_as_system("test"), transaction.atomic():
        return SurveyVisit.objects.get(pk=visit.pk)


def _households(house: uuid.UUID) -> list[Household]:
    with wall.acting_as_system("test"), transaction.atomic():
        return list(Household.objects.filter(house=house).order_by("head_name"))


def test_a_round_is_begun_and_a_village_given_and_taken_back(commune: Unit, village: Unit, officer: Client) -> None:
    surveyor = world.surveyor(village, None)
    today = timezone.localdate()
    days = {"starts_on": today.isoformat(), "ends_on": (today + datetime.timedelta(days=9)).isoformat()}

    begun = officer.post("/survey/desk/", {"commune": commune.code, "name": "Rà soát", **days}, follow=True)
    survey_round = SurveyRound.objects.get()
    given = officer.post(
        f"/survey/desk/rounds/{survey_round.pk}/assign/",
        {"surveyor": surveyor.pk, "village": village.code},
        follow=True,
    )

    assert "Rà soát" in begun.content.decode()
    assert "Đã giao Thôn Đông Hoà cho Đỗ Thị Quý." in given.content.decode()
    phone = world.client_of(surveyor)
    assert world.read(phone, "me")["rounds"][0]["villages"][0]["code"] == village.code
    twice = officer.post(
        f"/survey/desk/rounds/{survey_round.pk}/assign/", {"surveyor": surveyor.pk, "village": village.code}
    )
    assert twice.status_code == 400
    assert "đã được giao Thôn Đông Hoà rồi" in twice.content.decode()
    officer.post(f"/survey/desk/assignments/{SurveyAssignment.objects.get().pk}/end/")
    assert world.read(phone, "me")["rounds"] == []
    officer.post(f"/survey/desk/rounds/{survey_round.pk}/close/")
    again = officer.post(
        f"/survey/desk/rounds/{survey_round.pk}/assign/", {"surveyor": surveyor.pk, "village": village.code}
    )
    assert again.status_code == 409


def test_a_round_says_what_is_wrong_with_its_days_and_name(commune: Unit, officer: Client) -> None:
    world.survey_round(commune, "Đợt 1")
    days = {"starts_on": "2026-08-10", "ends_on": "2026-08-01"}

    backwards = officer.post("/survey/desk/", {"commune": commune.code, "name": "Đợt 2", **days})
    named = officer.post(
        "/survey/desk/", {"commune": commune.code, "name": "Đợt 1", "starts_on": "2026-08-01", "ends_on": "2026-08-10"}
    )

    assert "Ngày cuối 01/08/2026 trước ngày đầu 10/08/2026" in backwards.content.decode()
    assert "Xã đã có đợt “Đợt 1”" in named.content.decode()
    assert SurveyRound.objects.count() == 1


def test_someone_without_the_right_there_gets_no_village(commune: Unit, village: Unit, officer: Client) -> None:
    survey_round = world.survey_round(commune)
    of_the_other = world.surveyor(factories.village(commune, 2), None)

    refused = officer.post(
        f"/survey/desk/rounds/{survey_round.pk}/assign/", {"surveyor": of_the_other.pk, "village": village.code}
    )

    assert refused.status_code == 400
    assert "không có quyền điều tra ở Thôn Đông Hoà" in refused.content.decode()


def test_an_approval_writes_house_and_household_and_is_undone_as_one(
    commune: Unit, village: Unit, officer: Client
) -> None:
    house = factories.house(commune, village=village, number="12", street="ngõ Đình")
    household = factories.household(house, "Trần Văn Ba", phone="0987654321", note="giữ nguyên")
    visit = _sent(village, house)
    page = officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert "Trần Thị Bình" in page
    assert "(không áp dụng, sẽ bỏ qua)" in page

    done = _decide(
        officer, visit, "approve", house_version=house.version, household=f"{household.pk}:1", listed=household.pk
    )

    assert done.status_code == 302
    house.refresh_from_db()
    (written,) = _households(house.pk)
    assert house.number == "12A"
    assert (written.head_name, written.phone, written.size) == ("Trần Thị Bình", "0912345678", 4)
    assert (written.note, written.shop_name) == ("giữ nguyên", "")
    visit = _state(visit)
    assert visit.state == "approved"
    officer.post(f"/changes/{visit.changeset_id}/undo/")
    house.refresh_from_db()
    (before,) = _households(house.pk)
    assert (house.number, before.head_name, before.phone) == ("12", "Trần Văn Ba", "0987654321")
    page = officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert "đã được hoàn tác" in page
    assert _state(visit).state == "received"
    assert 'value="approve"' in page
    lines = officer.get(f"/survey/desk/rounds/{visit.round_id}/").content.decode()
    assert 'class="approved"' not in lines.partition("<table")[2]
    (told,) = world.rows(
        world.read(world.client_of(visit.surveyor), "pack", round=visit.round_id, village=village.code), "visits"
    )
    assert told["state"] == "received"
    house.refresh_from_db()
    (before,) = _households(house.pk)
    again = _decide(
        officer, visit, "approve", house_version=house.version, household=f"{household.pk}:{before.version}",
        listed=household.pk,
    )  # fmt: skip
    assert again.status_code == 302
    house.refresh_from_db()
    assert (house.number, _state(visit).state) == ("12A", "approved")
    assert "đã được hoàn tác" not in officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()


def test_a_new_house_keeps_the_id_that_the_phone_gave_it(commune: Unit, village: Unit, officer: Client) -> None:
    model = factories.house(commune, 105.803, 19.671, village=village)
    visit = _sent(village, model, is_new_house=True, position={"source": "averaged", "accuracy_m": 3.5})
    House.objects.filter(pk=model.pk).delete()

    _decide(officer, visit, "approve")

    house = House.objects.get(pk=visit.house_id)
    assert (house.number, house.location_source, house.accuracy_m) == ("12A", "averaged", 3.5)
    assert house.location.coords == (105.803, 19.671)
    assert [one.head_name for one in _households(house.pk)] == ["Trần Thị Bình"]


def test_a_house_moves_only_when_the_officer_says_so(commune: Unit, village: Unit, officer: Client) -> None:
    house = factories.house(commune, 105.803, 19.671, village=village, number="12A", street="ngõ Đình")
    visit = _sent(village, house)
    with transaction.atomic(), wall.acting_as_system("test"):
        there = house.location.clone()
        there.x += 0.0001
        SurveyVisit.objects.update(location=there, position={"source": "gps", "accuracy_m": 4})

    assert "cách 10 m" in officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    _decide(officer, visit, "approve", house_version=house.version, moves="on")

    house.refresh_from_db()
    assert (round(house.location.x, 4), house.location_source) == (105.8031, "gps")


@pytest.mark.parametrize(("degrees", "offered"), [(0.0, False), (0.000004, False), (0.00001, True)])
def test_a_house_is_not_moved_by_nothing(
    commune: Unit, village: Unit, officer: Client, degrees: float, offered: bool
) -> None:
    house = factories.house(commune, 105.803, 19.671, village=village, number="12A", street="ngõ Đình")
    visit = _sent(village, house)
    with transaction.atomic(), wall.acting_as_system("test"):
        there = house.location.clone()
        there.x += degrees
        SurveyVisit.objects.update(location=there, position={"source": "gps", "accuracy_m": 4})

    assert ('name="moves"' in officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()) == offered


def test_a_return_needs_a_word_and_reaches_the_phone(commune: Unit, village: Unit, officer: Client) -> None:
    house = factories.house(commune, village=village)
    visit = _sent(village, house)

    without = _decide(officer, visit, "return")
    returned = _decide(officer, visit, "return", comment="Chụp lại cửa trước")

    assert without.status_code == 400
    assert "Hãy viết người điều tra cần sửa gì" in without.content.decode()
    assert returned.status_code == 302
    phone = world.client_of(visit.surveyor)
    (row,) = world.rows(world.read(phone, "pack", round=visit.round_id, village=village.code), "visits")
    assert (row["state"], row["comment"]) == ("returned", "Chụp lại cửa trước")


def test_a_rejected_visit_writes_nothing(commune: Unit, village: Unit, officer: Client) -> None:
    house = factories.house(commune, village=village, number="1")
    visit = _sent(village, house)

    _decide(officer, visit, "reject", comment="Nhầm nhà")
    late = _decide(officer, visit, "approve", house_version=1)

    assert _state(visit).state == "rejected"
    assert late.status_code == 409
    house.refresh_from_db()
    assert (house.number, _households(house.pk)) == ("1", [])


def test_what_changed_meanwhile_is_not_written_over(commune: Unit, village: Unit, officer: Client) -> None:
    house = factories.house(commune, village=village, number="1")
    visit = _sent(village, house)
    House.objects.filter(pk=house.pk).update(number="2", version=2)

    stale_house = _decide(officer, visit, "approve", house_version=1)
    stale_visit = officer.post(
        f"/survey/desk/visits/{visit.pk}/review/", {"do": "approve", "version": 99, "house_version": 2}
    )

    assert (stale_house.status_code, stale_visit.status_code) == (409, 409)
    house.refresh_from_db()
    assert (house.number, _state(visit).state, _households(house.pk)) == ("2", "received", [])


@pytest.mark.parametrize(("take", "kept"), [("held", "Trần Thị Bình"), ("sent", "Trần Thị Bính")])
def test_an_officer_settles_what_two_people_wrote(
    commune: Unit, village: Unit, officer: Client, take: str, kept: str
) -> None:
    house = factories.house(commune, village=village)
    visit = _sent(village, house)
    with transaction.atomic(), wall.acting_as_system("test"):
        device = SurveyDevice.objects.create(key=uuid.uuid4(), user=visit.surveyor)
        of = {"visit": visit, "commune": commune, "village": village}
        operation = SurveyOperation.objects.create(id=uuid.uuid4(), user=visit.surveyor, device=device, base=0, **of)
        conflict = SurveyConflict.objects.create(
            operation=operation, field="head_name", held="Trần Thị Bình", sent="Trần Thị Bính", **of
        )

    early = _decide(officer, visit, "approve", house_version=1)
    assert early.status_code == 409
    assert "Trần Thị Bính" in early.content.decode()
    chosen = {"take": take, "seen": 1}
    officer.post(f"/survey/desk/conflicts/{conflict.pk}/settle/", chosen)
    settled = _state(visit)

    assert settled.answers["head_name"] == kept
    assert settled.field_versions["head_name"] == [visit.version + 1, "officer"]
    assert officer.post(f"/survey/desk/conflicts/{conflict.pk}/settle/", chosen).status_code == 409
    _decide(officer, settled, "approve", house_version=1)
    assert [one.head_name for one in _households(house.pk)] == [kept]


def test_progress_counts_villages_and_people(commune: Unit, village: Unit, officer: Client) -> None:
    house = factories.house(commune, village=village)
    factories.house(commune, village=village)
    visit = _sent(village, house, flags=[{"code": "poor_accuracy", "metres": 25, "reason": "dưới tán cây"}])

    page = officer.get(f"/survey/desk/rounds/{visit.round_id}/").content.decode()
    listed = officer.get(f"/survey/desk/rounds/{visit.round_id}/visits/").content.decode()

    assert '<rect class="received" x="0.0" width="50.0" height="6"/>' in page
    assert "Đỗ Thị Quý" in page
    assert "dưới tán cây" in listed


def test_a_visit_with_two_fields_in_conflict_is_one_that_waits(commune: Unit, village: Unit) -> None:
    visit = _sent(village, factories.house(commune, village=village))
    with transaction.atomic(), wall.acting_as_system("test"):
        device = SurveyDevice.objects.create(key=uuid.uuid4(), user=visit.surveyor)
        of = {"visit": visit, "commune": commune, "village": village}
        operation = SurveyOperation.objects.create(id=uuid.uuid4(), user=visit.surveyor, device=device, base=0, **of)
        for field in ("head_name", "size"):
            SurveyConflict.objects.create(operation=operation, field=field, **of)
        (line,) = progress.by_village(visit.round, [village])
    assert (line.received, line.conflicts) == (1, 1)


def test_the_bar_leads_whoever_may_to_the_phone_and_to_the_desk(village: Unit, officer: Client) -> None:
    surveyor = world.client_of(world.surveyor(village, None))
    viewer = world.client_of(factories.user("xem", viewer_of=village.parent))

    bars = {
        name: client.get("/account/").content.decode().partition("</nav>")[0]
        for name, client in (("officer", officer), ("surveyor", surveyor), ("viewer", viewer))
    }

    assert [name for name, bar in bars.items() if 'href="/survey/"' in bar] == ["officer", "surveyor"]
    assert [name for name, bar in bars.items() if 'href="/survey/desk/"' in bar] == ["officer"]


def test_who_walks_but_sent_nothing_stands_among_the_surveyors(commune: Unit, village: Unit, officer: Client) -> None:
    survey_round = world.survey_round(commune)
    world.surveyor(village, survey_round)

    page = officer.get(f"/survey/desk/rounds/{survey_round.pk}/").content.decode()

    assert page.count("Đỗ Thị Quý") >= 2
    assert "Chưa ai gửi gì về." in page

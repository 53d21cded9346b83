"""Officers who run a round beside each other, and days that no calendar should hold."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from mapping import wall
from mapping.models import AuditEntry, Unit
from tests import factories
from tests.survey.test_settling import settle
from tests.survey.world import WHOLE, Phone, position, round_in, surveyor

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today_and(days: int) -> str:
    return (timezone.localdate() + days * DAY).isoformat()


def entries(action: str) -> list[dict[str, Any]]:
    with wall.acting_as_system("test"):
        return list(AuditEntry.objects.filter(action=action).order_by("at").values_list("detail", flat=True))


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01", today_and(3)), (today_and(0), "9999-12-31"), (today_and(0), today_and(3000)), ("1999-01-01",) * 2],
)
def test_a_round_of_another_age_is_not_begun(commune: Unit, officer_client: Client, first: str, last: str) -> None:
    answer = officer_client.post(
        "/survey/desk/", {"commune": commune.code, "name": "Đợt", "starts_on": first, "ends_on": last}
    )
    assert (answer.status_code, "cách hôm nay quá xa" in answer.content.decode()) == (400, True)
    assert not SurveyRound.objects.exists()


def test_a_last_day_at_the_end_of_time_is_refused(survey: SurveyRound, officer_client: Client) -> None:
    address = f"/survey/desk/rounds/{survey.pk}/last-day/"
    answer = officer_client.post(address, {"ends_on": "9999-12-31", "version": 1})
    assert (answer.status_code, "cách hôm nay quá xa" in answer.content.decode()) == (400, True)


def test_a_round_that_has_such_days_goes_on(
    survey: SurveyRound, lan: Phone, house: House, officer_client: Client
) -> None:
    SurveyRound.objects.update(starts_on=datetime.date.min, ends_on=datetime.date.max)
    SurveyAssignment.objects.update(ends_on=datetime.date.max)
    lan.send(house, WHOLE, position=position())
    assert SurveyVisit.objects.get().flags == []
    assert officer_client.get(f"/survey/desk/rounds/{survey.pk}/").status_code == 200
    assert officer_client.get("/survey/desk/").status_code == 200
    assert lan.client.get("/api/survey/me").status_code == 200


def test_a_page_from_before_a_colleague_closed_the_round_does_not_open_it_again(
    survey: SurveyRound, officer_client: Client
) -> None:
    address = f"/survey/desk/rounds/{survey.pk}/"
    assert '<input type="hidden" name="version" value="1">' in officer_client.get(address).content.decode()
    officer_client.post(f"{address}close/")
    for given in ({"version": 1}, {}):
        answer = officer_client.post(f"{address}last-day/", {"ends_on": today_and(40), **given})
        assert (answer.status_code, "vừa được đóng" in answer.content.decode()) == (409, True)
    assert SurveyRound.objects.get().closed_at is not None
    assert '<input type="hidden" name="version" value="2">' in answer.content.decode()
    assert officer_client.post(f"{address}last-day/", {"ends_on": today_and(40), "version": 2}).status_code == 302
    moved = officer_client.post(f"{address}last-day/", {"ends_on": today_and(50), "version": 2})
    assert (moved.status_code, "nay đến hết ngày" in moved.content.decode()) == (409, True)


def test_what_a_colleague_gave_somebody_meanwhile_is_not_overwritten(
    survey: SurveyRound, officer_client: Client
) -> None:
    surveyor(survey, "quy")
    assignment = SurveyAssignment.objects.get()
    address = f"/survey/desk/assignments/{assignment.pk}/"
    assert 'name="version" value="1"' in officer_client.get(address).content.decode()
    assert officer_client.post(address, {"polygon": "", "ends_on": today_and(5), "version": 1}).status_code == 302
    for given in ({"version": 1}, {}):
        answer = officer_client.post(address, {"polygon": "", "ends_on": today_and(9), **given})
        assert (answer.status_code, "vừa được sửa" in answer.content.decode()) == (409, True)
    assert SurveyAssignment.objects.get().ends_on.isoformat() == today_and(5)


def test_the_audit_tells_acts_apart(commune: Unit, officer_client: Client) -> None:
    made = {"commune": commune.code, "name": "Đợt", "starts_on": today_and(0), "ends_on": today_and(3)}
    officer_client.post("/survey/desk/", made)
    found = SurveyRound.objects.get()
    address = f"/survey/desk/rounds/{found.pk}/"
    officer_client.post(f"{address}last-day/", {"ends_on": today_and(6), "version": 1})
    officer_client.post(f"{address}close/")
    officer_client.post(f"{address}last-day/", {"ends_on": today_and(7), "version": 3})
    assert [one["did"] for one in entries("survey.round")] == ["begin", "close"]
    assert entries("survey.reschedule") == [
        {"did": "move", "ends_on": today_and(6)}, {"did": "reopen", "ends_on": today_and(7)},
    ]  # fmt: skip
    village = factories.village(commune)
    person = surveyor(round_in(commune, name="Khác"), "quy")
    officer_client.post(f"{address}assign/", {"surveyor": person.pk, "village": village.code, "polygon": ""})
    given = SurveyAssignment.objects.get(round=found)
    officer_client.post(f"/survey/desk/assignments/{given.pk}/", {"polygon": "", "ends_on": today_and(2), "version": 1})
    officer_client.post(f"/survey/desk/assignments/{given.pk}/end/")
    assert [(one["did"], one["ends_on"]) for one in entries("survey.assign")] == [
        ("give", None), ("amend", today_and(2)), ("take back", today_and(2)),
    ]  # fmt: skip
    page = officer_client.get("/audit/").content.decode()
    for act in ("Lập đợt", "Đóng đợt", "Đổi ngày cuối", "Mở lại đợt", "Giao thôn", "Sửa phần giao", "Thôi giao thôn"):
        assert act in page


def test_the_audit_tells_where_a_phone_is_new_and_what_was_chosen(
    lan: Phone, hoa: Phone, house: House, officer_client: Client, commune: Unit
) -> None:
    lan.send(house, WHOLE)
    hoa.send(house, {"head_name": "Lê Thị Bốn"})
    with wall.acting_as_system("test"):
        assert set(AuditEntry.objects.filter(action="survey.device").values_list("commune_id", flat=True)) == {
            commune.pk
        }
    assert settle(officer_client, "sent") == 302
    assert entries("survey.settle") == [{"field": "head_name", "chose": "sent"}]


def test_more_rounds_than_fit_on_a_page_are_all_there(commune: Unit, officer_client: Client) -> None:
    for number in range(51):
        round_in(commune, name=f"Đợt {number:02}")
    first, second = (officer_client.get(f"/survey/desk/?page={page}").content.decode() for page in (1, 2))
    assert ("Đợt 49" in first, "Đợt 50" in first, "Đợt 50" in second) == (True, False, True)
    assert "Trang sau" in first and "Trang trước" in second

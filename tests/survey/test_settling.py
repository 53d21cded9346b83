"""Two people wrote different things: the officer sees what is held now, and what they choose is what holds."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from households.models import House, SurveyConflict, SurveyRound, SurveySensitive, SurveyVisit
from households.survey.settling import field_version
from mapping.access import Role
from tests.survey.world import WHOLE, Phone, phone, position, surveyor

BA, X, Y = "Lê Văn Ba", "Lê Văn Bá", "Lê Văn Bả"


def waiting() -> list[tuple[str, Any]]:
    """The open conflicts: field, what was sent."""
    return [(one.field, one.sent) for one in SurveyConflict.objects.filter(settled_at=None).order_by("pk")]


def page(officer: Client) -> str:
    """The page of the one visit, from the conflicts on."""
    text: str = officer.get(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/").content.decode()
    return html.unescape(text)


def settle(officer: Client, take: str, seen: int | None = None, at: int = 0) -> int:
    """Choose for an open conflict, as its form does; return the answer's status."""
    conflict = SurveyConflict.objects.filter(settled_at=None).order_by("pk")[at]
    shown = field_version(SurveyVisit.objects.get(), conflict.field) if seen is None else seen
    answer = officer.post(f"/survey/desk/conflicts/{conflict.pk}/settle/", {"take": take, "seen": shown})
    return answer.status_code


def held(name: str = "head_name") -> Any:
    """What the visit holds of a field."""
    return SurveyVisit.objects.get().answers.get(name)


@pytest.fixture
def met(lan: Phone, hoa: Phone, house: House) -> None:
    """Lan wrote Ba; Hoa, who had seen nothing, X."""
    lan.send(house, WHOLE)
    assert hoa.send(house, {"head_name": X})["outcome"] == "conflict"


@pytest.mark.parametrize(("take", "expected"), [("held", "Lê Văn Ban"), ("sent", X)])
@pytest.mark.usefixtures("met")
def test_what_the_page_shows_as_held_is_what_keeping_it_keeps(
    officer_client: Client, lan: Phone, house: House, take: str, expected: str
) -> None:
    shown = field_version(SurveyVisit.objects.get(), "head_name")
    lan.send(house, {"head_name": "Lê Văn Ban"}, base=1)  # corrected after the two met

    assert settle(officer_client, take, seen=shown) == 409
    assert held() == "Lê Văn Ban"
    text = page(officer_client)
    assert "<p>Lê Văn Ban</p>" in text
    assert f"<p>{BA}</p>" not in text
    assert settle(officer_client, take) == 302
    assert (held(), waiting()) == (expected, [])


@pytest.mark.usefixtures("met")
def test_another_field_that_changes_meanwhile_keeps_nobody_from_choosing(
    officer_client: Client, lan: Phone, house: House
) -> None:
    shown = field_version(SurveyVisit.objects.get(), "head_name")
    lan.send(house, {"house_note": "cổng xanh"}, base=1)
    assert settle(officer_client, "sent", seen=shown) == 302
    assert held() == X


@pytest.mark.usefixtures("met")
def test_a_choice_without_what_was_shown_changes_nothing(officer_client: Client) -> None:
    conflict = SurveyConflict.objects.get()
    answer = officer_client.post(f"/survey/desk/conflicts/{conflict.pk}/settle/", {"take": "sent"})
    assert (answer.status_code, held(), len(waiting())) == (400, BA, 1)


@pytest.mark.usefixtures("met")
def test_a_phone_that_has_seen_the_other_value_answers_its_own_conflict(hoa: Phone, house: House) -> None:
    hoa.send(house, {"head_name": {"from": BA, "to": Y}}, base=1)
    assert (held(), waiting()) == (Y, [])


@pytest.mark.usefixtures("met")
def test_a_phone_that_gives_in_ends_the_conflict(hoa: Phone, house: House) -> None:
    hoa.send(house, {"head_name": {"from": X, "to": BA}}, base=1)
    assert (held(), waiting()) == (BA, [])


@pytest.mark.usefixtures("met")
def test_a_phone_that_still_has_not_seen_it_is_asked_about_with_its_newer_value(hoa: Phone, house: House) -> None:
    assert hoa.send(house, {"head_name": {"from": X, "to": Y}})["outcome"] == "conflict"
    assert (held(), waiting()) == (BA, [("head_name", Y)])


@pytest.mark.usefixtures("met")
def test_who_changes_to_what_the_other_sent_agrees(lan: Phone, house: House) -> None:
    lan.send(house, {"head_name": {"from": BA, "to": X}}, base=1)
    assert (held(), waiting()) == (X, [])


@pytest.mark.usefixtures("met")
def test_two_conflicts_of_one_field_are_settled_one_after_the_other(
    officer_client: Client, survey: SurveyRound, house: House
) -> None:
    third = phone(survey, surveyor(survey, "tu"))
    third.send(house, {"head_name": Y})
    assert waiting() == [("head_name", X), ("head_name", Y)]

    assert settle(officer_client, "sent") == 302
    assert (held(), waiting()) == (X, [("head_name", Y)])
    assert f"<p>{X}</p>" in page(officer_client)  # what the second is held against now
    assert settle(officer_client, "held") == 302
    assert (held(), waiting()) == (X, [])


def test_the_same_value_sent_by_two_is_settled_once(
    officer_client: Client, lan: Phone, hoa: Phone, survey: SurveyRound, house: House
) -> None:
    lan.send(house, WHOLE)
    for one in (hoa, phone(survey, surveyor(survey, "tu"))):
        one.send(house, {"head_name": X})
    assert settle(officer_client, "sent") == 302
    assert (held(), waiting()) == (X, [])


def test_a_position_is_settled_as_it_is_shown(officer_client: Client, lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE, position=position())
    hoa.send(house, {}, position=position(105.8009))
    moved = position(105.8005)
    lan.send(house, {}, position=moved, base=1)
    assert f"{moved['lat']}, {moved['lng']}" in page(officer_client)
    assert settle(officer_client, "held") == 302
    visit = SurveyVisit.objects.get()
    assert (visit.location.x, visit.position["lng"]) == (105.8005, 105.8005)


@pytest.mark.parametrize(("take", "expected"), [("held", "neither"), ("sent", "near_poor")])
def test_sensitive_answers_alike(
    officer_client: Client, survey: SurveyRound, house: House, take: str, expected: str
) -> None:
    officers = [surveyor(survey, name, role=Role.COMMUNE_OFFICER) for name in ("cb1", "cb2")]
    lan, hoa = (phone(survey, officer) for officer in officers)
    lan.send(house, WHOLE | {"poverty": "poor"})
    hoa.send(house, {"poverty": "near_poor"})
    shown = field_version(SurveyVisit.objects.get(), "poverty")
    lan.send(house, {"poverty": {"from": "poor", "to": "neither"}}, base=1)

    assert settle(officer_client, take, seen=shown) == 409
    assert "<p>Không thuộc diện nghèo</p>" in page(officer_client)
    assert settle(officer_client, take) == 302
    assert SurveySensitive.objects.get().answers["poverty"] == expected
    assert waiting() == []

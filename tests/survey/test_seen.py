"""What receipts and packs tell of what others wrote, and that a field nobody was shown is never overwritten unasked."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyConflict, SurveyVisit, VisitState
from households.survey import answer_words
from households.survey.rules import rules
from mapping.access import Role
from tests import factories
from tests.survey.pack_world import read, rows
from tests.survey.world import WHOLE, Phone, phone, position

MEMBER = f"members.{uuid.UUID(int=1)}"
AN = {"name": "Lê An", "born_in": 1980, "phone": "0912 000 111"}
BARE = {"name": "Lê An", "born_in": 1980}


def _visit_in_pack(one: Phone, house: House) -> dict[str, Any]:
    told = read(one.client, "pack", round=one.round.pk, village=one.village)
    return next(row for row in rows(told, "visits") if row["house"] == str(house.pk))


def test_who_sends_first_is_told_of_what_was_sent_alone_and_overwrites_nothing_else(
    lan: Phone, hoa: Phone, house: House
) -> None:
    lan.send(house, WHOLE | {"house_note": "cổng xanh"}, position=position())
    told = hoa.send(house, {"house_note": "cổng đỏ"})
    assert (told["conflicts"], told["others"]) == (["house_note"], {"house_note": "cổng xanh"})
    again = hoa.send(house, {"head_name": "Trần Tư"}, base=told["version"])
    assert (again["conflicts"], again["others"]) == (["head_name"], {"head_name": "Lê Văn Ba"})
    place = hoa.send(house, position=position(lat=19.6712), base=told["version"])
    assert (place["conflicts"], place["others"]["position"]["lat"]) == (["position"], position()["lat"])
    unaware = hoa.send(house, {"head_name": "Trần Tư", "house_note": "cổng đỏ"}, base=place["version"])
    assert unaware["conflicts"] == ["head_name", "house_note"]
    corrected = {
        "head_name": {"from": "Lê Văn Ba", "to": "Trần Tư"},
        "house_note": {"from": "cổng xanh", "to": "cổng đỏ"},
    }
    seen = hoa.send(house, corrected, base=place["version"])
    assert seen["conflicts"] == []


def test_what_changes_after_one_has_sent_is_told(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    told = hoa.send(house, {"house_note": "x"})
    lan.send(house, {"toilet": "none"}, base=1)
    assert hoa.send(house, {"house_note": "y"}, base=told["version"])["others"] == {"toilet": "none"}


def test_a_base_is_believed_only_of_what_was_told(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    assert hoa.send(house, {"head_name": {"from": "Lê Văn Ba", "to": "X"}}, base=1)["conflicts"] == ["head_name"]
    hoa.send(house, {"toilet": "none"}, base=1)
    version = SurveyVisit.objects.get().version
    assert lan.send(house, {"toilet": "flush"}, base=version)["conflicts"] == ["toilet"]
    assert lan.send(house, {"toilet": {"from": "none", "to": "flush"}}, base=version)["conflicts"] == []


def test_a_telephone_number_is_told_to_nobody_but_who_wrote_it(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE | {MEMBER: AN})
    told = hoa.send(house, {"phone": "0987 654 321", MEMBER: {"name": "Lê An"}})
    assert (sorted(told["conflicts"]), told["others"]) == ([MEMBER, "phone"], {MEMBER: BARE})
    unseen = hoa.send(house, {"phone": {"from": "0987 654 321", "to": None}}, base=told["version"])
    assert (unseen["conflicts"], unseen["others"]) == (["phone"], {})
    assert SurveyVisit.objects.get().answers["phone"] == WHOLE["phone"]
    knew = {"from": WHOLE["phone"], "to": "0987 654 321"}
    assert hoa.send(house, {"phone": knew}, base=told["version"])["conflicts"] == []
    assert lan.send(house, {"toilet": "none"}, base=1)["others"] == {}


def test_a_member_is_corrected_without_losing_the_number_that_was_not_shown(
    lan: Phone, hoa: Phone, house: House
) -> None:
    lan.send(house, WHOLE | {MEMBER: AN})
    told = hoa.send(house, {MEMBER: {"name": "Lê Văn An"}})
    mended = BARE | {"born_in": 1981}
    assert hoa.send(house, {MEMBER: {"from": BARE, "to": mended}}, base=told["version"])["conflicts"] == []
    assert SurveyVisit.objects.get().answers[MEMBER] == mended | {"phone": AN["phone"]}
    other = {"from": mended, "to": mended | {"phone": "0912 000 222"}}
    lan.send(house, {"toilet": "none"}, base=1)
    assert lan.send(house, {MEMBER: other}, base=1)["conflicts"] == [MEMBER]
    assert hoa.send(house, {MEMBER: {"from": mended, "to": None}}, base=told["version"])["conflicts"] == []


def test_a_pack_hides_numbers_that_a_second_person_wrote(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, {"occupied": "yes", "head_name": "Lê Văn Ba"})
    hoa.send(house, {"phone": "0987 654 321", MEMBER: AN})
    assert _visit_in_pack(lan, house)["answers"] == {"occupied": "yes", "head_name": "Lê Văn Ba", MEMBER: BARE}
    lan.send(house, {"phone": {"from": "0987 654 321", "to": "0987 654 322"}}, base=2)
    assert _visit_in_pack(lan, house)["answers"]["phone"] == "0987 654 322"


def test_a_return_reaches_everybody_who_walks_there(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    hoa.send(house, {"house_note": "x"})
    SurveyVisit.objects.update(state=VisitState.RETURNED, comment="Đo lại", reviewed_at=timezone.now())
    third = phone(lan.round, hoa.user)
    told = [_visit_in_pack(one, house) for one in (lan, hoa, third)]
    assert [(one["mine"], one["comment"]) for one in told] == [(True, "Đo lại"), (False, "Đo lại"), (False, "Đo lại")]
    SurveyVisit.objects.update(state=VisitState.REJECTED)
    assert [_visit_in_pack(one, house)["comment"] for one in (lan, hoa)] == ["Đo lại", ""]


def test_what_becomes_asked_for_is_looked_at_then(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant", "phone": "abc", "head_name": "Ba"})
    told = lan.refused(house, {"occupied": {"from": "vacant", "to": "yes"}}, base=1)
    assert [(one["field"], one["code"]) for one in told["faults"]] == [("phone", "phone")]
    hoa.send(house, {"house_note": "x", "occupied": "vacant"})
    assert hoa.send(house, {"occupied": {"from": "vacant", "to": "yes"}}, base=2)["conflicts"] == []
    assert not SurveyConflict.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (MEMBER, "abc"), (MEMBER, 5), (MEMBER, {"name": {"a": 1}}), ("toilet", {"a": 1}), ("water", {"a": 1}),
        ("livelihood", [["a"]]), ("photos", 5), ("position", "x"), ("has_shop", [1]),
    ],
)  # fmt: skip
def test_whatever_an_older_version_kept_can_be_read_by_an_officer(field: str, value: Any) -> None:
    table = rules(1)
    answer_words.in_words(table, field, value)
    answer_words.rows(table, {"occupied": "vacant", field: value})


def test_the_officers_page_opens_whatever_a_visit_holds(lan: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant"})
    poison = {MEMBER: "abc", "toilet": {"a": 1}, "water": {"a": 1}, "livelihood": [["a"]], "head_name": {"a": [1]}}
    SurveyVisit.objects.update(answers={"occupied": "vacant"} | poison)
    officer = Client()
    officer.force_login(factories.user("cb", role=Role.COMMUNE_OFFICER, at=house.commune))
    page = officer.get(f"/survey/desk/visits/{SurveyVisit.objects.get().pk}/")
    assert page.status_code == 200
    assert "abc" in page.content.decode()

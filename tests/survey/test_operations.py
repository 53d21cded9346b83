"""What a phone sends for a house arrives once, is answered by one receipt, and is merged with what others sent."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from households.models import (
    House,
    Household,
    SurveyAssignment,
    SurveyConflict,
    SurveyDevice,
    SurveyOperation,
    SurveyRound,
    SurveySensitive,
    SurveyVisit,
    VisitState,
)
from mapping.access import Role
from mapping.models import AuditEntry, Grant, Unit
from tests import factories
from tests.survey.world import WHOLE, Phone, phone, position, surveyor


def test_what_was_found_becomes_a_visit_and_no_household(lan: Phone, house: House) -> None:
    receipt = lan.send(house, WHOLE, position=position())
    visit = SurveyVisit.objects.get()
    assert (receipt["outcome"], receipt["version"], receipt["visit"]) == ("merged", 1, str(visit.pk))
    assert visit.answers == WHOLE
    assert (visit.state, visit.surveyor, visit.is_new_house) == (VisitState.RECEIVED, lan.user, False)
    assert visit.location.coords == (position()["lng"], position()["lat"])
    assert not Household.objects.exists()
    entry = AuditEntry.objects.get(action="survey.receive")
    assert (entry.subject, entry.row_id) == (house.code, visit.pk)


def test_sent_again_it_gets_the_same_receipt_byte_for_byte(lan: Phone, house: House) -> None:
    body = json.dumps(lan.operation(house, WHOLE, position=position(accuracy_m=5, spread_m=-0.0))).encode()
    first = lan.post(body).content
    lan.send(house, {"house_note": "cổng xanh"}, base=1)
    assert lan.post(body).content == first
    assert lan.post(body).content == first
    assert SurveyOperation.objects.count() == 2
    assert SurveyVisit.objects.get().version == 2


def test_another_body_under_the_same_id_is_refused(lan: Phone, house: House) -> None:
    sent = lan.operation(house, WHOLE)
    assert lan.post(sent).status_code == 200
    answer = lan.post(sent | {"base": 7})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_body")


def test_two_who_change_different_fields_are_merged(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    told = hoa.send(house, {"house_note": "cổng xanh", "occupied": "yes"})
    assert told["outcome"] == "merged"
    assert told["others"] == {"occupied": "yes"}
    assert SurveyVisit.objects.get().answers == WHOLE | {"house_note": "cổng xanh"}


def test_the_same_field_twice_keeps_both_for_an_officer(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    told = hoa.send(house, {"phone": "0987 654 321", "house_note": "cổng xanh"})
    assert (told["outcome"], told["conflicts"], told["version"]) == ("conflict", ["phone"], 2)
    conflict = SurveyConflict.objects.get()
    assert (conflict.field, conflict.held, conflict.sent) == ("phone", "0912 345 678", "0987 654 321")
    assert SurveyVisit.objects.get().answers["phone"] == "0912 345 678"


def test_what_two_said_alike_is_corrected_by_neither_behind_the_others_back(
    lan: Phone, hoa: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    SurveyVisit.objects.update(state=VisitState.APPROVED)
    vouched = hoa.send(house, {"phone": "0912 345 678"})
    assert (vouched["outcome"], vouched["version"], vouched["state"]) == ("merged", 2, "approved")
    told = lan.send(house, {"phone": "0912 345 679"}, base=1)
    assert (told["conflicts"], told["others"], told["state"]) == (["phone"], {"phone": "0912 345 678"}, "received")
    corrected = {"from": "0912 345 678", "to": "0912 345 679"}
    assert lan.send(house, {"phone": corrected}, base=told["version"])["conflicts"] == []


def test_two_places_of_one_house_are_a_conflict(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE, position=position())
    assert hoa.send(house, position=position(lat=19.6712))["conflicts"] == ["position"]
    assert SurveyVisit.objects.get().position["lat"] == position()["lat"]


def test_a_returned_visit_waits_again_and_an_approved_one_only_if_it_changed(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    for state in (VisitState.RETURNED, VisitState.REJECTED, VisitState.APPROVED):
        SurveyVisit.objects.update(state=state)
        assert lan.send(house, {"phone": "0912 345 678"}, base=1)["state"] == state
    assert lan.send(house, {"phone": "0912 345 679"}, base=1)["state"] == "received"
    photo = {"sha256": "a" * 64, "question": "photos", "size": 9}
    for state in (VisitState.RECEIVED, VisitState.REJECTED):
        SurveyVisit.objects.update(state=VisitState.REJECTED)
        assert lan.send(house, {}, base=2, photos=[photo])["state"] == state


def test_what_was_made_before_a_return_by_somebody_else_answers_it_not(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    before = timezone.now().isoformat()
    SurveyVisit.objects.update(state=VisitState.RETURNED, reviewed_at=timezone.now())
    assert hoa.send(house, {"house_note": "x"}, made_at=before)["state"] == "returned"
    assert SurveyVisit.objects.get().answers["house_note"] == "x"
    assert lan.send(house, {"toilet": "none"}, base=1, made_at=before)["state"] == "received"
    SurveyVisit.objects.update(state=VisitState.RETURNED, reviewed_at=timezone.now())
    assert hoa.send(house, {"toilet": "flush"}, made_at=before)["state"] == "received"


def test_what_says_nothing_or_goes_by_other_rules_is_refused(lan: Phone, house: House) -> None:
    nothing = lan.refused(house, {})
    assert (nothing["status"], nothing["faults"][0]["code"]) == (422, "empty")
    assert "không có gì mới" in nothing["error"]
    older = lan.refused(house, WHOLE, rules=0)
    assert (older["status"], older["faults"][0]["field"]) == (422, "rules")
    assert "bản 0" in older["error"]
    assert not SurveyVisit.objects.exists()


def test_a_phone_ahead_of_a_server_brought_back_loses_nothing(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    told = hoa.send(house, {"phone": "0987 654 321", "house_note": "x"}, base=9)
    assert (told["conflicts"], SurveyVisit.objects.get().answers["house_note"]) == (["phone"], "x")


def test_a_new_house_needs_a_place_in_the_commune(lan: Phone) -> None:
    new = uuid.uuid4()
    told = lan.refused(new, WHOLE, is_new=True)
    assert (told["status"], told["code"], told["faults"][0]["field"]) == (422, "faults", "position")
    sea = lan.refused(new, WHOLE, is_new=True, position=position(lng=107.5, lat=18.9))
    assert sea["faults"][0]["code"] == "outside"
    assert "ngoài ranh giới Xã Bình Minh" in sea["faults"][0]["error"]
    assert not SurveyVisit.objects.exists()
    lan.send(new, WHOLE, is_new=True, position=position(lng=105.8112))
    visit = SurveyVisit.objects.get()
    assert visit.is_new_house
    assert [flag["code"] for flag in visit.flags] == ["outside_village"]
    assert lan.send(new, {"house_note": "x"}, is_new=True, base=1)["version"] == 2


@pytest.mark.parametrize(
    ("sent", "is_refused"),
    [
        ({"accuracy_m": 20.1}, True), ({"accuracy_m": 20.1, "reason": "  "}, True), ({"accuracy_m": 20.0}, False),
        ({"accuracy_m": 20.1, "reason": "dưới tán cây"}, False), ({"source": "map", "accuracy_m": None}, False),
        ({"source": "map", "accuracy_m": 35, "measured": {"lng": 105.8, "lat": 19.67}}, True),
    ],
)  # fmt: skip
def test_a_place_that_was_measured_badly_needs_a_reason_also_once_its_pin_was_dragged(
    lan: Phone, house: House, sent: dict[str, Any], is_refused: bool
) -> None:
    if not is_refused:
        lan.send(house, WHOLE, position=position(**sent))
        return
    [fault] = lan.refused(house, WHOLE, position=position(**sent))["faults"]
    assert (fault["field"], fault["code"]) == ("position", "reason")
    assert fault["error"] == "Vị trí sai số hơn 20 m: hãy đo lại, hoặc ghi lý do."
    assert not SurveyVisit.objects.exists()


def test_a_house_that_nobody_knows_or_of_another_village_is_refused(lan: Phone, commune: Unit) -> None:
    assert lan.refused(uuid.uuid4(), WHOLE)["faults"][0]["field"] == "house"
    east = factories.house(commune, 105.815, 19.67, village=factories.village(commune, 2))
    abroad = factories.house(factories.neighbour_commune(), 105.86, 19.67)
    for foreign in (east, abroad):
        assert lan.refused(foreign, WHOLE, is_new=True, position=position())["faults"][0]["code"] == "elsewhere"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"phone": "abc"}, "phone", "phone"),
        ({"head_name": "Ba\u0000"}, "head_name", "signs"),
        ({"head_name": "😀"}, "head_name", "no_letter"),
        ({"head_name": "Ba \ud800"}, "head_name", "signs"),
        ({"head_name": ""}, "head_name", "required"),
        ({"no_such": 1}, "no_such", "unknown"),
        ({"members.\u0000": None}, "members.\u0000", "unknown"),
        ({"occupied": ["yes"]}, "occupied", "choice"),
        ({"shop_name": "x\u0000", "occupied": "vacant"}, "shop_name", "signs"),
        ({"occupied": "vacant", "toilet": {"a": 1}}, "toilet", "kind"),
        ({"occupied": "vacant", "water": {"a": 1}}, "water", "kind"),
        ({"occupied": "vacant", "livelihood": [["a"]]}, "livelihood", "kind"),
        ({"occupied": "vacant", "head_name": {"a": [1]}}, "head_name", "kind"),
        ({"occupied": "vacant", "size": True}, "size", "kind"),
        ({"occupied": "vacant", f"members.{uuid.UUID(int=1)}": "abc"}, f"members.{uuid.UUID(int=1)}", "kind"),
        ({"poverty": "poor"}, "poverty", "not_yours"),
        (
            {f"members.{uuid.UUID(int=1)}": {"name": "Ba", "born_in": 1800}},
            f"members.{uuid.UUID(int=1)}:born_in",
            "year",
        ),
    ],
)
def test_bad_answers_are_named_by_field_and_nothing_is_kept(
    lan: Phone, house: House, changes: dict[str, Any], field: str, code: str
) -> None:
    told = lan.refused(house, WHOLE | changes)
    assert (told["status"], told["code"]) == (422, "faults")
    assert (field, code) in [(one["field"], one["code"]) for one in told["faults"]]
    assert all(one["error"] for one in told["faults"])
    assert not SurveyVisit.objects.exists()
    assert not SurveyOperation.objects.exists()


def test_faults_are_said_in_the_language_asked_for(lan: Phone, house: House) -> None:
    body = lan.operation(house, WHOLE | {"phone": "abc"})
    said = [lan.post(body, **{"accept-language": one}).json()["faults"][0]["error"] for one in ("vi", "en")]
    assert ["không phải số điện thoại" in said[0], "no telephone number" in said[1]] == [True, True]


def test_sixty_members_are_a_household_and_one_removed_comes_back_as_another(lan: Phone, house: House) -> None:
    members = {f"members.{uuid.uuid4()}": {"name": f"Người {n}"} for n in range(60)}
    lan.send(house, WHOLE | members)
    one = next(iter(members))
    lan.send(house, {one: None}, base=1)
    again = f"members.{uuid.uuid4()}"
    assert lan.send(house, {again: {"name": "Người 0"}}, base=2)["version"] == 3
    assert lan.refused(house, {f"members.{uuid.uuid4()}": {"name": "Thêm"}}, base=3)["faults"][0]["code"] == "too_many"


def test_what_each_alone_sent_whole_is_not_held_against_the_second(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    hoa.send(house, {"house_note": "x", "occupied": "yes"}, base=0)
    lan.send(house, {"occupied": {"from": "yes", "to": "vacant"}, "head_name": None}, base=2)
    assert hoa.send(house, {"occupied": "business", "house_note": "y"}, base=2)["conflicts"] == ["occupied"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"[" * 5000, b'{"id": 1}', b"\xff\xfe", b'{"id": "' + b"x" * 300_000 + b'"}'],
    ids=("empty", "cut", "list", "null", "deep", "short", "no text", "long"),
)
def test_what_is_no_operation_is_refused_with_a_sentence(lan: Phone, body: bytes) -> None:
    answer = lan.post(body)
    assert answer.status_code in (400, 413, 422)
    assert answer.json()["error"] and answer.json()["code"]


def test_a_clock_a_year_off_is_taken_and_flagged(lan: Phone, house: House) -> None:
    past = (timezone.now() - datetime.timedelta(days=365)).isoformat()
    lan.send(house, WHOLE, made_at=past)
    assert [flag["code"] for flag in SurveyVisit.objects.get().flags] == ["clock_off"]
    lan.send(house, {"house_note": "x"}, base=1, made_at="0001-01-01T00:00:00", started_at="9999-12-31T23:59:59Z")


def test_another_persons_work_is_not_sent_in_ones_own_name(lan: Phone, hoa: Phone, house: House) -> None:
    assert lan.refused(house, WHOLE, user=hoa.user.pk)["code"] == "other_person"
    sent = hoa.operation(house, WHOLE)
    hoa.post(sent)
    assert lan.post(sent).json()["code"] == "other_person"


def test_a_revoked_phone_sends_nothing_and_another_of_the_person_does(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    SurveyDevice.objects.filter(user=lan.user).update(revoked_at=timezone.now())
    told = lan.refused(house, {"house_note": "x"}, base=1)
    assert (told["status"], told["code"]) == (403, "device_revoked")
    shared = Phone(hoa.user, hoa.round, hoa.village, key=lan.key)
    assert shared.send(house, {"house_note": "x"})["outcome"] == "merged"


def test_an_assignment_that_ended_takes_nothing_more_but_repeats_its_receipts(lan: Phone, house: House) -> None:
    sent = lan.operation(house, WHOLE)
    first = lan.post(sent).content
    SurveyAssignment.objects.update(ended_at=timezone.now())
    told = lan.refused(house, {"house_note": "x"}, base=1)
    assert (told["status"], told["code"]) == (403, "assignment_ended")
    assert "Thôn Đông Hoà" in told["error"]
    assert lan.post(sent).content == first


def test_a_closed_round_takes_nothing_and_one_past_its_last_day_still_does(lan: Phone, house: House) -> None:
    week = datetime.timedelta(days=7)
    today = timezone.localdate()
    SurveyRound.objects.update(starts_on=today - 2 * week, ends_on=today - week)
    lan.send(house, WHOLE)
    SurveyRound.objects.update(closed_at=timezone.now())
    assert lan.refused(house, {"house_note": "x"}, base=1)["code"] == "round_closed"


def test_a_village_that_one_does_not_walk_does_not_exist(lan: Phone, house: House, commune: Unit) -> None:
    assert lan.refused(house, WHOLE, village=factories.village(commune, 2).code)["status"] == 404
    assert lan.refused(house, WHOLE, round=str(uuid.uuid4()))["status"] == 404
    Grant.objects.filter(user=lan.user).delete()
    assert lan.refused(house, WHOLE)["status"] == 403


def test_nobody_signed_in_is_told_to_sign_in(lan: Phone, house: House) -> None:
    sent = lan.operation(house, WHOLE)
    lan.client.logout()
    answer = lan.post(sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


def test_sensitive_answers_stay_behind_their_wall(survey: SurveyRound, lan: Phone, house: House) -> None:
    officers = [surveyor(survey, name, role=Role.COMMUNE_OFFICER) for name in ("cb1", "cb2")]
    one, two = (phone(survey, officer) for officer in officers)
    one.send(house, WHOLE | {"poverty": "poor"})
    assert lan.send(house, {"occupied": "yes", "house_note": "x"})["others"] == {"occupied": "yes"}
    for tried in ("neither", None, {"from": "poor", "to": None}):
        assert lan.refused(house, {"poverty": tried}, base=2)["faults"][0]["code"] == "not_yours"
    assert SurveyVisit.objects.get().version == 2
    told = two.send(house, {"poverty": {"from": None, "to": "near_poor"}}, base=2)
    assert (told["conflicts"], "poverty" in told["others"]) == (["poverty"], False)
    assert two.send(house, {"poverty": {"from": "poor", "to": "neither"}}, base=2)["conflicts"] == []
    kept = SurveySensitive.objects.get()
    assert kept.answers == {"poverty": "neither"}
    assert list(kept.clashes.values()) == [{"poverty": ["poor", "near_poor"]}]
    conflict = SurveyConflict.objects.get()
    assert (conflict.held, conflict.sent) == (None, None)
    open_rows = [*SurveyVisit.objects.values(), *SurveyOperation.objects.values(), *SurveyConflict.objects.values()]
    assert "poor" not in repr(open_rows)


def test_a_phone_is_named_and_named_again(lan: Phone) -> None:
    def named(name: str) -> Any:
        body = {"key": lan.key, "name": name}
        return lan.client.post("/api/survey/devices", body, content_type="application/json")

    assert named("Máy của\u0000 Ba").json() == {"key": lan.key, "name": "Máy của Ba"}
    assert named("Máy mới").json()["name"] == "Máy mới"
    assert SurveyDevice.objects.get().name == "Máy mới"
    assert AuditEntry.objects.filter(action="survey.device").count() == 1


def test_the_digest_is_of_the_bytes_that_came(lan: Phone, house: House) -> None:
    body = json.dumps(lan.operation(house, WHOLE), ensure_ascii=False, indent=2).encode()
    assert lan.post(body).json()["receipt"]["digest"] == hashlib.sha256(body).hexdigest()

"""Somebody who means harm, signed in as a surveyor of one village: foreign stays foreign, and nothing breaks."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import (
    House,
    SurveyConflict,
    SurveyDevice,
    SurveyOperation,
    SurveyPhoto,
    SurveyRound,
    SurveyVisit,
)
from mapping import rate_limits
from mapping.access import Role
from mapping.models import AuditEntry, Unit
from tests import factories
from tests.survey.pack_world import read
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WHOLE, Phone, phone, position, round_in, surveyor


@pytest.fixture
def east(commune: Unit) -> House:
    """A house of the other village."""
    return factories.house(commune, 105.815, 19.67, village=factories.village(commune, 2), number="7")


@pytest.fixture
def far(survey: SurveyRound) -> Phone:
    """A phone of the other village."""
    return phone(survey, surveyor(survey, "xa", village=2), village=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"photos": [{"sha256": "a" * 64, "question": "ph\u0000otos", "size": 9}]},
        {"photos": [{"sha256": "a" * 64, "question": "\ud800", "size": 9}]},
        {"photos": [{"sha256": "a" * 64, "question": "head_name", "size": 9}]},
        {"changes": {"size": {"from": None, "to": 10**400}}},
        {"changes": {"size": {"from": -(10**400), "to": 4}}},
        {"changes": {"note": {"from": None, "to": {"a": [[[[[[1]]]]]]}}}},
        {"changes": {"note": {"from": {"\u0000": 1}, "to": "x"}}},
        {"changes": {"\ud800": {"from": None, "to": "x"}}},
        {"changes": {"members.x" + "y" * 300: {"from": None, "to": {}}}},
        {"position": position(lat=91)},
        {"position": position(lng=-181)},
        {"position": position(lat=360, lng=360)},
        {"position": position(measured={"lng": 360, "lat": -360})},
        {"position": position(reason="\u0000\ud800")},
        {"user": 10**30},
        {"made_at": 10**18},
        {"village": "'; --"},
    ],
    ids=lambda fields: json.dumps(fields)[:60],
)
def test_what_no_database_could_keep_breaks_nothing(lan: Phone, house: House, fields: dict[str, Any]) -> None:
    given = {"position": position()} | fields
    changes = WHOLE | given.pop("changes", {})
    answer = lan.post(lan.operation(house, changes, **given))
    assert answer.status_code in (200, 403, 404, 422), answer.content
    if answer.status_code != 200:
        assert answer.json()["error"]
        assert not SurveyVisit.objects.exists()


@pytest.mark.parametrize("place", [(105.8, 91), (-179, 19.67), (360, 360), (0, 0), (105.8, -90)])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_place_off_the_map_is_refused_where_no_outline_says_so(
    lan: Phone, house: House, commune: Unit, place: tuple[float, float], is_new: bool
) -> None:
    Unit.objects.filter(parent=commune).update(outline=None)
    Unit.objects.filter(pk=commune.pk).update(outline=None)
    told = lan.refused(
        uuid.uuid4() if is_new else house, WHOLE, is_new=is_new, position=position(lng=place[0], lat=place[1])
    )
    assert (told["status"], told["code"]) == (422, "faults")
    assert told["faults"][0]["field"] == "position"


def test_an_operation_under_another_persons_id_is_refused_and_tells_nothing(
    lan: Phone, far: Phone, house: House, east: House
) -> None:
    theirs = lan.operation(house, WHOLE)
    lan.post(theirs)
    answer = far.post(far.operation(east, WHOLE, id=theirs["id"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "other_body")
    assert "Lê Văn Ba" not in answer.content.decode()
    assert SurveyOperation.objects.count() == 1


def test_a_house_that_moved_after_it_was_visited_takes_its_visit_along(
    lan: Phone, far: Phone, house: House, commune: Unit
) -> None:
    lan.send(house, WHOLE)
    House.objects.filter(pk=house.pk).update(village=factories.village(commune, 2))
    assert far.send(house, WHOLE)["outcome"] == "merged"
    assert SurveyVisit.objects.get().village == factories.village(commune, 2)


def test_photos_hang_on_no_house_of_another_village(lan: Phone, east: House) -> None:
    upload = Upload(lan, east, picture(60, 50), village=lan.village)
    assert lan.client.head(upload.address, query_params=upload.where).status_code == 404
    assert upload.put(0, upload.content).status_code == 404
    assert not SurveyPhoto.objects.exists()


def test_nobody_fills_the_disk_with_photos_of_one_house(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    answers = [Upload(lan, house, picture(40, 40, seed=seed)).put(0, b"x") for seed in range(45)]
    assert answers[0].status_code == 200
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (422, "too_many_photos")
    assert SurveyPhoto.objects.count() <= 40


def test_photos_answer_only_questions_about_photos(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(40, 40))
    assert upload.put(0, b"x", question="head_name").status_code == 422
    assert not SurveyPhoto.objects.exists()


def test_a_revoked_phone_takes_nothing_along_under_another_id(lan: Phone, house: House) -> None:
    def named(key: str) -> int:
        body = {"key": key, "name": "Máy"}
        return int(lan.client.post("/api/survey/devices", body, content_type="application/json").status_code)

    where = {"round": str(lan.round.pk), "village": lan.village}
    assert named(lan.key) == 200
    SurveyDevice.objects.update(revoked_at=timezone.now())
    other = Phone(lan.user, lan.round, lan.village, client=lan.client)
    assert lan.client.get("/api/survey/pack", where).json()["code"] == "device_revoked"
    assert lan.client.get("/api/survey/changes", where | {"cursor": "1-1"}).json()["code"] == "device_revoked"
    assert other.refused(house, WHOLE)["code"] == "device_revoked"
    assert Upload(other, house, picture(40, 40)).put(0, b"x").json()["code"] == "device_revoked"
    anew = Phone(lan.user, lan.round, lan.village)
    anew.send(house, WHOLE)
    assert anew.client.get("/api/survey/pack", where).status_code == 200


def test_what_is_foreign_and_what_does_not_exist_are_told_alike(lan: Phone, house: House, commune: Unit) -> None:
    abroad = factories.neighbour_commune()
    theirs = round_in(abroad, name="Đợt của xã bên")
    there = factories.house(abroad, 105.86, 19.67)
    unknown = {"round": str(uuid.uuid4()), "village": lan.village}
    foreign = {"round": str(theirs.pk), "village": lan.village}
    for path in ("pack", "changes"):
        told = [lan.client.get(f"/api/survey/{path}", one | {"cursor": "1-1"}) for one in (unknown, foreign)]
        assert [answer.status_code for answer in told] == [404, 404]
        assert told[0].content == told[1].content
    sent = [lan.post(lan.operation(house, WHOLE, **one)) for one in (unknown, foreign)]
    assert (sent[0].status_code, sent[0].content) == (404, sent[1].content)
    for at in (uuid.uuid4(), there):
        upload = Upload(lan, at, picture(40, 40), round=str(theirs.pk), village=lan.village)
        assert upload.put(0, b"x").content == sent[0].content
        assert lan.client.head(upload.address, query_params=upload.where).status_code == 404


def test_sensitive_answers_leave_by_no_other_way(
    survey: SurveyRound, lan: Phone, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    officer = phone(survey, surveyor(survey, "canbo", role=Role.COMMUNE_OFFICER))
    secrets = {"poverty": "near_poor", "policy": ["wounded", "disabled"]}
    with caplog.at_level(logging.DEBUG):
        officer.send(house, WHOLE | secrets)
        told = officer.refused(house, {"policy": ["wounded", "no such"], "poverty": "near_poor"}, base=1)
        receipt = lan.send(house, {"house_note": "x", "occupied": "yes"})
    where = {"round": str(survey.pk), "village": lan.village}
    packs = [read(lan.client, "pack", **where), read(lan.client, "changes", cursor="1-1", **where)]
    exported = officer.client.get("/houses/export.csv")
    trail = list(AuditEntry.objects.values())
    open_ = [list(model.objects.values()) for model in (SurveyVisit, SurveyOperation, SurveyConflict)]
    everywhere = [told, receipt, [pack["visits"] for pack in packs], b"".join(exported), trail, open_, caplog.text]
    for secret in ("near_poor", "wounded", "disabled"):
        for place in everywhere:
            assert secret not in repr(place), place
    (own,) = read(officer.client, "pack", **where)["visits"]
    assert "near_poor" in repr(own)


def test_a_program_that_takes_villages_along_again_and_again_has_to_wait(lan: Phone, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"survey_packs": (0.001, 3)}
    rate_limits.forget()
    where = {"round": str(lan.round.pk), "village": lan.village}
    told = [lan.client.get("/api/survey/pack", where) for _ in range(4)]
    rate_limits.forget()
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert told[-1].json()["error"]


@pytest.mark.parametrize("size", [300_000, 6_000_000])
def test_a_body_without_end_is_not_read(lan: Phone, house: House, size: int) -> None:
    body = lan.operation(house, WHOLE)
    answer = lan.post(json.dumps(body).encode() + b" " * size)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")
    assert not SurveyVisit.objects.exists()


def test_what_nobody_asks_for_is_kept_within_bounds(lan: Phone, house: House) -> None:
    vacant = {"occupied": "vacant"}
    told = lan.refused(house, vacant | {"note": ["x" * 3_000] * 3})
    assert [one["field"] for one in told["faults"]] == ["note"]
    some = {f"members.{uuid.uuid4()}": {"name": "Ba"} for _ in range(60)}
    lan.send(house, vacant | some)
    told = lan.refused(house, {f"members.{uuid.uuid4()}": {"name": "Tư"}}, base=1)
    assert [(one["field"], one["code"]) for one in told["faults"]] == [("members.", "too_many")]


def test_a_field_whose_name_has_no_end_is_none(lan: Phone, house: House) -> None:
    name = "members." + "x" * 300
    told = lan.refused(house, {"occupied": "vacant", name: {"name": "Ba"}})
    assert [(one["field"], one["code"]) for one in told["faults"]] == [(name, "unknown")]


def test_another_site_sends_nothing_in_the_name_of_whoever_is_signed_in(lan: Phone, house: House) -> None:
    lan.client = Client(enforce_csrf_checks=True)
    lan.client.force_login(lan.user)
    answers = [lan.post(lan.operation(house, WHOLE)), Upload(lan, house, picture(40, 40)).put(0, b"x")]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "csrf")] * 2
    token = lan.client.get("/api/survey/me").json()["csrf"]
    assert lan.post(lan.operation(house, WHOLE), **{"x-csrftoken": token}).status_code == 200

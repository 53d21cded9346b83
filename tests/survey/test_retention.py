"""What a survey found out about people goes a year after its round, or when its household asks for that."""

from __future__ import annotations

import datetime
import importlib
import json
import re
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from households.models import (
    House,
    HousePhoto,
    SurveyConflict,
    SurveyOperation,
    SurveyPhoto,
    SurveyRound,
    SurveySensitive,
    SurveyVisit,
)  # fmt: skip
from households.survey import retaining
from mapping import files, wall
from mapping.access import Role
from mapping.models import StoredFile
from tests import factories
from tests.security.test_audit_redaction import as_owner
from tests.survey import pack_world
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WHOLE, Phone, phone, position, round_in, surveyor

NAME = WHOLE["head_name"]
YEAR = datetime.timedelta(days=366)


@pytest.fixture
def lan(survey: SurveyRound, house: House) -> Phone:
    """A phone that has sent a visit with all there can be, after which another one met it."""
    ba = phone(survey, surveyor(survey, "ba"))
    ba.send(house, WHOLE | {"house_note": "ghi chú"}, position=position(), photos=[])
    officer = phone(survey, surveyor(survey, "canbo", role=Role.COMMUNE_OFFICER))
    officer.send(house, {"poverty": "poor", "phone": "0987 654 321", "occupied": "yes"})
    for seed in (1, 2):
        Upload(ba, house, picture(60, 40, seed=seed)).send()
    SurveyVisit.objects.update(comment="Hỏi lại ông Ba")
    return ba


def over(survey: SurveyRound, *, is_closed: bool, days: int = 366) -> None:
    """The round ended so many days ago."""
    then = timezone.now() - datetime.timedelta(days=days)
    day = timezone.localdate(then)
    SurveyRound.objects.filter(pk=survey.pk).update(
        starts_on=day - datetime.timedelta(days=30), ends_on=day, closed_at=then if is_closed else None
    )


def held() -> str:
    """Everything of people that the survey's tables hold, without ids and digests: any digits may stand in those."""
    visits = SurveyVisit.objects.values_list("answers", "position", "location", "comment", "flags")
    operations = SurveyOperation.objects.values_list("changes", "receipt")
    conflicts = SurveyConflict.objects.exclude(held=None, sent=None).values_list("held", "sent")
    sensitive = SurveySensitive.objects.values_list("answers")
    whole = repr([list(visits), list(operations), list(conflicts), list(sensitive)])
    return re.sub(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", whole)


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_year_after_its_round_nothing_of_people_is_left(lan: Phone, survey: SurveyRound, is_closed: bool) -> None:
    in_the_register, of_the_round = SurveyPhoto.objects.order_by("created_at")
    HousePhoto.objects.create(house=House.objects.get(), file=in_the_register.file)
    over(survey, is_closed=is_closed, days=364)
    assert retaining.empty_past_retention() == 0
    assert NAME in held()

    over(survey, is_closed=is_closed)
    assert retaining.empty_past_retention() == 1

    for trace in (NAME, "0912", "0987", "poor", "ghi chú", "105.8", "Hỏi lại"):
        assert trace not in held(), trace
    visit = SurveyVisit.objects.get()
    assert (visit.surveyor, visit.version, SurveyOperation.objects.count()) == (lan.user, 2, 2)
    gone = files.remove_expired()
    assert [one.pk for one in gone] == [of_the_round.file_id]
    assert not files.path_of_hash(of_the_round.file.sha256).exists()
    assert files.path_of(in_the_register.file).exists()
    assert retaining.empty_past_retention() == 0


def test_what_is_kept_no_longer_was_emptied_by_nobody(lan: Phone, house: House, survey: SurveyRound) -> None:
    """No form shows it so, and what is sent anew is taken."""
    retaining.empty([SurveyVisit.objects.get()])
    told = pack_world.read(lan.client, "pack", round=survey.pk, village=lan.village)
    (row,) = pack_world.rows(told, "visits")
    assert (row["answers"], row["version"]) == ({}, 2)
    assert lan.send(house, WHOLE | {"number": {"from": "12", "to": "14"}}, base=2)["outcome"] == "merged"


def test_visits_that_were_emptied_before_say_no_more_what_there_was(lan: Phone, house: House) -> None:
    of_fields = SurveyVisit.objects.get().field_versions
    retaining.empty([SurveyVisit.objects.get()])
    SurveyVisit.objects.update(field_versions=of_fields)
    other = factories.house(house.commune, village=house.village)
    lan.send(other, {"occupied": "vacant", "number": {"from": "1", "to": None}})
    empty_of_fields = importlib.import_module("households.migrations.0053_visits_of_a_surveyor").empty_of_fields
    empty_of_fields(None, None)
    assert SurveyVisit.objects.get(house_id=house.pk).field_versions == {}
    assert set(SurveyVisit.objects.get(house_id=other.pk).field_versions) == {"occupied", "number"}


def test_a_phone_that_comes_late_still_gets_its_receipt(lan: Phone, house: House, survey: SurveyRound) -> None:
    body = json.dumps(lan.operation(house, {"phone": "0912 345 600"}, base=1)).encode()
    first = lan.post(body).json()["receipt"]
    over(survey, is_closed=False)
    retaining.empty_past_retention()
    again = lan.post(body).json()["receipt"]
    assert [again[key] for key in ("operation", "digest", "visit", "version")] == [
        first[key] for key in ("operation", "digest", "visit", "version")
    ]


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_and_does_it(lan: Phone, survey: SurveyRound) -> None:
    over(survey, is_closed=True)
    for options, left in ((["--dry-run"], True), ([], False)):
        out = StringIO()
        with as_owner():
            call_command("apply_retention", *options, stdout=out)
        assert "Trả lời của 1 đợt điều tra" in out.getvalue()
        with wall.acting_as_system("test"), transaction.atomic():
            assert (NAME in held()) is left


@pytest.mark.django_db(transaction=True)
def test_a_household_that_asks_is_emptied_out_of_its_visits_too(lan: Phone, house: House, survey: SurveyRound) -> None:
    later = round_in(survey.commune, name="Đợt 2")
    other = phone(later, lan.user)
    with wall.acting_as_system("test"), transaction.atomic():
        later.assignments.create(surveyor=lan.user, village=house.village)
    other.send(house, WHOLE | {"head_name": "Phạm Thị Tư"})
    with wall.acting_as_system("test"), transaction.atomic():
        household = factories.household(house, "Lê văn  Ba")
        household_id: uuid.UUID = household.pk
        household.delete()
    out = StringIO()
    with as_owner():
        call_command("redact_household", str(household_id), why="Đơn ngày 3/12", stdout=out)
    assert "1 lần điều tra nêu tên chủ hộ" in out.getvalue()
    assert "còn có thể chứa hộ này: Đợt 2" in out.getvalue()
    with wall.acting_as_system("test"), transaction.atomic():
        assert (NAME in held(), "Phạm Thị Tư" in held()) == (False, True)
        assert StoredFile.objects.filter(kept_until__isnull=False).count() == 2

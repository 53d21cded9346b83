"""What surveyors found out about people is seen where people are seen, in the database itself."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from households.models import SurveyConflict, SurveyOperation, SurveyPhoto, SurveySensitive, SurveyVisit
from mapping import wall
from mapping.access import Role
from mapping.models import Unit
from tests import factories
from tests.survey.world import WEST, WHOLE, phone, round_in, surveyor

PHOTO = {"sha256": "a" * 64, "question": "photos", "size": 9}
TABLES = (SurveyVisit, SurveyOperation, SurveyConflict, SurveyPhoto)
SEES = {
    Role.VIEWER: False, Role.AGRONOMIST: False, Role.SURVEYOR: True, Role.VILLAGE_HEAD: True,
    Role.COMMUNE_OFFICER: True, Role.PROVINCE_OFFICER: True,
}  # fmt: skip


@pytest.fixture
def surveyed(commune: Unit) -> Unit:
    """One visit with an answer of each kind, a conflict and an announced photo."""
    survey = round_in(commune)
    house = factories.house(commune, *WEST, village=factories.village(commune))
    officer = phone(survey, surveyor(survey, "canbo", role=Role.COMMUNE_OFFICER))
    officer.send(house, WHOLE | {"poverty": "poor"}, photos=[PHOTO])
    phone(survey, surveyor(survey, "ba")).send(house, {"phone": "0999 999 999"})
    return commune


def place_of(role: Role, commune: Unit) -> Unit:
    if role is Role.PROVINCE_OFFICER:
        assert commune.parent is not None
        return commune.parent
    return factories.village(commune) if role in (Role.SURVEYOR, Role.VILLAGE_HEAD) else commune


@pytest.mark.parametrize("role", SEES)
def test_each_role_sees_what_it_may_without_any_filter(surveyed: Unit, role: Role) -> None:
    person = factories.user("ai", role=role, at=place_of(role, surveyed))
    with wall.acting(person), transaction.atomic():
        assert [table.objects.exists() for table in TABLES] == [SEES[role]] * 4
        assert SurveySensitive.objects.exists() == (role in (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER))


@pytest.mark.parametrize("role", SEES)
def test_nobody_sees_what_lies_elsewhere(surveyed: Unit, role: Role) -> None:
    if role is Role.PROVINCE_OFFICER:
        other = factories.province("40", "Thử Nghiệm Hai")
    elif role in (Role.SURVEYOR, Role.VILLAGE_HEAD):
        other = factories.village(surveyed, 2)
    else:
        other = factories.neighbour_commune()
    person = factories.user("ai", role=role, at=other)
    with wall.acting(person), transaction.atomic():
        assert not any(table.objects.exists() for table in (*TABLES, SurveySensitive))
        assert SurveyVisit.objects.update(comment="x") == 0


def test_a_surveyor_writes_no_visit_of_another_village_and_no_sensitive_row(surveyed: Unit) -> None:
    person = factories.user("cuc", role=Role.SURVEYOR, at=factories.village(surveyed, 2))
    visit = SurveyVisit.objects.get()
    with wall.acting(person), transaction.atomic():
        visit.pk, visit.house_id = None, visit.pk
        with pytest.raises(DatabaseError), transaction.atomic():
            SurveyVisit.objects.bulk_create([SurveyVisit(
                round=visit.round, house_id=visit.house_id, commune=visit.commune, village=visit.village,
                surveyor=person,
            )])  # fmt: skip
    own = factories.user("dao", role=Role.SURVEYOR, at=factories.village(surveyed, 1))
    kept = SurveyVisit.objects.get()
    with wall.acting(own), transaction.atomic(), pytest.raises(DatabaseError), transaction.atomic():
        SurveySensitive.objects.create(visit=kept, commune=kept.commune, village=kept.village, answers={"poverty": "x"})


def test_who_lost_the_village_sends_no_more_and_sees_no_more(surveyed: Unit) -> None:
    with wall.acting(factories.user("moi")), transaction.atomic():
        assert not any(table.objects.exists() for table in (*TABLES, SurveySensitive))

"""What cannot simply be taken back is asked about first, with what still lies on phones."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from households.models import SurveyAssignment, SurveyDevice, SurveyRound
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Unit:
    return factories.village(factories.commune())


@pytest.fixture
def officer(village: Unit) -> Client:
    return world.client_of(factories.user("lan", "Mai Thị Lan", officer_of=village.parent))


@pytest.fixture
def survey_round(village: Unit) -> SurveyRound:
    return world.survey_round(village.parent)


def _page(officer: Client, survey_round: SurveyRound) -> str:
    return officer.get(f"/survey/desk/rounds/{survey_round.pk}/").content.decode()


def test_closing_and_taking_off_say_how_much_lies_unsent(
    village: Unit, officer: Client, survey_round: SurveyRound
) -> None:
    quy = world.surveyor(village, survey_round)
    tu = world.surveyor(village, survey_round, "tu", "Hồ Văn Tư")
    for unsent, user, fields in (
        (3, quy, {}), (4, quy, {}), (2, tu, {}), (50, tu, {"revoked_at": survey_round.created_at}),
    ):  # fmt: skip
        SurveyDevice.objects.create(key=uuid.uuid4(), user=user, unsent=unsent, **fields)

    page = _page(officer, survey_round)

    assert page.count("Điện thoại báo còn 7 nhà và ảnh chưa gửi.") == 1
    assert page.count("Điện thoại báo còn 2 nhà và ảnh chưa gửi.") == 1
    assert page.count("Điện thoại báo còn 9 nhà và ảnh chưa gửi.") == 1
    closing = page.partition("<summary>Đóng đợt</summary>")[2].partition("</details>")[0]
    assert "9 nhà và ảnh" in closing
    assert "/close/" in closing


def test_phones_that_never_said_and_phones_without_anything(
    village: Unit, officer: Client, survey_round: SurveyRound
) -> None:
    user = world.surveyor(village, survey_round)
    assert "không điện thoại nào còn gì chưa gửi" in _page(officer, survey_round)
    SurveyDevice.objects.create(key=uuid.uuid4(), user=user)
    assert "Có điện thoại chưa từng báo" in _page(officer, survey_round)
    SurveyDevice.objects.create(key=uuid.uuid4(), user=user, unsent=3)
    both = "Điện thoại báo còn 3 nhà và ảnh chưa gửi. Có điện thoại chưa từng báo còn gì chưa gửi."
    assert both in _page(officer, survey_round)
    SurveyAssignment.objects.update(ended_at=survey_round.created_at)
    assert "Có điện thoại chưa từng báo" not in _page(officer, survey_round)


def test_the_chosen_tab_is_marked(village: Unit, officer: Client, survey_round: SurveyRound) -> None:
    listed = officer.get(f"/survey/desk/rounds/{survey_round.pk}/visits/?state=returned").content.decode()
    tabs = listed.partition("survey-tabs")[2].partition("</nav>")[0]
    assert '?state=returned" aria-current="page"' in tabs
    assert tabs.count("aria-current") == 1

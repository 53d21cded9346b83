"""Rows of tests/test_urls.py for what phones read and for the desk of the survey: url name → row.

Import what is needed from `tests.url_words`. Phones are answered for villages that one was assigned to; nobody is here.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import transaction

from households.models import (
    House,
    HousePhoto,
    SurveyAssignment,
    SurveyConflict,
    SurveyDevice,
    SurveyOperation,
    SurveyPhoto,
    SurveyRound,
    SurveyVisit,
)
from mapping import wall
from tests.url_words import (
    ABSENT,
    SIGNED_IN,
    SIGNED_IN_BUT_ABSENT,
    WHO_EDITS,
    Row,
    at_house,
    get,
    of_commune,
    post,
    somewhere,
)
from tests.url_world import World

_QUERY = f"?round={uuid.UUID(int=7)}&village=99001-01"
_OFFICERS = ("officer", "province_officer")
WHO_RUNS = of_commune(*_OFFICERS)
# Officers elsewhere run surveys too; of this phone they know nothing.
WHO_RUNS_PHONES = somewhere(*_OFFICERS) | {f"{role} elsewhere": ABSENT for role in _OFFICERS}
AT_HOUSE_PEOPLE = at_house("surveyor", "village_head", *_OFFICERS)
# The wall hides visits from whoever sees no people, so that for them there are none.
WHO_REVIEWS = WHO_RUNS | dict.fromkeys(("viewer", "agronomist"), ABSENT)


def _round(w: World) -> SurveyRound:
    today = datetime.date(2026, 8, 1)
    days = {"starts_on": today, "ends_on": today, "rules_version": 1}
    return SurveyRound.objects.get_or_create(commune=w.commune, name="Đợt", defaults=days)[0]


def _assignment(w: World) -> SurveyAssignment:
    village = House.objects.get(code=w.code).village
    return SurveyAssignment.objects.get_or_create(round=_round(w), surveyor=w.colleague, village=village)[0]


def _of_visit(w: World) -> dict[str, Any]:
    house = House.objects.get(code=w.code)
    return {"commune": w.commune, "village": house.village}


def _visit(w: World) -> SurveyVisit:
    with transaction.atomic(), wall.acting_as_system("test"):
        house = House.objects.get(code=w.code)
        defaults = _of_visit(w) | {"surveyor": w.colleague}
        return SurveyVisit.objects.get_or_create(round=_round(w), house_id=house.pk, defaults=defaults)[0]


def _conflict(w: World) -> SurveyConflict:
    visit = _visit(w)
    with transaction.atomic(), wall.acting_as_system("test"):
        device = SurveyDevice.objects.get_or_create(key=uuid.UUID(int=8), user=w.colleague)[0]
        made = {"visit": visit, "user": w.colleague, "device": device, "base": 0} | _of_visit(w)
        operation = SurveyOperation.objects.get_or_create(id=uuid.UUID(int=9), defaults=made)[0]
        defaults = {"visit": visit} | _of_visit(w)
        return SurveyConflict.objects.get_or_create(operation=operation, field="note", defaults=defaults)[0]


def _photo(w: World) -> SurveyPhoto:
    with transaction.atomic(), wall.acting_as_system("test"):
        house = House.objects.get(code=w.code)
        defaults = _of_visit(w) | {"question": "photos", "size": 1, "file": w.file, "user": w.colleague}
        return SurveyPhoto.objects.get_or_create(
            round=_round(w), house_id=house.pk, sha256="a" * 64, defaults=defaults
        )[0]  # fmt: skip


def _house_photo(w: World) -> HousePhoto:
    with transaction.atomic(), wall.acting_as_system("test"):
        return HousePhoto.objects.get_or_create(house=House.objects.get(code=w.code), file=w.file)[0]


def _phone(w: World) -> SurveyDevice:
    _assignment(w)
    return SurveyDevice.objects.get_or_create(key=uuid.UUID(int=8), user=w.colleague)[0]


ROWS: dict[str, Row] = {
    "api_survey_me": get(lambda w: "/api/survey/me", SIGNED_IN),
    "api_survey_pack": get(lambda w: f"/api/survey/pack{_QUERY}", SIGNED_IN_BUT_ABSENT),
    "api_survey_changes": get(lambda w: f"/api/survey/changes{_QUERY}&cursor=1-1", SIGNED_IN_BUT_ABSENT),
    "survey_rounds": get(lambda w: "/survey/desk/", somewhere(*_OFFICERS)),
    "survey_round": get(lambda w: f"/survey/desk/rounds/{_round(w).pk}/", WHO_RUNS),
    "survey_round_map": get(lambda w: f"/survey/desk/rounds/{_round(w).pk}/map.json", WHO_RUNS),
    "assign_survey": get(lambda w: f"/survey/desk/rounds/{_round(w).pk}/assign/", WHO_RUNS),
    "amend_survey_assignment": get(lambda w: f"/survey/desk/assignments/{_assignment(w).pk}/", WHO_RUNS),
    "reschedule_survey_round": post(lambda w: f"/survey/desk/rounds/{_round(w).pk}/last-day/", WHO_RUNS),
    "close_survey_round": post(lambda w: f"/survey/desk/rounds/{_round(w).pk}/close/", WHO_RUNS),
    "end_survey_assignment": post(lambda w: f"/survey/desk/assignments/{_assignment(w).pk}/end/", WHO_RUNS),
    "survey_visits": get(lambda w: f"/survey/desk/rounds/{_round(w).pk}/visits/", WHO_RUNS),
    "survey_visit": get(lambda w: f"/survey/desk/visits/{_visit(w).pk}/", WHO_REVIEWS),
    "review_survey_visit": post(lambda w: f"/survey/desk/visits/{_visit(w).pk}/review/", WHO_REVIEWS),
    "settle_survey_conflict": post(lambda w: f"/survey/desk/conflicts/{_conflict(w).pk}/settle/", WHO_REVIEWS),
    "take_late_survey_photos": post(lambda w: f"/survey/desk/visits/{_visit(w).pk}/photos/", WHO_REVIEWS),
    "survey_phones": get(lambda w: "/survey/desk/phones/", somewhere(*_OFFICERS)),
    "revoke_survey_phone": post(lambda w: f"/survey/desk/phones/{_phone(w).pk}/revoke/", WHO_RUNS_PHONES),
    "let_survey_phone": post(lambda w: f"/survey/desk/phones/{_phone(w).pk}/let/", WHO_RUNS_PHONES),
    "house_photo": get(lambda w: f"/houses/{w.code}/photos/{_house_photo(w).pk}/", AT_HOUSE_PEOPLE),
    "remove_house_photo": post(lambda w: f"/houses/{w.code}/photos/{_house_photo(w).pk}/remove/", WHO_EDITS),
    "survey_visit_photo": get(lambda w: f"/survey/desk/photos/{_photo(w).pk}/", WHO_REVIEWS),
}

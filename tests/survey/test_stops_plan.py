"""Where a surveyor was before and after a visit is found by the time: a long round makes no submission slower."""

from __future__ import annotations

import datetime
import json
import os
import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone

from households.models import SurveyVisit
from households.survey.surroundings import _AROUND
from tests import factories
from tests.survey.world import WEST, Phone, position

VISITS = int(os.environ.get("SURVEY_VISITS", "2000"))


def read_by(plan: dict[str, Any], index: str) -> list[float]:
    """Rows that each scan of an index gave, filtered ones among them."""
    own = [plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)] if plan.get("Index Name") == index else []
    return own + [rows for part in plan.get("Plans", []) for rows in read_by(part, index)]


@pytest.mark.django_db
def test_of_two_thousand_visits_of_a_surveyor_a_handful_is_read(lan: Phone) -> None:
    now, village = timezone.now(), factories.village(lan.round.commune)
    with transaction.atomic():
        SurveyVisit.objects.bulk_create(
            SurveyVisit(
                round=lan.round, house_id=uuid.uuid4(), commune=lan.round.commune, village=village, surveyor=lan.user,
                position=position(), location=Point(WEST[0] + number / 1e5, WEST[1] + number / 1e6, srid=4326),
                started_at=now - number * datetime.timedelta(minutes=9),
                ended_at=now - (number * 9 - 7) * datetime.timedelta(minutes=1),
            )
            for number in range(VISITS)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE households_surveyvisit")
        given = {
            "west": 105.0, "south": 19.0, "east": 105.001, "north": 19.001, "house": uuid.uuid4(),
            "commune": lan.round.commune.pk, "round": lan.round.pk, "user": lan.user.pk,
            "ended_at": now - datetime.timedelta(days=3),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {_AROUND}", given)
            (plan,) = cursor.fetchone()[0]
            if os.environ.get("SURVEY_EXPLAIN"):
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {_AROUND}", given)
                print("\n".join(row[0] for row in cursor.fetchall()))
    assert read_by(plan["Plan"], "survey_visit_of_surveyor") == [4, 2], json.dumps(plan)

"""What left a village is found by the village: how long a commune's history is makes no difference to a phone."""

from __future__ import annotations

import json
import os

import pytest
from django.db import connection, transaction

from households.models import House, HouseEvent
from households.survey.changes_since import Cursor, cursor_now, left_since
from mapping import wall
from mapping.models import Unit
from tests import factories

TIMES = int(os.environ.get("SURVEY_EVENTS", "2000")) // 200


@pytest.mark.django_db
def test_a_long_history_of_other_villages_is_not_read(commune: Unit) -> None:
    here, there = (factories.village(commune, number) for number in (1, 2))
    for number in range(200):
        factories.house(commune, village=there, number=str(number))
    moved = factories.house(commune, village=here, number="1")
    with wall.acting_as_system("test"), transaction.atomic():
        for turn in range(TIMES):
            House.objects.filter(village=there).update(note=str(turn))
        House.objects.filter(pk=moved.pk).update(village=there)
        now = cursor_now()
        since = Cursor(now.table, 3)
        assert left_since(since, HouseEvent, here.pk, []) == [str(moved.pk)]
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (FORMAT JSON) SELECT DISTINCT pgh_obj_id FROM households_houseevent WHERE pgh_village_id = %s "
                "AND pgh_label IN ('update', 'delete') AND age(xmin) <= age((%s::text)::xid8::xid)",
                [here.pk, "3"],
            )
            plan = json.dumps(cursor.fetchone()[0])
    assert "house_event_village" in plan
    assert "Seq Scan" not in plan

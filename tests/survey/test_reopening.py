"""Which visit waits again where an approval is undone, found without a look through all visits of the commune."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from households.models import House, SurveyRound, SurveyVisit
from mapping import wall
from mapping.models import ChangeSet
from tests import factories
from tests.survey import pack_world
from tests.survey.test_photos import Upload, picture
from tests.survey.test_register_changes import approve
from tests.survey.world import WHOLE, Phone

CHANGES = {
    "house": {"occupied": "vacant", "number": {"from": "12", "to": "12A"}},
    "household": WHOLE,
    "photo": {"occupied": "vacant"},
    "nothing": {"occupied": "vacant"},
}


@pytest.mark.parametrize("wrote", CHANGES)
def test_an_earlier_approval_is_found_whatever_it_wrote(
    lan: Phone, house: House, officer_client: Client, wrote: str
) -> None:
    """The last approval is named by the visit itself; each earlier one is found by the rows that it changed."""
    sent = dict(CHANGES[wrote])
    if wrote == "photo":
        upload = Upload(lan, house, picture(300, 200))
        lan.send(house, sent | {"photos": [upload.sha256]})
        upload.send()
    else:
        lan.send(house, sent)
    assert approve(officer_client, house).status_code == 302
    lan.send(house, {"toilet": "flush"}, base=1)
    house.refresh_from_db()
    assert approve(officer_client, house, household_head_name="keep").status_code == 302
    with transaction.atomic(), wall.acting_as_system("test"):
        first, last = ChangeSet.objects.filter(kind="survey.approve").order_by("created_at")
        assert first.changes.count() == (0 if wrote == "nothing" else 1)
    for done, left in ((first, [last]), (last, [])):
        assert officer_client.post(f"/changes/{done.pk}/undo/").status_code == 302
        visit = SurveyVisit.objects.get()
        assert [one["changeset"] for one in visit.approvals] == [str(one.pk) for one in left]
        assert visit.state == "received"


def test_the_visit_is_found_by_its_house_and_not_among_all_of_the_commune(
    lan: Phone, house: House, officer_client: Client, survey: SurveyRound
) -> None:
    lan.send(house, CHANGES["house"])
    assert approve(officer_client, house).status_code == 302
    other = factories.house(survey.commune, village=house.village)
    with transaction.atomic(), wall.acting_as_system("test"):
        pack_world.visit(survey, other, lan.user, {})
        SurveyVisit.objects.filter(house_id=house.pk).update(changeset=None)
        done = ChangeSet.objects.get(kind="survey.approve")
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "households_surveyvisit" in sql and "FOR UPDATE" in sql:
            asked.append(sql.partition("WHERE")[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert officer_client.post(f"/changes/{done.pk}/undo/").status_code == 302
    assert SurveyVisit.objects.get(house_id=house.pk).approvals == []
    by_the_last, by_its_house = asked  # and no third one, which would look through all
    assert '"changeset_id" =' in by_the_last
    assert '"house_id" IN' in by_its_house and '"round_id" IN' in by_its_house

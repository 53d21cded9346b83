"""A pack tells which plate is of which house, by hashes that open nothing, and what became of them since."""

from __future__ import annotations

from typing import Any

import pytest

from households.models import House, Plate, PlateState
from households.survey import changes_since
from households.survey.plate_keys import plate_key
from mapping.models import Unit
from tests import factories
from tests.node import answer
from tests.survey import pack_world as world
from tests.survey.test_pack import MOST_BYTES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village() -> Unit:
    return factories.village(factories.commune())


def plates_of(told: dict[str, Any]) -> dict[str, str | None]:
    return {row["key"]: row["house"] for row in world.rows(told, "plates")}


def test_plates_that_hang_are_told_by_hashes_and_what_is_dead_goes(village: Unit) -> None:
    survey_round = world.survey_round(village.parent)
    client = world.client_of(world.surveyor(village, survey_round))
    where = {"round": survey_round.pk, "village": village.code}
    houses = [factories.house(village.parent, village=village, number=str(n)) for n in range(1, 4)]
    elsewhere = factories.house(village.parent, village=factories.village(village.parent, 2))
    hung = factories.plate(houses[0], state=PlateState.INSTALLED)
    dead = factories.plate(houses[0], state=PlateState.REVOKED)
    shown = factories.plate(houses[1], released_at=None)
    factories.plate(elsewhere)

    pack = world.read(client, "pack", **where)

    assert plates_of(pack) == {plate_key(hung.token): str(houses[0].pk)}
    assert not any(one.token in str(pack) for one in (hung, dead, shown))
    now = changes_since.cursor_now()
    cursor = f"{now.table}-{now.newest}"
    assert plates_of(world.read(client, "changes", cursor=cursor, **where)) == {}
    Plate.objects.filter(pk=hung.pk).update(state=PlateState.LOST)
    new = factories.plate(houses[2])
    changes = world.read(client, "changes", cursor=cursor, **where)
    assert plates_of(changes) == {plate_key(hung.token): None, plate_key(new.token): str(houses[2].pk)}

    understood = "(before => module.understoodPack(given[1], before, 1).pack.plates)"
    kept = f"{understood}(module.understoodPack(given[0], null, 1).pack)"
    assert answer("survey/packs.js", kept, [pack, changes]) == {plate_key(new.token): str(houses[2].pk)}


def test_five_hundred_houses_with_plates_still_fit(village: Unit) -> None:
    survey_round = world.survey_round(village.parent)
    client = world.client_of(world.surveyor(village, survey_round))
    world.five_hundred(village)
    for house in House.objects.filter(village=village):
        factories.plate(house)
    query = {"round": survey_round.pk, "village": village.code}
    response = client.get("/api/survey/pack", query, headers={"accept-encoding": "gzip"})
    print("pack of 500 houses with plates:", len(response.content))
    assert len(response.content) <= MOST_BYTES
    said = world.read(client, "me")["rounds"][0]["villages"][0]["pack_bytes"]
    assert said == pytest.approx(len(response.content), rel=0.33)

"""What the table of plates counts adds up, whatever plates a house has, and is what a batch can be ordered for."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from households import codes
from households.models import House, LocationSource, Plate, PlateState
from households.plates import choosing, reprint, tally
from households.plates.choosing import Choice, Want
from mapping.models import Unit
from tests import factories
from tests.households.plate_row import standing_point

ON_THE_WAY = ("printed", "in_stock", "issued")
HANGS_NOWHERE = ("draft", "superseded", "lost", "stolen", "replaced", "revoked")


def every_house() -> Iterator[frozenset[str]]:
    """Every set of states that a house's plates may have; a damaged one hung, or was never hung ("broken")."""
    others = [set(some) for n in range(7) for some in itertools.combinations(HANGS_NOWHERE, n)]
    for on_its_way, damaged, installed in itertools.product(
        (None, *ON_THE_WAY), (None, "damaged", "broken"), (None, "installed")
    ):
        for some in others:
            yield frozenset(some | ({on_its_way, damaged, installed} - {None}))


def counted_as(states: frozenset[str]) -> dict[str, bool]:
    """In which columns a house with such plates stands, whose hanging plates bear a former number."""
    comes, hangs = bool(states & set(ON_THE_WAY)), bool(states & {"installed", "damaged", "broken"})
    return {
        "without_plate": not comes and not hangs,
        "ordered": "printed" in states,
        "in_stock": "in_stock" in states,
        "issued": "issued" in states,
        "mounted": bool(states & {"installed", "damaged"}),
        "to_reprint": hangs and not comes,
        "moved": False,
        "gone": bool(states & {"damaged", "broken", "lost", "stolen"}) and not comes and "installed" not in states,
        "overdue": "installed" in states,
    }


def test_the_columns_add_up_over_every_combination_of_states(commune: Unit, officer: Any) -> None:
    west, combinations = factories.village(commune), list(every_house())
    made = House.objects.bulk_create(
        House(
            commune=commune, village=west, number="7", location=standing_point(0), location_source=LocationSource.MAP,
            code=codes.house_code(70_000_000 + place),
        )
        for place in range(len(combinations))
    )  # fmt: skip
    houses = {house.pk: states for house, states in zip(made, combinations, strict=True)}
    assert len(houses) == len(set(houses.values())) == 4 * 3 * 2 * 64
    now, long_ago = timezone.now(), timezone.now() - datetime.timedelta(days=3660)
    Plate.objects.bulk_create(
        Plate(
            token=codes.new_token(),
            house_id=house,
            state="damaged" if state == "broken" else state,
            face_hash=b"",
            number="5" if state in ("installed", "damaged", "broken") else "7",
            village_name=west.full_name,
            location=standing_point(0),
            released_at=None if state == "draft" else now,
            installed_at=long_ago if state in ("installed", "damaged") else None,
        )
        for house, states in houses.items()
        for state in states
    )
    with connection.cursor() as cursor:  # nobody has counted these rows for the planner, who takes them for a few
        cursor.execute("SET LOCAL enable_nestloop = off")
    found = {what: tally.houses(officer, commune, what, everywhere=True) for what in tally.COUNTED}
    for what, members in found.items():
        assert members == {house for house, states in houses.items() if counted_as(states)[what]}, what

    (row,) = tally.by_village(officer, commune)
    assert {what: getattr(row, what) for what in tally.COUNTED} == {what: len(ids) for what, ids in found.items()}
    assert tally.total([row]) == dataclasses.replace(row, village_id=None, name="")
    # Each house is without a plate, or one is on its way, or hangs, or is broken before it hung.
    on_its_way = [found[what] for what in ("ordered", "in_stock", "issued")]
    coming = set().union(*on_its_way)
    assert len(coming) == sum(map(len, on_its_way))
    broken = found["gone"] - found["without_plate"] - found["mounted"]
    there = coming | found["mounted"] | broken
    assert not there & found["without_plate"]
    assert len(there) + row.without_plate == row.houses == len(houses)
    # What a batch is ordered for is what the table counts.
    for want, what in (
        (Want.WITHOUT_PLATE, "without_plate"),
        (Want.TO_REPRINT, "to_reprint"),
        (Want.GONE, "gone"),
    ):
        assert choosing.count(officer, commune, Choice(want=want)) == len(found[what]), what
    assert reprint.houses_to_reprint(commune) == found["to_reprint"]
    for state in PlateState.values:
        kinds = {"damaged", "broken"} if state == "damaged" else {state}
        chosen = choosing.count(officer, commune, Choice(want=Want.STATES, states=(state,)))
        assert chosen == sum(bool(kinds & states) for states in houses.values()), state

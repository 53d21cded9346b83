"""Two batches of one commune that are drawn and read back side by side: neither takes anything from the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from households.models import BatchState, House, Plate, PlateBatch
from households.plates import batching, making, releasing, tally
from households.plates.choosing import Choice
from mapping.models import Unit
from tests import factories

Run = Callable[[], None]


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = "sonha.example.vn"


@pytest.fixture
def houses(transactional_db: None, commune: Unit) -> list[House]:
    village = factories.village(commune)
    return [factories.house(commune, lng=105.80 + n / 5000, number=str(n + 1), village=village) for n in range(3)]


def ordered(user: Any, commune: Unit, **terms: Any) -> PlateBatch:
    return batching.order(user=user, commune=commune, choice=Choice(), **terms)


def drawn(officer: Any, commune: Unit, **terms: Any) -> PlateBatch:
    """A batch that waits to be read back."""
    batch = ordered(officer, commune, **terms)
    PlateBatch.objects.filter(pk=batch.pk).update(state=BatchState.DRAWING)
    making.make(batch, officer, lambda done: None)
    return PlateBatch.objects.select_related("commune").get(pk=batch.pk)


def states_of(batch: PlateBatch) -> set[tuple[str, bool]]:
    places = batch.places.values_list("plate__state", "plate__released_at")
    return {(state, released is not None) for state, released in places}


def test_a_batch_that_is_stopped_takes_nothing_from_one_that_is_read_back(
    houses: list[House], commune: Unit, officer: Any
) -> None:
    first = drawn(officer, commune)
    second = drawn(officer, commune, fresh=True)
    releasing.stop(second, BatchState.CANCELLED)
    releasing.release(first)
    assert states_of(first) == {("printed", True)}
    assert tally.total(tally.by_village(officer, commune)).without_plate == 0


@pytest.mark.parametrize("later_ends_first", [False, True])
def test_of_two_batches_that_are_read_back_at_once_the_one_ordered_last_is_to_hang(
    houses: list[House], commune: Unit, officer: Any, later_ends_first: bool
) -> None:
    batches = [drawn(officer, commune), drawn(officer, commune, fresh=True)]
    for batch in reversed(batches) if later_ends_first else batches:
        releasing.release(batch)
    assert [states_of(batch) for batch in batches] == [{("superseded", True)}, {("printed", True)}]


def test_a_draft_of_long_ago_that_is_printed_now_takes_the_place_of_what_is_on_its_way(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    stopped = drawn(officer, commune)
    releasing.stop(stopped, BatchState.CANCELLED)
    drafts = set(Plate.objects.values_list("token", flat=True))
    House.objects.update(number="88")
    run_jobs()
    ordered(officer, commune)
    run_jobs()
    assert Plate.objects.filter(state="printed").count() == len(houses)
    now = drawn(officer, commune, fresh=True)
    releasing.release(now)
    assert states_of(now) == {("printed", True)}
    assert not Plate.objects.filter(state="printed").exclude(batch_places__batch=now).exists()
    assert not Plate.objects.filter(token__in=drafts).exclude(state__in=("draft", "superseded")).exists()

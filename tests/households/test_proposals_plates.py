"""Plates to reprint are those that would say another address than their house, told by what is printed on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from households.models import House, Plate, PlateState
from households.plates import press
from households.proposals import choosing
from mapping.access import Scope
from mapping.models import Unit, User
from tests.households.numbered import Ground, computed
from tests.households.test_proposals_approved import approve
from tests.households.test_proposals_mended import set_number

EVERYWHERE = Scope(everything=True, unit_ids=frozenset())
pytestmark = pytest.mark.usefixtures("host")


@pytest.fixture
def host(settings: LazySettings) -> None:
    settings.PLATE_HOST = "sonha.quangbinh.gov.vn"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def written(one: House, number: str, street: str) -> None:
    House.objects.filter(pk=one.pk).update(number=number, street=street)


def printed(commune: Unit, folder: Path, *, proof: bool = False) -> None:
    """Print; all within a test is one transaction and one moment to the database, so what is new gets its own time."""
    before = set(Plate.objects.released().values_list("token", flat=True))
    order = press.PrintOrder(commune=commune, scope=EVERYWHERE, proof=proof)
    press.print_plates(order, path=folder / "plates.pdf")
    Plate.objects.released().exclude(token__in=before).update(released_at=timezone.now())


def to_reprint(proposal: object) -> set[House]:
    rows = choosing.Choice(kind="reprint").rows(proposal)  # type: ignore[arg-type]
    found = {row.house for row in rows}
    assert len(found) == proposal.counts["plates_to_reprint"]  # type: ignore[attr-defined]
    return found


def test_plates_of_houses_that_get_other_numbers_are_to_be_reprinted(
    ground: Ground, officer: User, tmp_path: Path
) -> None:
    first, second = ground.south[:2]
    written(first, "1", "đường Liên Xã")
    written(second, "77", "Xóm 4")
    printed(ground.commune, tmp_path)
    draft = computed(officer, ground.commune)
    assert to_reprint(draft) == {one for one in ground.houses if one != first}


def test_a_plate_that_says_the_new_address_already_stays(ground: Ground, officer: User, tmp_path: Path) -> None:
    first, second = ground.south[:2]
    written(first, "1", "đường Liên Xã")
    written(second, "3", "Đường Liên Xã")  # in print the same
    House.objects.exclude(pk__in=[first.pk, second.pk]).update(state="closed", closed_on="2026-01-05")
    printed(ground.commune, tmp_path)
    House.objects.update(state="active", closed_on=None)
    written(first, "77", "Xóm 4")
    written(second, "79", "Xóm 4")
    draft = computed(officer, ground.commune)
    assert draft.counts["changed"] == 2 and to_reprint(draft) == set()


def test_a_plate_that_says_an_older_address_is_to_be_reprinted_though_the_number_stays(
    ground: Ground, officer: User, tmp_path: Path
) -> None:
    first = ground.south[0]
    House.objects.exclude(pk=first.pk).update(state="closed", closed_on="2026-01-05")
    written(first, "77", "Xóm 4")
    printed(ground.commune, tmp_path)
    House.objects.update(state="active", closed_on=None)
    written(first, "1", "đường Liên Xã")
    draft = computed(officer, ground.commune)
    assert draft.counts["same"] == 1 and to_reprint(draft) == {first}
    set_number(officer, draft, first, "77")
    assert to_reprint(draft) == {first}, "another street still"


def test_the_plate_that_was_printed_last_counts_and_no_proof_and_no_revoked_one(
    ground: Ground, officer: User, tmp_path: Path
) -> None:
    first, *others = ground.south[:3]
    House.objects.exclude(pk__in=[one.pk for one in ground.south[:3]]).update(state="closed", closed_on="2026-01-05")
    for number, one in enumerate(ground.south[:3]):
        written(one, str(2 * number + 1), "đường Liên Xã")
    printed(ground.commune, tmp_path)
    written(first, "77", "Xóm 4")
    printed(ground.commune, tmp_path)
    written(others[1], "81", "Xóm 4")
    printed(ground.commune, tmp_path)
    Plate.objects.filter(house=others[1], state=PlateState.PRINTED).update(state=PlateState.REVOKED)
    written(others[0], "79", "Xóm 4")
    printed(ground.commune, tmp_path, proof=True)
    assert Plate.objects.filter(house=others[0]).count() == 2
    House.objects.update(state="active", closed_on=None)
    draft = computed(officer, ground.commune)
    assert to_reprint(draft) == {first}


def test_after_a_decision_the_plates_printed_before_it_are_listed(
    ground: Ground, officer: User, officer_client: Client, tmp_path: Path
) -> None:
    written(ground.south[0], "77", "Xóm 4")
    House.objects.exclude(pk=ground.south[0].pk).update(state="closed", closed_on="2026-01-05")
    printed(ground.commune, tmp_path)
    House.objects.update(state="active", closed_on=None)
    draft = computed(officer, ground.commune)
    approve(officer, draft)
    draft.refresh_from_db()
    printed(ground.commune, tmp_path)
    assert Plate.objects.count() > len(ground.houses)
    assert to_reprint(draft) == {ground.south[0]}

"""The number of a decision is used once a year in a commune, however it is written."""

from __future__ import annotations

import datetime

import pytest

from mapping.errors import UserError
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house
from tests.households.test_proposals_approved import addresses, approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def test_a_decision_number_that_is_used_is_refused_with_its_date(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune), decided_on=datetime.date(2026, 1, 5))
    house(ground.commune, 75, -9)
    second = computed(officer, ground.commune)
    with pytest.raises(UserError) as refused:
        approve(officer, second, "45/qd-ubnd", decided_on=datetime.date(2026, 3, 1))
    assert refused.value.code == "decision_used"
    assert "05/01/2026" in refused.value.sentence and "22 nhà" in refused.value.sentence
    assert "năm 2026" in refused.value.sentence


def test_official_numbers_begin_anew_each_year(ground: Ground, officer: User) -> None:
    """01/QĐ-UBND of this year is another decision than 01/QĐ-UBND of the last."""
    approve(officer, computed(officer, ground.commune), "01/QĐ-UBND", decided_on=datetime.date(2025, 12, 31))
    for day, x in ((datetime.date(2026, 1, 2), 75), (datetime.date(2024, 1, 2), 85)):
        later = house(ground.commune, x, -9)
        approve(officer, computed(officer, ground.commune), "1/QĐ-UBND", decided_on=day)
        assert addresses([later]) != [""]
    house(ground.commune, 95, -9)
    with pytest.raises(UserError) as refused:
        approve(officer, computed(officer, ground.commune), "01/QĐ-UBND", decided_on=datetime.date(2026, 2, 1))
    assert refused.value.code == "decision_used" and "02/01/2026" in refused.value.sentence


@pytest.mark.parametrize(
    "written", ["45 /QĐ-UBND", "045/QĐ–UBND", "số 45/qd‑ubnd.", "45／QĐ-UBND", "45/QÐ - UBND"]
)  # fmt: skip
def test_a_decision_number_is_the_same_however_it_is_written(ground: Ground, officer: User, written: str) -> None:
    approve(officer, computed(officer, ground.commune))
    factories.house(ground.commune)
    with pytest.raises(UserError) as refused:
        approve(officer, computed(officer, ground.commune), written)
    assert refused.value.code == "decision_used"

"""A number is one however it is written, and so is a street; what differs by its marks is another."""

from __future__ import annotations

import pytest

from households.codes import format_house_code
from households.models import House
from households.proposals import mending
from mapping.errors import Conflict, UserError
from mapping.models import Unit, User
from tests.households.numbered import Ground, computed, house, row, street
from tests.households.test_doubled_numbers import close, refused, reopen
from tests.households.test_proposals_approved import addresses, approve

ROAD = "đường Liên Xã"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.mark.parametrize(
    "written", ["đường Hoà Bình", "đường Hòa Bình", "Đường  HOÀ BÌNH", "đ. Hoà Bình", "Đg.Hòa Bình", "Hoà Bình"]
)
def test_a_decision_does_not_give_a_number_that_stands_on_the_street_as_others_spell_it(
    commune: Unit, officer: User, written: str
) -> None:
    street(commune, "Hoà Bình", (-200, 0), (200, 0))
    one = house(commune, 150, -9)
    far = house(commune, 900, 900, number="01", street=written)
    draft = computed(officer, commune)
    mending.leave_out(user=officer, proposal=draft, house=far, version=draft.version)
    assert row(draft, one).new_number == "1"
    with pytest.raises(Conflict) as found:
        approve(officer, draft)
    assert found.value.code == "number_twice"
    assert format_house_code(far.code) in found.value.sentence and format_house_code(one.code) in found.value.sentence


@pytest.mark.parametrize("written", ["đường Hoa Bình", "đường Hoà Bính", "phố Hoà Bình", "ngõ Hòa Bình"])
def test_streets_that_differ_by_marks_or_kind_are_two(commune: Unit, officer: User, written: str) -> None:
    street(commune, "Hoà Bình", (-200, 0), (200, 0))
    one = house(commune, 150, -9)
    house(commune, 900, 900, number="1", street=written)
    approve(officer, computed(officer, commune))
    assert addresses([one]) == ["1 đường Hoà Bình"]


def test_a_name_without_its_kind_is_no_street_where_two_kinds_have_it(commune: Unit, officer: User) -> None:
    street(commune, "Đình", (-200, 0), (200, 0))
    street(commune, "Đình", (-200, 500), (200, 500), kind="ngo")
    one = house(commune, 150, -9)
    house(commune, 900, 900, number="1", street="Đình")
    approve(officer, computed(officer, commune))
    assert addresses([one]) == ["1 đường Đình"]


@pytest.mark.parametrize("written", ["01", "1 ", "số 1", "Số nhà 01"])
def test_a_number_in_use_is_the_same_with_zeros_blanks_and_a_spoken_word(
    ground: Ground, officer: User, written: str
) -> None:
    """Set by hand, it is taken already; and no decision makes both law."""
    one, other = ground.south[0], ground.south[1]
    House.objects.filter(pk=one.pk).update(number=written, street=ROAD)
    draft = computed(officer, ground.commune)
    mending.leave_out(user=officer, proposal=draft, house=one, version=draft.version)
    draft.refresh_from_db()
    with pytest.raises(UserError) as found:
        mending.set_number(user=officer, proposal=draft, house=other, number="1", version=draft.version)
    assert found.value.code == "taken" and format_house_code(one.code) in found.value.sentence


def test_a_number_beside_the_draft_is_taken_on_a_street_spelt_otherwise(commune: Unit, officer: User) -> None:
    street(commune, "Hoà Bình", (-200, 0), (200, 0))
    one = house(commune, 150, -9)
    far = house(commune, -900, 900, number="05", street="đ. Hòa Bình")
    draft = computed(officer, commune, villages=[one.village])
    with pytest.raises(UserError) as found:
        mending.set_number(user=officer, proposal=draft, house=one, number="5", version=draft.version)
    assert found.value.code == "taken" and format_house_code(far.code) in found.value.sentence


def test_a_decided_number_with_a_zero_keeps_the_plain_one_from_opening_again(ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.south[1].pk).update(number="03", street=ROAD)
    approve(officer, computed(officer, ground.commune, keep="all"))
    assert addresses([ground.south[1]]) == [f"03 {ROAD}"]
    closed = close(officer, ground.south[1])
    later = house(ground.commune, 105, -9)
    approve(officer, computed(officer, ground.commune), "46/QĐ-UBND")
    assert addresses([later]) == [f"3 {ROAD}"]
    refused(lambda: reopen(officer, closed), closed, later, number=ROAD)

"""No decision makes one number law for two houses of a street."""

from __future__ import annotations

import pytest

from households import house_editing
from households.codes import format_house_code
from households.models import Frontage, House, NumberingDecision, NumberingProposal
from households.proposals import approving, mending
from mapping.errors import Conflict
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, row, street
from tests.households.numbered import house as a_house
from tests.households.test_proposals_approved import approve

ROAD = "đường Liên Xã"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def has(one: House, number: str, street: str = ROAD) -> House:
    """Give a house an address that no decision stands behind."""
    House.objects.filter(pk=one.pk).update(number=number, street=street)
    one.refresh_from_db()
    return one


def refusal(user: User, proposal: NumberingProposal, number: str = "45/QĐ-UBND") -> str:
    """What the approval says; nothing was written."""
    addresses = list(House.objects.order_by("pk").values_list("number", "street"))
    with pytest.raises(Conflict) as refused:
        approve(user, proposal, number)
    assert refused.value.code == "number_twice"
    assert list(House.objects.order_by("pk").values_list("number", "street")) == addresses
    return refused.value.sentence


def test_two_equal_numbers_in_use_are_not_made_law(ground: Ground, officer: User) -> None:
    one, other = has(ground.south[0], "7"), has(ground.south[4], "7")
    proposal = computed(officer, ground.commune, keep="all")
    assert [row(proposal, it).outcome for it in (one, other)] == ["same", "same"]
    said = refusal(officer, proposal)
    first, second = sorted(format_house_code(it.code) for it in (one, other))
    assert f"7 {ROAD} ({first}, {second})" in said
    assert "đổi số một nhà" in said and "để một nhà lại sau" in said
    mending.leave_out(user=officer, proposal=proposal, house=other, version=proposal.version)
    approve(officer, proposal)
    assert not Frontage.objects.filter(house=other).exists()


def test_changing_one_of_two_equal_numbers_lets_the_decision_through(ground: Ground, officer: User) -> None:
    one, other = has(ground.south[0], "7"), has(ground.south[4], " 7")
    proposal = computed(officer, ground.commune, keep="all")
    refusal(officer, proposal)
    mending.set_number(user=officer, proposal=proposal, house=other, number="77", version=proposal.version)
    approve(officer, proposal)
    assert {House.objects.get(pk=it.pk).number for it in (one, other)} == {"7", "77"}


def test_five_addresses_are_named_and_the_others_counted(ground: Ground, officer: User) -> None:
    for place, one in enumerate(ground.south):
        has(one, str(2 * place + 1))
        has(ground.north[place], str(2 * place + 1))
    said = refusal(officer, computed(officer, ground.commune, keep="all"))
    assert said.count(ROAD) == 5 and "(+2)" in said


def test_one_number_written_for_two_streets_is_two_addresses(ground: Ground, officer: User) -> None:
    has(ground.south[0], "7", "Xóm 4")
    has(ground.south[4], "7")
    approve(officer, computed(officer, ground.commune, keep="all"))


def test_what_two_decisions_gave_before_is_left_alone(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    has(ground.south[1], "1")  # by hand at the desk, after the decision
    late = a_house(ground.commune, 75, -9)
    proposal = computed(officer, ground.commune)
    assert row(proposal, ground.south[0]).outcome == row(proposal, ground.south[1]).outcome == "locked"
    approve(officer, proposal, "46/QĐ-UBND")
    assert Frontage.objects.get(house=late).decision.number == "46/QĐ-UBND"


@pytest.mark.parametrize("keep", ["legal", "all"])
def test_a_house_edited_beside_a_draft_of_villages_is_noticed(ground: Ground, officer: User, keep: str) -> None:
    west, east = factories.village(ground.commune, 1), factories.village(ground.commune, 2)
    eastern = next(one for one in ground.south if one.village == east)
    western = next(one for one in ground.south if one.village == west)
    has(western, "99")
    proposal = computed(officer, ground.commune, villages=[west], keep=keep)
    number = row(proposal, western).new_number
    assert (keep == "all") == (number == "99")
    house_editing.edit_house(
        user=officer, house=eastern, version=eastern.version, number=number, street=" Đường  liên xã", village=west,
        note="",
    )  # fmt: skip
    House.objects.filter(pk=eastern.pk).update(village=east)
    assert not Frontage.objects.filter(house=eastern).exists(), "only its address says where it stands"
    said = refusal(officer, proposal)
    for one in (western, eastern):
        assert format_house_code(one.code) in said
    assert not NumberingDecision.objects.exists()


def test_two_alleys_called_alike_in_one_village_do_not_share_addresses(ground: Ground, officer: User) -> None:
    other = street(ground.commune, "Đình", (-125, 0), (-125, -150), kind="ngo", parent=ground.road)
    namesake = a_house(ground.commune, -117, -60)
    proposal = computed(officer, ground.commune)
    assert row(proposal, namesake).street == other
    said = refusal(officer, proposal)
    assert "ngõ Đình" in said and format_house_code(namesake.code) in said
    mending.leave_out(user=officer, proposal=proposal, house=namesake, version=proposal.version)
    approving.approve(
        user=officer, proposal=proposal, number="45/QĐ", decided_on=proposal.created_at.date(),
        version=proposal.version,
    )  # fmt: skip


def test_what_is_no_number_is_not_made_law(ground: Ground, officer: User) -> None:
    one = has(ground.south[0], "gần chợ")
    proposal = computed(officer, ground.commune, keep="all")
    with pytest.raises(Conflict) as refused:
        approve(officer, proposal)
    assert f"“gần chợ” ({format_house_code(one.code)})" in refused.value.sentence
    assert not NumberingDecision.objects.exists()
    mending.leave_out(user=officer, proposal=proposal, house=one, version=proposal.version)
    approve(officer, proposal)
